"""Shares of a whole as one bar each."""

from __future__ import annotations

from markupsafe import Markup

from gauger.tell.report.charts.svg import element, figure, percent
from gauger.tell.report.wording import share


def share_bar(name: str, part: float) -> Markup:
    """One bar on a track that stands for the whole."""
    wide = max(0.4, min(1.0, part) * 100)
    parts = [
        element("rect", x="0", y=3, width="100%", height=10, class_="track"),
        element("rect", x="0", y=3, width=percent(wide), height=10, class_="column"),
    ]
    return figure(f"{name}: {share(part)} of exchanges", 16, parts, class_="share-bar")
