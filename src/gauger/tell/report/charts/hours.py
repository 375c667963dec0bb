"""Hours of the day: the network as bars, ordinary accounts as marks across them."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from gauger.tell.report.charts.svg import element, figure, percent
from gauger.tell.report.wording import share

_TOP: Final = 18
_FLOOR: Final = 138
_HEIGHT: Final = 160


def hours_of_the_day(network: tuple[float, ...], ordinary: tuple[float, ...]) -> Markup:
    """The chart; both are shares that sum to 1 over 24 UTC hours."""
    most = max([*network, *ordinary], default=0.0) or 1.0
    wide = 100 / 24
    parts = [element("line", x1="0", x2="100%", y1=_FLOOR, y2=_FLOOR, class_="grid")]
    for hour in range(min(24, len(network))):
        tall = network[hour] / most * (_FLOOR - _TOP)
        usual = ordinary[hour] if hour < len(ordinary) else None
        tip = f"{hour:02d}:00 to {(hour + 1) % 24:02d}:00 UTC\nnetwork {share(network[hour])}"
        drawn = [
            element(
                "rect",
                x=percent(hour * wide),
                y=0,
                width=percent(wide),
                height=_FLOOR,
                class_="hit",
            ),
            element(
                "rect",
                x=percent((hour + 0.14) * wide),
                y=_FLOOR - tall,
                width=percent(0.72 * wide),
                height=tall,
                class_="column",
            ),
        ]
        if usual is not None:
            height = _FLOOR - usual / most * (_FLOOR - _TOP)
            tip += f"\nordinary accounts {share(usual)}"
            drawn.append(
                element(
                    "line",
                    x1=percent(hour * wide),
                    x2=percent((hour + 1) * wide),
                    y1=height,
                    y2=height,
                    class_="usual",
                )
            )
        parts.append(element("g", Markup("").join(drawn), data_tip=tip))
    parts.extend(
        element(
            "text",
            f"{hour:02d}",
            x=percent(hour * wide),
            y=_HEIGHT - 4,
            text_anchor="start" if hour == 0 else "end" if hour == 24 else "middle",
            class_="tick",
        )
        for hour in (0, 6, 12, 18, 24)
    )
    label = "share of exchanges in each UTC hour of the day, network and ordinary accounts"
    return figure(label, _HEIGHT, parts, class_="plot", tabindex="0")
