"""Spreads counted in one pass here are those that an engine groups feature by feature."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from gauger.engine import Engine
from gauger.find.profiles import summarize
from gauger.find.profiles.facts import gather_facts
from gauger.find.profiles.spreads import spread_counts

from . import oracle


@pytest.mark.parametrize("every", [1, 2])
def test_spreads_are_the_same_here_and_where_an_engine_has_its_rows(
    duckdb: Engine, every: int
) -> None:
    sketches = oracle.population()
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
