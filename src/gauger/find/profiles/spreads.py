"""Spreads of pooled accounts over the values of every feature, as counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import ibis
import ibis.expr.types as ir
import numba as nb
import numpy as np
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.engine.moments import second_of
from gauger.find.profiles.counts import (
    HASHED_BUCKETS,
    PAUSE,
    UNBOUNDED,
    WORDING,
    bucket_counts,
    features,
)
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.runs import PROMPT_RUNS, unfolded
from gauger.find.profiles.summary import Summary
from gauger.find.profiles.things import numbers
from gauger.model.counts import Counts, Gathering
from gauger.model.population import Ints

_BUCKETS: Final = {
    "hour": 24,
    "capability": 32,
    "script": 16,
    "prompt length": 24,
    "answer length": 24,
    "turn": 8,
    PAUSE: 24,
}
HASHED: Final = (*UNBOUNDED, WORDING)
_FEATURES: Final = (*_BUCKETS, *HASHED)
_OF_FEW: Final = ("hour", *UNBOUNDED)
"""What is summed up by account already, in tables of fewer rows than exchanges."""
_ROWS: Final = 1 << 15


def spread_counts(
    engine: Engine, summary: Summary, facts: AccountFacts, pool: Ints, lent: ir.Table
) -> Iterator[tuple[str, Counts]]:
    """Each feature with how often accounts of the pool (positions; rows of the counts) have each
    of its buckets; `lent` holds their keys."""
    row = np.full(len(facts.ids), -1, np.int64)
    row[pool] = np.arange(len(pool))
    here = _Here.of(engine, summary, lent, facts, row, pool) if engine.embedded else None
    for feature in _FEATURES:
        if here is not None and feature not in _OF_FEW:
            yield feature, here.counts(feature)
            continue
        counts = Gathering(len(pool), columns_of(feature))
        rows = bucket_counts(summary, lent, feature)
        for batch in engine.stream(rows, f"spread of {feature}"):
            at = row[facts.positions(numbers(batch["account_key"]))]
            bucket = np.minimum(numbers(batch["bucket"]), counts.columns - 1)
            counts.add(at, bucket, numbers(batch["exchanges"]))
        yield feature, counts.together()


def columns_of(feature: str) -> int:
    """How many buckets a feature has."""
    return _BUCKETS.get(feature, HASHED_BUCKETS)


class _Here:
    """All features of single exchanges, counted in one pass over these in this process."""

    def __init__(self, counted: dict[str, NDArray[np.int32]]) -> None:
        self._counted = counted

    @classmethod
    def of(
        cls, engine: Engine, summary: Summary, pool: ir.Table, facts: AccountFacts, row: Ints,
        pooled: Ints,
    ) -> _Here:  # fmt: skip
        """Of the exchanges of the accounts in `pool`."""
        chosen = summary.sketches.semi_join(pool, "account_key")
        named = {
            name: bucket.fill_null(ibis.literal(-1, "int32")).cast("int32")
            for name, bucket in features(chosen).items()
        }
        rows = chosen.select("account_key", *PROMPT_RUNS, second=second_of(chosen.time), **named)
        counted = {
            name: np.zeros((len(pooled), columns_of(name)), np.int32)
            for name in _FEATURES
            if name not in _OF_FEW
        }
        starts = np.concatenate(([0], np.cumsum(facts.exchanges[pooled])))
        begun, free = int(facts.first_seen.min(initial=0)) // 1_000_000, starts[:-1].copy()
        seconds = np.empty(starts[-1], np.int32)
        for batch in engine.stream(rows, "spreads"):
            at = row[facts.positions(numbers(batch["account_key"]))].astype(np.int32)
            for name in named:
                _count(counted[name], at, numbers(batch[name]))
            for name in PROMPT_RUNS:
                run, holder = unfolded(batch[name], at)
                _count(counted[WORDING], holder, run & (HASHED_BUCKETS - 1))
            _put(seconds, free, at, numbers(batch["second"]) - begun)
        _pauses(counted[PAUSE], starts, free, seconds)
        return cls(counted)

    def counts(self, feature: str) -> Counts:
        """The counts of a feature, which are let go of."""
        held = self._counted.pop(feature)
        counts = Gathering(*held.shape)
        for begin in range(0, len(held), _ROWS):
            some = held[begin : begin + _ROWS]
            row, column = np.nonzero(some)
            counts.add(begin + row, column, some[row, column].astype(np.int64))
        return counts.together()


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
