"""When an exchange was: text or epoch seconds to microseconds, with the unit judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gauger.model.exchange import TIME
from gauger.read.sources.rejects import quoted

EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
"""No log of a language model is older: an earlier time is one in a wrong unit."""
SLACK = timedelta(days=1)
"""How far a log's clock may run ahead of ours."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LATEST_MICROSECOND = 2**63 - 1

_UNITS = ((1e3, "milliseconds"), (1e6, "microseconds"), (1e9, "nanoseconds"))


@dataclass(frozen=True, slots=True)
class Clock:
    """The span of times that can be true, in microseconds since 1970."""

    earliest: int
    latest: int

    @classmethod
    def at(cls, now: datetime | None) -> Clock:
        """The span that ends one day after `now`; a naive `now` is taken as UTC."""
        present = now or datetime.now(UTC)
        if present.tzinfo is None:
            present = present.replace(tzinfo=UTC)
        return cls((EARLIEST - EPOCH) // MICROSECOND, (present + SLACK - EPOCH) // MICROSECOND)

    def problem(self, value: Any) -> str | None:
        """Why a time cannot be used, for a person who must find the cause; null if it can."""
        if value is None or value == "":
            return "is missing"
        moment = moment_of(value)
        if moment is None:
            if isinstance(value, (dict, list, bool)):
                return f"is {_kind(value)}, expected a time"
            return f"is {quoted(value)}, expected an ISO 8601 time or epoch seconds"
        if moment > self.latest:
            unit = self._unit(value)
            return f"is {quoted(value)}, {unit or 'later than the present by over a day'}"
        if moment < self.earliest:
            return f"is {quoted(value)}, before 2015: its unit or its clock is wrong"
        return None

    def _unit(self, value: Any) -> str | None:
        number = _number(value)
        if number is None:
            return None
        for scale, unit in _UNITS:
            if self.earliest <= number / scale * 1e6 <= self.latest:
                return f"which looks like epoch {unit}, expected seconds"
        return None

    def within(self, times: pa.Array) -> pa.Array:
        """Which of `times` can be true; false where null."""
        numbers = times.cast(pa.int64())
        fits = pc.and_(
            pc.greater_equal(numbers, self.earliest), pc.less_equal(numbers, self.latest)
        )
        return pc.fill_null(fits, False)


def moment_of(value: Any) -> int | None:
    """Microseconds since 1970 of a time as text, as a datetime or as epoch seconds."""
    number = _number(value)
    try:
        if number is not None:
            return round(number * 1e6)
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip().upper().removesuffix(" UTC"))
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time(), UTC)
        if isinstance(value, datetime):
            aware = value if value.tzinfo else value.replace(tzinfo=UTC)
            return (aware - EPOCH) // MICROSECOND
    except (ValueError, OverflowError):
        return None
    return None


def column_of(values: Sequence[Any]) -> pa.Array:
    """A time column from loosely typed values; null where one cannot be understood."""
    if all(isinstance(value, str) for value in values):
        texts = _from_texts(pa.array(values, pa.string()))
        if texts is not None:
            return texts
    return pa.array([_storable(moment_of(value)) for value in values], pa.int64()).cast(TIME)


def column_from(array: pa.Array) -> pa.Array:
    """A time column from an Arrow column of any type that can mean a time."""
    kind = array.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _from_moments(array)
    if pa.types.is_string(kind):
        texts = _from_texts(array)
        if texts is not None:
            return texts
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _from_seconds(array)
    return column_of(array.to_pylist())


def _from_moments(array: pa.Array) -> pa.Array:
    kind = array.type
    if pa.types.is_date(kind):
        array = array.cast(pa.timestamp("s" if pa.types.is_date32(kind) else "ms"))
    unit, zone = array.type.unit, array.type.tz
    zoned = array if zone else array.cast(pa.timestamp(unit, "UTC"))
    # Nanoseconds are cut to whole microseconds; coarser units could overflow, and are checked.
    if unit == "ns":
        return zoned.cast(TIME, safe=False)
    numbers = zoned.cast(pa.int64())
    limit = LATEST_MICROSECOND // {"s": 10**6, "ms": 10**3, "us": 1}[unit]
    sane = pc.and_(pc.less_equal(numbers, limit), pc.greater_equal(numbers, -limit))
    return pc.if_else(sane, zoned, pa.scalar(None, zoned.type)).cast(TIME)


def _from_seconds(array: pa.Array) -> pa.Array:
    seconds = array.cast(pa.float64(), safe=False)
    # Beyond this no microsecond count fits 64 bits; such a time is rejected as null is.
    sane = pc.less(pc.abs(seconds), 9e12)
    kept = pc.if_else(pc.fill_null(sane, False), seconds, pa.scalar(None, pa.float64()))
    return pc.round(pc.multiply(kept, 1e6)).cast(pa.int64()).cast(TIME)


def _from_texts(texts: pa.Array) -> pa.Array | None:
    """All at once when they are written alike, as one log's times are; else null."""
    for parsed in (TIME, pa.timestamp("us")):
        try:
            return texts.cast(parsed).cast(TIME)
        except pa.ArrowInvalid:
            continue
    return None


def _storable(moment: int | None) -> int | None:
    return moment if moment is not None and abs(moment) <= LATEST_MICROSECOND else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        if not text.replace(".", "", 1).isdecimal():
            return None
        value = text
    elif not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e21 else None


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", bool: "true or false"}[type(value)]
