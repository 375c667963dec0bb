"""Features of single exchanges counted by account, all of them in one pass of compiled loops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import ibis
import ibis.expr.types as ir
import numba as nb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.engine.moments import second_of
from gauger.find.profiles.counts import HASHED_BUCKETS, PAUSE, WORDING, features
from gauger.find.profiles.runs import PROMPT_RUNS, unfolded
from gauger.find.profiles.summary import Summary
from gauger.model.population import Ints

NAMED: Final = {
    "capability": 32,
    "script": 16,
    "prompt length": 24,
    "answer length": 24,
    "turn": 8,
}
"""Features whose buckets stand in rows, and how many they have."""
BUCKETS: Final = {**NAMED, PAUSE: 24, WORDING: HASHED_BUCKETS}
"""All features of single exchanges, and how many buckets they have."""
_NONE: Final = -1
_ROWS: Final = 1 << 15

Entries = tuple[Ints, Ints, Ints]
"""Parallel arrays: row, bucket, and how many exchanges there."""


def rows_of(summary: Summary, pool: ir.Table) -> ir.Table:
    """What a tally counts of the exchanges of the accounts in `pool` (account_key)."""
    chosen = summary.sketches.semi_join(pool, "account_key")
    named = {
        name: bucket.fill_null(ibis.literal(_NONE, "int32")).cast("int32")
        for name, bucket in features(chosen).items()
    }
    return chosen.select("account_key", *PROMPT_RUNS, second=second_of(chosen.time), **named)


def wordings_of(
    batch: pa.RecordBatch, at: NDArray[np.int32]
) -> Iterator[tuple[NDArray[np.int32], Ints]]:
    """Rows and buckets of the runs in a batch whose own rows are `at`."""
    for name in PROMPT_RUNS:
        run, holder = unfolded(batch[name], at)
        yield holder, run & (HASHED_BUCKETS - 1)


class Tally:
    """Counts of accounts by row, of which so many `exchanges` each will come."""

    def __init__(self, exchanges: Ints) -> None:
        self._counted = {
            name: np.zeros((len(exchanges), columns), np.int32) for name, columns in BUCKETS.items()
        }
        self._starts = np.concatenate(([0], np.cumsum(exchanges)))
        self._free = self._starts[:-1].copy()
        self._seconds = np.empty(self._starts[-1], np.int32)

    def name(self, feature: str, row: NDArray[np.int32], bucket: NDArray[np.integer]) -> None:
        """Takes in buckets of a feature; one below zero is none."""
        _count(self._counted[feature], row, bucket)

    def time(self, row: NDArray[np.int32], second: NDArray[np.integer]) -> None:
        """Takes in when exchanges were, in seconds since any moment."""
        _put(self._seconds, self._free, row, second)

    def paused(self) -> None:
        """All times have come: counts the pauses between them."""
        _pauses(self._counted[PAUSE], self._starts, self._free, self._seconds)

    def entries(self, feature: str) -> Iterator[Entries]:
        """Where the counts of a feature, which are let go of, are not zero."""
        held = self._counted.pop(feature)
        for begin in range(0, len(held), _ROWS):
            some = held[begin : begin + _ROWS]
            row, column = np.nonzero(some)
            yield begin + row, column, some[row, column].astype(np.int64)


@nb.njit(cache=True, nogil=True)
def _count(counted, at, bucket):  # type: ignore[no-untyped-def]
    last = counted.shape[1] - 1
    for i in range(len(at)):
        if bucket[i] >= 0:
            counted[at[i], min(bucket[i], last)] += 1


@nb.njit(cache=True, nogil=True)
def _put(seconds, free, at, second):  # type: ignore[no-untyped-def]
    for i in range(len(at)):
        seconds[free[at[i]]] = second[i]
        free[at[i]] += 1


@nb.njit(cache=True, nogil=True)
def _pauses(counted, starts, ends, seconds):  # type: ignore[no-untyped-def]
    """Counts the times since each account's last exchange by their powers of two."""
    last = counted.shape[1] - 1
    for row in range(len(ends)):
        ordered = np.sort(seconds[starts[row] : ends[row]])
        for i in range(1, len(ordered)):
            # As the engine has it: half a unit off the powers of two, and whole seconds only.
            pause, bucket = ordered[i] - ordered[i - 1] + 1, 0
            while pause > 1:
                pause >>= 1
                bucket += 1
            counted[row, min(bucket, last)] += 1
