"""Loosely typed values to the types of canonical columns, where nothing is lost by it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from gauger.read.sources.jsontext import compact

Coercer = Callable[[Any], Any]


def as_text(value: Any) -> str | None:
    """Text as it is, a number or identifier as its digits; null for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, bytes, dict, list)):
        return None
    return str(value)


def as_json(value: Any) -> str | None:
    """Text as it is, lists and objects as compact JSON."""
    if isinstance(value, (dict, list)):
        return compact(value) if value else None
    return as_text(value)


def as_integer(value: Any) -> int | None:
    """A whole number, also written as text or as a float without a fraction."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = int(value) if value.strip().lstrip("+-").isdecimal() else float(value)
        except (ValueError, OverflowError):
            return None
    if isinstance(value, int):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return int(number) if number.is_integer() else None


def as_number(value: Any) -> float | None:
    """A finite number, also written as text."""
    if isinstance(value, (bool, dict, list)):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def as_truth(value: Any) -> bool | None:
    """True or false, also as text or as 1 and 0."""
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}.get(str(value).strip().lower())


def coercer_for(field: pa.Field) -> Coercer:
    """The function that turns a loose value into one that `field` can hold, or into null."""
    if field.name == "tools":
        return as_json
    if pa.types.is_string(field.type):
        return as_text
    if pa.types.is_boolean(field.type):
        return as_truth
    if pa.types.is_floating(field.type):
        return as_number
    limit = 1 << (field.type.bit_width - 1)

    def within(value: Any) -> int | None:
        number = as_integer(value)
        return number if number is not None and -limit <= number < limit else None

    return within


def column(values: Sequence[Any], field: pa.Field) -> tuple[pa.Array, int]:
    """A column of loose values, and how many of them were not null and became so."""
    try:
        # One call for the usual case: values already of the right type.
        return _exact(values, field.type), 0
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        coerce = coercer_for(field)
    coerced = [None if value is None else coerce(value) for value in values]
    lost = sum(new is None and old is not None for old, new in zip(values, coerced, strict=True))
    return pa.array(coerced, field.type), lost


def _exact(values: Sequence[Any], wanted: pa.DataType) -> pa.Array:
    if pa.types.is_string(wanted) or pa.types.is_boolean(wanted):
        return pa.array(values, wanted)
    # Told the type, Arrow would cut fractions off and take true for 1.
    found = pa.array(values)
    if pa.types.is_boolean(found.type):
        raise TypeError("true or false is no number")
    return found.cast(wanted)
