"""A statistic beside ordinary groups: their middle 90 percent as a band, the network a mark."""

from __future__ import annotations

import math

from markupsafe import Markup

from gauger.model.evidence import Weighed
from gauger.tell.report.charts.svg import Scale, element, figure
from gauger.tell.report.wording import amount


def range_strip(weighed: Weighed) -> Markup:
    """The strip, drawn from the smallest to the largest of the four values."""
    values = [weighed.value, weighed.ordinary_low, weighed.ordinary_median, weighed.ordinary_high]
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    pad = (max(finite) - min(finite)) * 0.06 or 1.0
    scale = Scale(min(finite) - pad, max(finite) + pad)
    start, end = scale.at(weighed.ordinary_low), scale.at(weighed.ordinary_high)
    at, median = scale.percent(weighed.value), scale.percent(weighed.ordinary_median)
    parts = [
        element("line", x1="0", x2="100%", y1=11, y2=11, class_="grid"),
        element(
            "rect",
            x=f"{min(start, end):.2f}%",
            y=6,
            width=f"{max(abs(end - start), 0.6):.2f}%",
            height=10,
            class_="ordinary-band",
        ),
        element("line", x1=median, x2=median, y1=4, y2=18, class_="ordinary-median"),
        element("line", x1=at, x2=at, y1=1, y2=21, class_="value-mark"),
        element("circle", cx=at, cy=11, r=4.5, class_="value-dot"),
    ]
    tip = (
        f"{weighed.name}: {amount(weighed.value)}\nordinary groups, 5-50-95 percent: "
        f"{amount(weighed.ordinary_low)}, {amount(weighed.ordinary_median)}, "
        f"{amount(weighed.ordinary_high)}"
    )
    return figure(tip.replace("\n", "; "), 22, parts, class_="range-strip", data_tip=tip)
