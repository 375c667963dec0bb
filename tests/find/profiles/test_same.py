"""What is shared, told of the pieces on a shelf, is what the engine tells."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from gauger.engine import Engine
from gauger.find.linkage.ties import HELD
from gauger.find.profiles import same, shared_things, summarize, things
from gauger.find.profiles.facts import gather_facts

from . import oracle


def _by_thing(table: pa.Table) -> Counter[Any]:
    """Every thing as its accounts, with what each row says of it: a thing has another number
    here and there."""
    held: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for row in table.to_pylist():
        held[row["thing"]].append(
            (row["account"], row["exchanges"], row["accounts"], row["prints"])
        )
    return Counter(tuple(sorted(rows)) for rows in held.values())


@pytest.mark.parametrize("kind", ["frame", "item"])
@pytest.mark.parametrize("some", [False, True])
@pytest.mark.parametrize("rows", [3, 10**6])
def test_what_is_shared_is_what_the_engine_says(
    duckdb: Engine, kind: str, some: bool, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(same, "_ROWS", rows)
    monkeypatch.setattr(things, "_ROWS", 40)
    sketches = oracle.population()
    summary = summarize(duckdb, duckdb.lend(sketches, "sketches"), sketches.num_rows)
    facts = gather_facts(duckdb, summary, None)
    busy = (np.arange(len(facts.ids)) % 2 == 0) if some else None
    lent = None
    if busy is not None:
        lent = duckdb.lend(pa.table({"account_key": facts.keys[busy]}), "busy")
    said = duckdb.fetch(shared_things(summary, kind, lent), "shared")
    account = facts.positions(np.asarray(said["account_key"].to_numpy(), np.int64))
    said = said.drop_columns(["account_key"]).append_column("account", pa.array(account))
    shelf = summary.runs.shelf if kind == "frame" else summary.prompts.shelf
    assert shelf is not None
    excepted = busy if kind == "frame" else None
    found = same.held_here(duckdb, shelf, facts, excepted, kind)
    assert found.schema == HELD
    assert found.num_rows
    if kind == "frame":
        assert max(found["prints"].to_pylist()) > 1
    assert _by_thing(found) == _by_thing(said)
