"""Spreads of pooled accounts over the values of every feature, as counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import ibis.expr.types as ir
import numpy as np

from gauger.engine import Engine
from gauger.find.profiles import tally_apart
from gauger.find.profiles.counts import HASHED_BUCKETS, UNBOUNDED, WORDING, bucket_counts
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.summary import Summary
from gauger.find.profiles.tally import BUCKETS, NAMED, Entries, Tally, rows_of, wordings_of
from gauger.find.profiles.things import numbers
from gauger.model.counts import Counts, Gathering
from gauger.model.population import Ints

HASHED: Final = (*UNBOUNDED, WORDING)
_COLUMNS: Final = {
    "hour": 24,
    **{feature: columns for feature, columns in BUCKETS.items() if feature != WORDING},
    **dict.fromkeys(UNBOUNDED, HASHED_BUCKETS),
    WORDING: BUCKETS[WORDING],
}
"""How many buckets each feature has. Those that are not tallied from single exchanges are summed
up by account already, in tables of fewer rows."""


def spread_counts(
    engine: Engine, summary: Summary, facts: AccountFacts, pool: Ints, lent: ir.Table
) -> Iterator[tuple[str, Counts]]:
    """Each feature with how often accounts of the pool (positions; rows of the counts) have each
    of its buckets; `lent` holds their keys."""
    row = np.full(len(facts.ids), -1, np.int64)
    row[pool] = np.arange(len(pool))
    entries = _entries(engine, summary, facts, pool, lent, row)
    for feature, columns in _COLUMNS.items():
        counts = Gathering(len(pool), columns)
        if feature in BUCKETS:
            for at, bucket, exchanges in entries(feature):
                counts.add(at, bucket, exchanges)
        else:
            for batch in engine.stream(
                bucket_counts(summary, lent, feature), f"spread of {feature}"
            ):
                at = row[facts.positions(numbers(batch["account_key"]))]
                counts.add(at, numbers(batch["bucket"]), numbers(batch["exchanges"]))
        yield feature, counts.together()


def _entries(
    engine: Engine, summary: Summary, facts: AccountFacts, pool: Ints, lent: ir.Table, row: Ints
) -> Callable[[str], Iterator[Entries]]:
    """What single exchanges come to, feature by feature."""
    rows = rows_of(summary, lent)
    begun = int(facts.first_seen.min(initial=0)) // 1_000_000
    if not engine.embedded:
        return tally_apart.counted(engine, rows, facts.keys[pool], facts.exchanges[pool], begun)
    tally = Tally(facts.exchanges[pool])
    for batch in engine.stream(rows, "spreads"):
        at = row[facts.positions(numbers(batch["account_key"]))].astype(np.int32)
        for feature in NAMED:
            tally.name(feature, at, numbers(batch[feature]))
        for of_run, bucket in wordings_of(batch, at):
            tally.name(WORDING, of_run, bucket)
        tally.time(at, numbers(batch["second"]) - begun)
    tally.paused()
    return tally.entries
