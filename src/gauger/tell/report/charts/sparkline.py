"""Activity in one table cell: a filled line from the first day of the window to the last."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from gauger.tell.report.charts.activity import Daily
from gauger.tell.report.charts.svg import element
from gauger.tell.report.wording import plural, short

_HEIGHT: Final = 28
_MOST_POINTS: Final = 120


def sparkline(daily: Daily, noun: str = "exchanges") -> Markup:
    """The line; long windows are summed into at most 120 points."""
    step = max(1, -(-len(daily) // _MOST_POINTS))
    counts = [
        sum(count for _, count in daily[start : start + step])
        for start in range(0, len(daily), step)
    ]
    if len(counts) < 2:
        return Markup("")
    most = max(counts) or 1
    last = len(counts) - 1
    points = " ".join(
        f"{number / last * 100:.1f},{_HEIGHT - 2 - count / most * (_HEIGHT - 5):.1f}"
        for number, count in enumerate(counts)
    )
    return element(
        "svg",
        element("polygon", points=f"0,{_HEIGHT} {points} 100,{_HEIGHT}", class_="spark-fill"),
        element("polyline", points=points, class_="spark-line"),
        viewBox=f"0 0 100 {_HEIGHT}",
        preserveAspectRatio="none",
        width="100%",
        height=_HEIGHT,
        role="img",
        class_="spark",
        aria_label=f"{noun} over {plural(len(daily), 'day')}, at most {short(most)} at once",
    )
