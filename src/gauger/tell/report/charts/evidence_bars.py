"""Evidence for and against one operator: bars that part at log10 LR 0, bounds as whiskers.

The bar is light and ends in a dot, so that the whisker over it stays easy to see.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from markupsafe import Markup

from gauger.model.evidence import LogLR
from gauger.tell.report.charts.svg import Scale, element, figure
from gauger.tell.report.wording import exact_lr, signed, spoken_lr

_HEIGHT = 26
_FURTHEST = 12.0


def evidence_scale(lrs: Iterable[LogLR], least: float = 3.0) -> Scale:
    """One axis for all rows: wide enough for every bound, with room for both sides."""
    ends = [
        min(max(end, -_FURTHEST), _FURTHEST)
        for lr in lrs
        for end in (lr.lower, lr.log10, lr.upper)
        if not math.isnan(end)
    ]
    low = min([math.floor(end) for end in ends] + [-1])
    high = max([math.ceil(end) for end in ends] + [round(least)])
    return Scale(low - 0.35, high + 0.35)


def evidence_bar(
    name: str, lr: LogLR, scale: Scale, *, weighed: bool = True, needed: float | None = None
) -> Markup:
    """One row; a layer that had nothing to weigh is hatched from end to end.

    `needed` is what an LR must come to, drawn as a dashed line.
    """
    middle = _HEIGHT / 2
    parts = [_grid(scale)]
    if needed is not None:
        at = scale.percent(needed)
        parts.append(element("line", x1=at, x2=at, y1=0, y2=_HEIGHT, class_="needed"))
    if not weighed:
        parts.append(
            element("rect", x="0", y=5, width="100%", height=_HEIGHT - 10, class_="hatched")
        )
        return figure(f"{name}: nothing to weigh", _HEIGHT, parts, class_="bar-row")
    side = "for" if lr.log10 >= 0 else "against"
    left, right = sorted((scale.at(0), scale.at(lr.log10)))
    parts.append(
        element(
            "rect",
            x=f"{left:.2f}%",
            y=5,
            width=f"{right - left:.2f}%",
            height=_HEIGHT - 10,
            class_=f"bar {side}",
        )
    )
    if lr.lower < lr.upper:
        parts.append(whisker(lr, scale, middle, cap=5))
    parts.append(
        element("circle", cx=scale.percent(lr.log10), cy=middle, r=4.5, class_=f"point {side}")
    )
    label = f"{name}: {spoken_lr(lr)}"
    return figure(label, _HEIGHT, parts, class_="bar-row", data_tip=f"{name}\n{exact_lr(lr)}")


def whisker(lr: LogLR, scale: Scale, middle: float, cap: float = 4) -> Markup:
    """The bounds of an LR as a line with caps."""
    low, high = scale.percent(lr.lower), scale.percent(lr.upper)
    lines = [
        element("line", x1=low, x2=high, y1=middle, y2=middle),
        element("line", x1=low, x2=low, y1=middle - cap, y2=middle + cap),
        element("line", x1=high, x2=high, y1=middle - cap, y2=middle + cap),
    ]
    drawn = Markup("").join(lines)
    return element("g", element("g", drawn, class_="halo"), drawn, class_="whisker")


def evidence_axis(scale: Scale) -> Markup:
    """The axis under the rows, in whole powers of ten."""
    step = 1 if scale.high - scale.low <= 10 else 2
    parts = [
        element(
            "text",
            signed(tick, 0),
            x=scale.percent(tick),
            y=14,
            text_anchor="middle",
            class_="tick",
        )
        for tick in scale.ticks(step)
    ]
    return figure("axis in log10 LR", 20, parts, class_="axis")


def _grid(scale: Scale) -> Markup:
    lines = [
        element(
            "line",
            x1=scale.percent(tick),
            x2=scale.percent(tick),
            y1=0,
            y2=_HEIGHT,
            class_="zero" if tick == 0 else "grid",
        )
        for tick in scale.ticks()
    ]
    return Markup("").join(lines)
