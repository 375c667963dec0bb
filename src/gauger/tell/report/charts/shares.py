"""Shares of a whole as one bar each."""

from __future__ import annotations

from markupsafe import Markup

from gauger.tell.report.charts.svg import element, figure, percent
from gauger.tell.report.wording import share


def share_bar(name: str, part: float, most: float) -> Markup:
    """One bar, drawn against the largest share so that small ones can be told apart."""
    wide = max(0.0, min(1.0, part / most if most > 0 else 0.0)) * 100
    parts = [
        element("rect", x="0", y=3, width="100%", height=10, class_="track"),
        element("rect", x="0", y=3, width=percent(max(wide, 0.4)), height=10, class_="column"),
    ]
    return figure(f"{name}: {share(part)} of exchanges", 16, parts, class_="share-bar")
