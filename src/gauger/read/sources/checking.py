"""What every row must be before it leaves: required fields there, impossible values null."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gauger.model.exchange import EXCHANGE_SCHEMA, REQUIRED
from gauger.read.sources.jsontext import kind_of
from gauger.read.sources.times import Clock

_NOT_NEGATIVE = (
    "input_images", "input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens",
    "max_tokens", "latency_ms",
)  # fmt: skip
_FINITE = ("temperature", "top_p")
_NOT_EMPTY = (
    "organization_id", "credential_id", "conversation_id", "operation", "system", "input_role",
    "tools", "source_ip", "user_agent", "ja4", "finish_reason",
)  # fmt: skip
"""An empty text here means unset; kept, it would tie every account that leaves it unset."""


def usable(columns: dict[str, pa.Array], clock: Clock) -> pa.Array:
    """Which rows hold every required field."""
    mask = clock.within(columns["time"])
    for name in REQUIRED:
        if name != "time":
            mask = pc.and_(mask, pc.fill_null(pc.not_equal(columns[name], ""), False))
    return mask


def reason(value_of: Callable[[str], Any], clock: Clock) -> tuple[str, str]:
    """The first required field that fails, and why; `value_of` gives a row's own value."""
    for name in REQUIRED:
        value = value_of(name)
        if name == "time":
            problem = clock.problem(value)
            if problem is not None:
                return name, problem
        elif value is None:
            return name, "is missing"
        elif value == "":
            return name, "is empty"
        elif isinstance(value, (dict, list, bool)):
            return name, f"is {kind_of(value)}, expected a string"
    return "time", "cannot be understood"


def tidy(columns: dict[str, pa.Array], count: Callable[[str, int], None]) -> None:
    """Turn values that no exchange can have into null, in place; `count` is told how many."""
    for name in _NOT_NEGATIVE:
        _drop(columns, name, lambda column: pc.less(column, 0), count)
    _drop(columns, "turn", lambda column: pc.less(column, 1), count)
    for name in _FINITE:
        _drop(columns, name, lambda column: pc.invert(pc.is_finite(column)), count)
    for name in _NOT_EMPTY:
        _drop(columns, name, lambda column: pc.equal(column, ""), None)


def _drop(
    columns: dict[str, pa.Array],
    name: str,
    impossible: Callable[[pa.Array], pa.Array],
    count: Callable[[str, int], None] | None,
) -> None:
    column = columns[name]
    if column.null_count == len(column):
        return
    bad = impossible(column)
    found = pc.sum(bad).as_py() or 0
    if not found:
        return
    columns[name] = pc.if_else(bad, pa.scalar(None, column.type), column)
    if count is not None:
        count(name, found)


def empty_columns(rows: int) -> dict[str, pa.Array]:
    """All canonical columns, null throughout."""
    return {field.name: pa.nulls(rows, field.type) for field in EXCHANGE_SCHEMA}


def slices(batch: pa.RecordBatch, limit: int) -> Iterator[pa.RecordBatch]:
    """The batch in parts of at most about `limit` bytes, never less than a row."""
    if batch.num_rows <= 1 or batch.nbytes <= limit:
        yield batch
        return
    half = batch.num_rows // 2
    yield from slices(batch.slice(0, half), limit)
    yield from slices(batch.slice(half), limit)


def bad_rows(mask: pa.Array) -> Sequence[int]:
    """Places of the rows that a mask leaves out."""
    places: list[int] = pc.indices_nonzero(pc.invert(mask)).to_pylist()
    return places
