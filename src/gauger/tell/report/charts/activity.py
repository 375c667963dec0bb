"""Exchanges over time: one bar per day, or per week where the window is long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from markupsafe import Markup

from gauger.tell.report.charts.svg import element, figure, percent
from gauger.tell.report.wording import brief_day, day, plural, short

Daily = tuple[tuple[date, int], ...]

_MOST_BARS: Final = 180
_MOST_DATES: Final = 5
_TOP: Final = 18
_FLOOR: Final = 138
_HEIGHT: Final = 160


def unit(daily: Daily) -> str:
    """What one bar stands for."""
    return "day" if len(daily) <= _MOST_BARS else "week"


def activity(daily: Daily) -> Markup:
    """The chart, its largest value on the axis and dates below."""
    bars = _bars(daily)
    most = max((count for _, _, count in bars), default=0) or 1
    round_top = _round_up(most)
    wide = 100 / max(len(bars), 1)
    marks = (0.0, round_top / 2, float(round_top))
    parts = [_line(_height(value, round_top)) for value in marks]
    for number, (first, last, count) in enumerate(bars):
        tall = _FLOOR - _height(count, round_top)
        when = day(first) if first == last else f"{day(first)} to {day(last)}"
        tip = f"{when}\n{plural(count, 'exchange')}"
        parts.append(
            element(
                "g",
                element(
                    "rect",
                    x=percent(number * wide),
                    y=0,
                    width=percent(wide),
                    height=_FLOOR,
                    class_="hit",
                ),
                element(
                    "rect",
                    x=percent((number + 0.12) * wide),
                    y=_FLOOR - tall,
                    width=percent(0.76 * wide),
                    height=tall,
                    class_="column",
                ),
                data_tip=tip,
            )
        )
    parts.extend(_dates(bars, wide))
    label = f"exchanges per {unit(daily)}; most in one {unit(daily)}: {short(most)}"
    plot = figure(label, _HEIGHT, parts, class_="plot", tabindex="0")
    return element("div", _axis(marks, round_top), plot, class_="with-axis")


def _bars(daily: Daily) -> list[tuple[date, date, int]]:
    if unit(daily) == "day":
        return [(when, when, count) for when, count in daily]
    weeks = [daily[start : start + 7] for start in range(0, len(daily), 7)]
    return [(week[0][0], week[-1][0], sum(count for _, count in week)) for week in weeks]


def _round_up(most: int) -> int:
    """The next number that is easy to read: 1, 2, 4, 6 or 8 times a power of ten."""
    power = 1
    while power * 10 <= most:
        power *= 10
    return next(power * step for step in (1, 2, 4, 6, 8, 10) if power * step >= most)


def _height(value: float, top: int) -> float:
    return _FLOOR - value / top * (_FLOOR - _TOP)


def _line(height: float) -> Markup:
    return element("line", x1="0", x2="100%", y1=height, y2=height, class_="grid")


def _axis(marks: tuple[float, ...], top: int) -> Markup:
    """Values in a column of their own, so that no bar hides them."""
    parts = [
        element("text", _brief(value), x="0", y=_height(value, top) + 4, class_="tick")
        for value in marks
        if value == int(value)
    ]
    return figure("exchanges", _HEIGHT, parts, class_="axis")


def _brief(value: float) -> str:
    if value >= 1_000_000:
        return f"{value / 1_000_000:g}M"
    return f"{value / 1_000:g}k" if value >= 10_000 else short(value)


def _dates(bars: list[tuple[date, date, int]], wide: float) -> list[Markup]:
    """A date under every so many bars: evenly apart, and in whole weeks where there are weeks."""
    step = next(step for step in _steps() if step * _MOST_DATES >= len(bars))
    return [_date(bars[number][0], (number + 0.5) * wide) for number in range(0, len(bars), step)]


def _steps() -> Iterator[int]:
    yield from (1, 2, 3, 4, 5)
    step = 7
    while True:
        yield step
        step *= 2


def _date(when: date, at: float) -> Markup:
    place = percent(at)
    return element(
        "g",
        element("line", x1=place, x2=place, y1=_FLOOR, y2=_FLOOR + 4, class_="grid"),
        element(
            "text", brief_day(when), x=place, y=_HEIGHT - 4, text_anchor="middle", class_="tick"
        ),
    )
