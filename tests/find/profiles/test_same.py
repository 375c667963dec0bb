"""What is shared of frames and items, here and by executors, is what plain Python tells."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from gauger.engine import Engine
from gauger.find.linkage.ties import HELD
from gauger.find.profiles import same, summarize, things
from gauger.find.profiles.facts import AccountFacts, gather_facts
from gauger.find.profiles.same import held_here
from gauger.find.profiles.same_apart import held_apart

from . import oracle


def _by_thing(table: pa.Table) -> Counter[Any]:
    """Every thing as its accounts, with what each row says of it: its number is a hash of them."""
    held: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for row in table.to_pylist():
        held[row["thing"]].append(
            (row["account"], row["exchanges"], row["accounts"], row["prints"])
        )
    return Counter(tuple(sorted(rows)) for rows in held.values())


def _expected(rows: list[oracle.Row], kind: str, facts: AccountFacts, busy: set[int]) -> Any:
    position = {key: number for number, key in enumerate(facts.keys.tolist())}
    held: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for account, of, thing, exchanges, accounts, prints in oracle.shared_things(rows):
        if of == kind and (account not in busy or exchanges > 1):
            held[thing].append((position[account], exchanges, accounts, prints))
    return Counter(tuple(sorted(each)) for each in held.values())


@pytest.mark.parametrize("kind", ["frame", "item"])
@pytest.mark.parametrize("some", [False, True])
@pytest.mark.parametrize("rows", [3, 10**6])
@pytest.mark.parametrize("embedded", [True, False])
def test_things_of_the_same_holders_are_one(
    duckdb: Engine, kind: str, some: bool, rows: int, embedded: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(same, "_ROWS", rows)
    monkeypatch.setattr(things, "_ROWS", 40)
    duckdb.embedded = embedded
    sketches = oracle.population()
    summary = summarize(duckdb, duckdb.lend(sketches, "sketches"), sketches.num_rows)
    facts = gather_facts(duckdb, summary, None)
    busy = np.arange(len(facts.ids)) % 2 == (0 if some else 2)
    shelf = summary.runs.shelf if kind == "frame" else summary.prompts.shelf
    held = held_here if embedded else held_apart
    found = held(duckdb, shelf, facts, busy, kind)
    assert found.schema == HELD
    assert found.num_rows
    if kind == "frame":
        assert max(found["prints"].to_pylist()) > 1
    keys = set(facts.keys[busy].tolist())
    assert _by_thing(found) == _expected(sketches.to_pylist(), kind, facts, keys)
