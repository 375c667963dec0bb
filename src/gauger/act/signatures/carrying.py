"""What exchanges carry, flat: one row for every exchange and print, on either side of a scan.

The engine's expressions (`gauger.find.profiles.carried`) say the same of a table of sketches; a
test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gauger.find.linkage.identity import email_roots
from gauger.find.profiles.carried import RUNS, SINGLE
from gauger.find.profiles.prompts import MIN_ITEM_TOKENS
from gauger.model.signature import TRAIT_KINDS
from gauger.read.sketch import SketchKey
from gauger.read.sketch.columns import fingerprints

Prints = NDArray[np.int64]
_FRAME: Final = TRAIT_KINDS.index("frame")
_RECORD_COLUMNS: Final = {
    "payment": "payment_fingerprint", "phone": "phone_hash", "email": "email",
}  # fmt: skip


@dataclass(frozen=True)
class Carried:
    """Parallel arrays: row number `row` carries `print` of the kind at position `kind`."""

    rows: int
    row: NDArray[np.int64]
    kind: NDArray[np.int8]
    print: Prints


def carried_by(table: pa.Table) -> Carried:
    """What the rows of `first_exchanges` carry."""
    row, kind, prints = [], [], []
    for name in RUNS:
        lists = table[f"{name}_prints"].combine_chunks()
        row.append(pc.list_parent_indices(lists).to_numpy(zero_copy_only=False))
        prints.append(_ints(pc.list_flatten(lists)))
        kind.append(np.full(len(row[-1]), _FRAME, np.int8))
    for name in SINGLE:
        column = table[name]
        there = np.flatnonzero(column.is_valid().to_numpy())
        row.append(there)
        prints.append(_ints(column.drop_null()))
        kind.append(np.full(len(there), TRAIT_KINDS.index(name), np.int8))
    return Carried(
        table.num_rows,
        np.concatenate(row).astype(np.int64),
        np.concatenate(kind),
        np.concatenate(prints),
    )


def of_sketches(sketches: pa.RecordBatch) -> pa.Table:
    """The columns of `first_exchanges` that say what exchanges carry, of sketches at hand."""
    columns: dict[str, Any] = {f"{name}_prints": sketches[name] for name in RUNS}
    for kind in SINGLE:
        columns[kind] = _thing(sketches, kind)
    return pa.table(columns)


def _thing(s: pa.RecordBatch, kind: str) -> pa.Array:
    none = pa.scalar(None, pa.int64())
    if kind == "item":
        long = pc.greater_equal(s["prompt_tokens"], MIN_ITEM_TOKENS)
        return pc.if_else(pc.fill_null(long, False), s["prompt"], none)
    if kind == "subject":
        number = _together([s["capability"], s["marks"], s["script"]])
        return pc.if_else(pc.is_valid(s["prompt"]), number, none)
    if kind == "form":
        tool = pc.equal(s["input_role"], "tool")
        turn = pc.min_element_wise(pc.fill_null(s["turn"], 1), pa.scalar(3, pa.int32()))
        return _together([turn, tool])
    if kind in ("asked", "answered"):
        tokens = pc.cast(s["prompt_tokens" if kind == "asked" else "output_tokens"], pa.float64())
        some = pc.fill_null(pc.greater(tokens, 0), False)
        size = pc.floor(pc.multiply(pc.log2(pc.if_else(some, tokens, 1.0)), 2.0))
        return pc.if_else(some, pc.cast(size, pa.int64()), none)
    return s[kind]


def _together(parts: list[pa.Array]) -> pa.Array:
    number = pa.scalar(0, pa.int64())
    for part in parts:
        small = pc.fill_null(pc.cast(part, pa.int64()), 99)
        number = pc.add(pc.multiply(number, 100), small)
    return number


def recorded(records: pa.Table, key: SketchKey) -> Carried:
    """What account records (ACCOUNT_SCHEMA) carry, as keyed prints; one row for each record."""
    row, kind, prints = [], [], []
    for name, column in _RECORD_COLUMNS.items():
        values = email_roots(records[column]) if name == "email" else records[column]
        held = [(n, f"{name}:{value}") for n, value in enumerate(values.to_pylist()) if value]
        row.append(np.array([n for n, _ in held], np.int64))
        prints.append(_ints(fingerprints(pa.array([v for _, v in held], pa.string()), key)))
        kind.append(np.full(len(held), TRAIT_KINDS.index(name), np.int8))
    return Carried(
        records.num_rows, np.concatenate(row), np.concatenate(kind), np.concatenate(prints)
    )


def _ints(column: pa.Array | pa.ChunkedArray) -> Prints:
    return (
        np.asarray(column.to_numpy(zero_copy_only=False), np.int64)
        if isinstance(column, pa.Array)
        else np.asarray(column.to_numpy(), np.int64)
    )
