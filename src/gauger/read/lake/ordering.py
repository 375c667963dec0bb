"""Puts the sketches of one chunk in order in memory, as `arranged` does for any number of them.

An ingest makes chunks as small as memory wants them; an engine would write and read them first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.model.sketch_files import ROWS_PER_GROUP

_DAY: Final = 86_400_000_000


def in_one(held: list[pa.Table]) -> pa.RecordBatch:
    """The rows of the only table that is held, in one piece; it is let go of column by column.

    Rows that are taken of a table in pieces have it put together anew every time.
    """
    table = held.pop()
    schema, columns = table.schema, table.columns
    del table
    for number, column in enumerate(columns):
        columns[number] = column.combine_chunks()
        del column
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def days_of(chunk: pa.RecordBatch) -> Iterator[NDArray[np.int64]]:
    """Places of the rows of each day in turn, account by account within it."""
    times = chunk["time"].cast(pa.int64()).to_numpy()
    days = times // _DAY
    order = np.lexsort(
        (chunk["exchange_key"].to_numpy(), times, chunk["account_key"].to_numpy(), days)
    )
    cuts = np.flatnonzero(np.diff(days[order])) + 1
    for begin, end in pairwise([0, *cuts.tolist(), len(order)]):
        yield order[begin:end]


def rows_at(chunk: pa.RecordBatch, places: NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
    """The rows at some places, no more at once than a row group of a file takes."""
    for begin in range(0, len(places), ROWS_PER_GROUP):
        yield chunk.take(pa.array(places[begin : begin + ROWS_PER_GROUP]))


class HeldKeys:
    """The `exchange_key` of every record of a load, as long as they are few enough to hold."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: list[NDArray[np.int64]] | None = []
        self._count = 0

    def add(self, keys: Sequence[pa.Array]) -> None:
        """Takes the keys of some records."""
        self._count += sum(map(len, keys))
        if self._held is None or self._count > self._most:
            self._held = None
            return
        self._held += [np.array(each.to_numpy()) for each in keys]

    def all_differ(self) -> bool:
        """Whether no two records have one key; false where that is not known."""
        if self._held is None:
            return False
        keys = np.concatenate(self._held) if self._held else np.empty(0, np.int64)
        keys.sort()
        return not bool((keys[1:] == keys[:-1]).any())
