"""Hours of the day: the network as bars in front of the bars of ordinary accounts."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from gauger.tell.report.charts.svg import element, figure, percent
from gauger.tell.report.wording import share

_TOP: Final = 18
_FLOOR: Final = 138
_HEIGHT: Final = 160
_WIDE: Final = 100 / 24


def hours_of_the_day(network: tuple[float, ...], ordinary: tuple[float, ...]) -> Markup:
    """The chart; both are shares that sum to 1 over 24 UTC hours."""
    most = max([*network, *ordinary], default=0.0) or 1.0
    parts = [element("line", x1="0", x2="100%", y1=_FLOOR, y2=_FLOOR, class_="grid")]
    for hour, part in enumerate(network[:24]):
        tip = f"{hour:02d}:00 to {(hour + 1) % 24:02d}:00 UTC\nnetwork {share(part)}"
        drawn = [_column(hour, 1.0, _FLOOR, "hit")]
        if hour < len(ordinary):
            usual = ordinary[hour]
            tip += f"\nordinary accounts {share(usual)}"
            drawn.append(_column(hour, 0.88, usual / most * (_FLOOR - _TOP), "usual"))
        drawn.append(_column(hour, 0.4, part / most * (_FLOOR - _TOP), "column"))
        parts.append(element("g", Markup("").join(drawn), data_tip=tip))
    parts.extend(
        element(
            "text",
            f"{hour:02d}",
            x=percent(hour * _WIDE),
            y=_HEIGHT - 4,
            text_anchor="start" if hour == 0 else "end" if hour == 24 else "middle",
            class_="tick",
        )
        for hour in (0, 6, 12, 18, 24)
    )
    label = "share of exchanges in each UTC hour of the day, network and ordinary accounts"
    return figure(label, _HEIGHT, parts, class_="plot", tabindex="0")


def _column(hour: int, wide: float, tall: float, css: str) -> Markup:
    return element(
        "rect",
        x=percent((hour + (1 - wide) / 2) * _WIDE),
        y=_FLOOR - tall,
        width=percent(wide * _WIDE),
        height=tall,
        class_=css,
    )
