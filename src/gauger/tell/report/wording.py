"""Numbers and times in words: short to read, with the exact value one hover away."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Final

from markupsafe import Markup

from gauger.model.evidence import LogLR
from gauger.tell.numbers import rounded_lr, utc

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LARGE: Final = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def short(number: float) -> str:
    """A count as people say it: exact below a million, three digits above."""
    for size, name in _LARGE:
        if abs(number) >= size:
            value = number / size
            decimals = 0 if value >= 100 else 1 if value >= 10 else 2
            text = f"{value:,.{decimals}f}"
            return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {name}"
    return f"{number:,.0f}"


def count(number: int, noun: str = "") -> Markup:
    """A count for the page: short in the text, exact in the tooltip."""
    text, exact = short(number), f"{number:,}"
    if text == exact:
        return Markup('<data value="{}">{}</data>').format(number, text)
    tip = f"{exact} {noun}".strip()
    return Markup('<data value="{}" data-tip="{}">{}</data>').format(number, tip, text)


def plural(number: int, one: str, many: str = "") -> str:
    """`1 account`, `118 accounts`."""
    return f"{short(number)} {one if number == 1 else many or one + 's'}"


def signed(value: float, decimals: int = 1) -> str:
    """A log10 LR with its sign, in the band of the verbal scale that its words name.

    It is rounded as findings.json rounds it first, so that page and document never disagree; a
    bound that the data does not set is said in words.
    """
    written = rounded_lr(value)
    shown = None if written is None else rounded_lr(written, decimals)
    if shown is None:
        return "unbounded"
    text = f"{abs(shown):.{decimals}f}"
    return text if shown == 0 else f"{'+' if shown > 0 else '−'}{text}"


def bounds(lr: LogLR, decimals: int = 1) -> str:
    """The interval of a log10 LR; nothing where it is no wider than the value itself."""
    lower, upper = signed(lr.lower, decimals), signed(lr.upper, decimals)
    return "" if lower == upper == signed(lr.log10, decimals) else f"{lower} to {upper}"


def spoken_lr(lr: LogLR) -> str:
    """A log10 LR in one line, for whoever hears a chart rather than sees it."""
    interval = bounds(lr)
    return f"log10 LR {signed(lr.log10)}{f', bounds {interval}' if interval else ''}"


def exact_lr(lr: LogLR) -> str:
    """The tooltip of a log10 LR."""
    interval = bounds(lr, 3)
    return f"log10 LR {signed(lr.log10, 3)}" + (f"\nbounds {interval}" if interval else "")


def share(part: float) -> str:
    """A share of a whole as a percentage that never rounds something to nothing."""
    if 0 < part < 0.001:
        return "under 0.1%"
    if part < 0.1 or 0.995 <= part < 1:
        return f"{part * 100:.1f}%"
    return f"{part * 100:.0f}%"


def amount(value: float) -> str:
    """A statistic: three significant digits, thousands separated, no exponent where short."""
    if not math.isfinite(value):
        return "unbounded"
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return short(value)
    if abs(value) < 0.0001:
        return f"{value:.1e}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def day(when: date) -> str:
    """`5 June 2026`."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def brief_day(when: date) -> str:
    """`5 Jun`, for an axis."""
    return f"{when.day} {_MONTHS[when.month - 1][:3]}"


def moment(when: datetime) -> str:
    """`5 June 2026, 21:00 UTC`."""
    when = utc(when)
    return f"{day(when)}, {when:%H:%M} UTC"


def window(first: datetime | None, last: datetime | None) -> str:
    """The days that a window spans, with the year once where it can be."""
    if first is None or last is None:
        return "no time window"
    first, last = utc(first), utc(last)
    if first.date() == last.date():
        return day(first)
    if first.year == last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def days_between(first: datetime | None, last: datetime | None) -> int:
    """Calendar days in UTC that a window touches."""
    if first is None or last is None:
        return 0
    return (utc(last).date() - utc(first).date()) // timedelta(days=1) + 1


def duration(seconds: float) -> str:
    """`41.8 seconds`, `3 minutes 12 seconds`."""
    if seconds < 60:
        return f"{seconds:.1f} seconds"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{plural(minutes, 'minute')} {plural(rest, 'second')}"
    hours, minutes = divmod(minutes, 60)
    return f"{plural(hours, 'hour')} {plural(minutes, 'minute')}"


def size(number: int) -> str:
    """Bytes as `418 MB`."""
    value = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:,.1f} TB"
