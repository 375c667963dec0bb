"""Counts of accounts by column, without the columns that an account has nothing in.

An account of a hundred exchanges fills a handful of 128 buckets and of 900 hours: what is held
grows with what accounts did and not with how wide a feature is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numba as nb
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """Positive counts by row and column, as compressed sparse rows.

    Those of row r stand from `start[r]` to `start[r + 1]` in `column` and `count`, by ascending
    column, each below `columns`.
    """

    start: Ints
    column: NDArray[np.int16]
    count: NDArray[np.int32]
    columns: int

    def __len__(self) -> int:
        return len(self.start) - 1

    @cached_property
    def lengths(self) -> Ints:
        """How many columns each row has a count in."""
        return np.diff(self.start)

    @cached_property
    def totals(self) -> Ints:
        """The sum of each row."""
        return self.sums(self.count)

    def sums(self, values: NDArray[np.integer]) -> Ints:
        """The sum over each row of whole numbers that stand as the counts do."""
        running = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
        return np.asarray(running[self.start[1:]] - running[self.start[:-1]])


class Gathering:
    """Counts as they come: in batches, in any order, one row and column as often as may be."""

    def __init__(self, rows: int, columns: int) -> None:
        self.columns = columns
        self._lengths = np.zeros(rows, np.int64)
        self._held: list[tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.int32]]] = []

    def add(self, row: Ints, column: Ints, count: Ints) -> None:
        """Takes in a batch; those of one row and column are added up in the end."""
        self._held.append(
            (row.astype(np.int32), column.astype(np.int16), count.astype(np.int32))
        )  # fmt: skip
        self._lengths += np.bincount(row, minlength=len(self._lengths))

    def together(self) -> Counts:
        """All that was taken in, which is let go of meanwhile."""
        start = np.concatenate(([0], np.cumsum(self._lengths)))
        column = np.empty(start[-1], np.int16)
        count = np.empty(start[-1], np.int32)
        free = start[:-1].copy()
        while self._held:
            _place(free, *self._held.pop(), column, count)
        kept = _in_order(start, column, count)
        return Counts(start, column[:kept].copy(), count[:kept].copy(), self.columns)


@nb.njit(cache=True, nogil=True)
def _place(free, row, of, held, column, count):  # type: ignore[no-untyped-def]
    for e in range(len(row)):
        at = free[row[e]]
        column[at] = of[e]
        count[at] = held[e]
        free[row[e]] = at + 1


@nb.njit(cache=True, nogil=True)
def _in_order(start, column, count):  # type: ignore[no-untyped-def]
    """Sorts every row by column, adds up what stands in one, and moves rows up to what is left
    before them. Returns how many counts are left."""
    kept = 0
    for r in range(len(start) - 1):
        begin, end = start[r], start[r + 1]
        order = np.argsort(column[begin:end])
        columns, counts = column[begin:end].copy(), count[begin:end].copy()
        start[r] = kept
        for e in order:
            if counts[e] == 0:
                continue
            if kept > start[r] and column[kept - 1] == columns[e]:
                count[kept - 1] += counts[e]
            else:
                column[kept] = columns[e]
                count[kept] = counts[e]
                kept += 1
    start[len(start) - 1] = kept
    return kept
