"""Where a claim stands on the verbal scale: bands in words, the LR as a point, its bounds."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from gauger.model.evidence import LogLR
from gauger.tell.report.charts.evidence_bars import whisker
from gauger.tell.report.charts.svg import Scale, element, figure
from gauger.tell.report.wording import exact_lr, signed, spoken_lr

BANDS: Final = (
    (0.301, 1.0, "weak"),
    (1.0, 2.0, "moderate"),
    (2.0, 3.0, "moderately strong"),
    (3.0, 4.0, "strong"),
    (4.0, 6.0, "very strong"),
    (6.0, 12.0, "extremely strong"),
)
"""The ENFSI 2015 scale in log10: LR 2 to 10, to 100, to 1,000, to 10,000, to a million, above."""

_HEIGHT = 58
_TOP = 18
_FOOT = 42


def claim_scale(lr: LogLR, scale: Scale) -> Markup:
    """The verbal scale with one claim on it."""
    middle = (_TOP + _FOOT) / 2
    parts = [*_bands(scale)]
    parts.extend(
        element(
            "text",
            signed(tick, 0),
            x=scale.percent(tick),
            y=_HEIGHT - 2,
            text_anchor="middle",
            class_="tick",
        )
        for tick in scale.ticks(1 if scale.high - scale.low <= 12 else 2)
    )
    zero = scale.percent(0)
    parts.append(element("line", x1=zero, x2=zero, y1=_TOP - 4, y2=_FOOT + 4, class_="zero"))
    parts.append(whisker(lr, scale, middle, cap=6))
    side = "for" if lr.log10 >= 0 else "against"
    parts.append(
        element("circle", cx=scale.percent(lr.log10), cy=middle, r=6, class_=f"point {side}")
    )
    return figure(spoken_lr(lr), _HEIGHT, parts, class_="claim-scale", data_tip=exact_lr(lr))


def _bands(scale: Scale) -> list[Markup]:
    against = (scale.low, -BANDS[0][0], "against", "band contrary")
    supporting = [(low, high, name, "band") for low, high, name in BANDS]
    parts: list[Markup] = []
    for low, high, name, css in (against, *supporting):
        start, wide = scale.at(low), scale.at(high) - scale.at(low)
        if wide <= 0:
            continue
        parts.append(
            element(
                "rect",
                x=f"{start:.2f}%",
                y=_TOP,
                width=f"{wide:.2f}%",
                height=_FOOT - _TOP,
                class_=css,
            )
        )
        shown = _fitting(name, wide)
        if shown:
            middle = f"{start + wide / 2:.2f}%"
            parts.append(
                element("text", shown, x=middle, y=12, text_anchor="middle", class_="band-name")
            )
    return parts


def _fitting(name: str, wide: float) -> str:
    """The name, its short form, or nothing: whatever has room in so many percent."""
    short = name.replace("moderately", "mod.")
    return next((each for each in (name, short) if len(each) * 0.73 <= wide), "")
