"""Moments as whole numbers, by the function that each engine has for it.

What Ibis makes of them goes by way of another type of time, at several times the cost of all else
that is done with a moment.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

_OF_A_SECOND = 1_000_000
_OF_AN_HOUR = 3_600 * _OF_A_SECOND
_SIGNATURE = ((dt.Timestamp(),), dt.int64)


def _epoch_us(time: Any) -> Any: ...


def _unix_micros(time: Any) -> Any: ...


_OF_DUCKDB: Any = ibis.udf.scalar.builtin(_epoch_us, name="epoch_us", signature=_SIGNATURE)
_OF_SPARK: Any = ibis.udf.scalar.builtin(_unix_micros, name="unix_micros", signature=_SIGNATURE)


def hour_of(time: ir.TimestampValue) -> ir.IntegerValue:
    """Whole hours since the epoch."""
    return (_microseconds(time) // _OF_AN_HOUR).cast("int64")


def second_of(time: ir.TimestampValue) -> ir.IntegerValue:
    """Whole seconds since the epoch."""
    return (_microseconds(time) // _OF_A_SECOND).cast("int64")


def _microseconds(time: ir.TimestampValue) -> ir.IntegerValue:
    of_the_engine = _OF_SPARK if time.get_backend().name == "pyspark" else _OF_DUCKDB
    found: ir.IntegerValue = of_the_engine(time)
    return found
