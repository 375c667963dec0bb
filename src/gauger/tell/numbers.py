"""Numbers as they leave the machine: rounded, finite, and never more exact than they are."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from gauger.weigh.evidence.say import verbal


def rounded(value: float) -> float | None:
    """A share to three decimals; nothing where it is not a number."""
    if not math.isfinite(value):
        return None
    return round(value, 3) + 0.0


def rounded_lr(log10: float, decimals: int = 3) -> float | None:
    """A log10 LR to so many decimals, within the band of the verbal scale that it lies in.

    Rounded to the nearest, 1.96 would read 2.0 beside the words for less than 2; here it is 1.9.
    Nothing where it is not finite.
    """
    if not math.isfinite(log10):
        return None
    nearest = round(log10, decimals)
    if verbal(nearest) != verbal(log10):
        step = math.copysign(10.0**-decimals, log10 - nearest)
        nearest = round(nearest + step, decimals)
    return nearest + 0.0


def significant(value: float, digits: int = 4) -> float | None:
    """A statistic or a p-value to significant digits.

    Three decimals would print a p-value of 1 in 4,000 as 0, which no number of ordinary groups
    can support.
    """
    if not math.isfinite(value):
        return None
    shown = float(f"{value:.{digits}g}")
    return shown + 0.0 if math.isfinite(shown) else value


def utc(time: datetime) -> datetime:
    """The same moment in UTC; a time without a zone is taken to be UTC already."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def rfc3339(time: datetime | None) -> str | None:
    """A moment as `2026-04-22T00:00:00Z`, with microseconds only where there are some."""
    if time is None:
        return None
    return utc(time).isoformat().replace("+00:00", "Z")


def storable(text: str) -> str:
    """Text that UTF-8 can hold: identifiers come from clients, who may send half a character."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
