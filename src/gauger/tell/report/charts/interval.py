"""An LR in one table cell: a line for its bounds, a dot for its value, a mark at 0."""

from __future__ import annotations

from markupsafe import Markup

from gauger.model.evidence import LogLR
from gauger.tell.report.charts.svg import Scale, element, figure
from gauger.tell.report.wording import exact_lr, spoken_lr


def interval(lr: LogLR, scale: Scale) -> Markup:
    """One cell; every cell of a column shares its scale."""
    zero = scale.percent(0)
    side = "for" if lr.log10 >= 0 else "against"
    parts = [
        element("line", x1="0", x2="100%", y1=9, y2=9, class_="grid"),
        element("line", x1=zero, x2=zero, y1=2, y2=16, class_="zero"),
        element(
            "line",
            x1=scale.percent(lr.lower),
            x2=scale.percent(lr.upper),
            y1=9,
            y2=9,
            class_=f"reach {side}",
        ),
        element("circle", cx=scale.percent(lr.log10), cy=9, r=4, class_=f"point {side}"),
    ]
    return figure(spoken_lr(lr), 18, parts, class_="interval", data_tip=exact_lr(lr))
