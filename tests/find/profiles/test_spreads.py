"""Spreads counted by an engine's executors are those counted in one process."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from gauger.engine import Engine, strewn
from gauger.find.profiles import summarize, things
from gauger.find.profiles.facts import gather_facts
from gauger.find.profiles.spreads import spread_counts

from . import oracle


@pytest.mark.parametrize("every", [1, 2])
@pytest.mark.parametrize("rows", [10, 10**6])
def test_they_are_the_same(
    duckdb: Engine, every: int, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sketches = oracle.population()
    monkeypatch.setattr(things, "_ROWS", rows)
    monkeypatch.setattr(strewn, "_ROWS", rows)
    summary = summarize(duckdb, duckdb.lend(sketches, "sketches"), sketches.num_rows)
    facts = gather_facts(duckdb, summary, None)
    pool = np.arange(len(facts.ids))[::every]
    lent = duckdb.lend(pa.table({"account_key": facts.keys[pool]}), "pool")
    here = dict(spread_counts(duckdb, summary, facts, pool, lent))
    duckdb.embedded = False
    there = dict(spread_counts(duckdb, summary, facts, pool, lent))
    assert list(here) == list(there)
    assert {"pause", "wording", "hour", "model"} < set(here)
    for feature, counts in here.items():
        assert counts.columns == there[feature].columns
        assert counts.totals.sum() > 0, feature
        for part in ("start", "column", "count"):
            assert np.array_equal(getattr(counts, part), getattr(there[feature], part)), feature


def test_of_a_pool_of_nobody_nothing_is_counted(duckdb: Engine) -> None:
    sketches = oracle.population()
    summary = summarize(duckdb, duckdb.lend(sketches, "sketches"), sketches.num_rows)
    facts = gather_facts(duckdb, summary, None)
    nobody = np.empty(0, np.int64)
    lent = duckdb.lend(pa.table({"account_key": nobody}), "pool")
    for embedded in (True, False):
        duckdb.embedded = embedded
        spreads = dict(spread_counts(duckdb, summary, facts, nobody, lent))
        assert all(len(counts) == 0 for counts in spreads.values())
