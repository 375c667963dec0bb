"""Every relational step gives on every engine what plain Python gives."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pytest

from exchanges import KEY, at, sketched
from gauger.engine import Engine, start
from gauger.find.profiles import (
    SUMMED_KINDS,
    Summary,
    account_profiles,
    bucket_counts,
    hourly_counts,
    repeats,
    set_repeats_apart,
    shared_things,
    summarize,
    things,
)
from gauger.find.profiles.counts import UNBOUNDED, features, model_adoption
from gauger.find.profiles.facts import gather_facts
from gauger.find.profiles.picture import Pictures
from gauger.find.profiles.spreads import spread_counts
from gauger.find.profiles.taken import Takings
from gauger.find.profiles.tally import BUCKETS, NAMED
from gauger.read.sketch import SketchKey

from . import oracle


@pytest.fixture(scope="module")
def sketches() -> pa.Table:
    """Sketches of a few accounts."""
    return oracle.population()


def _summary(engine: Engine, sketches: pa.Table) -> Summary:
    return summarize(engine, engine.lend(sketches, "sketches"), sketches.num_rows)


def _shared(engine: Engine, summary: Summary, busy: ir.Table | None = None) -> Counter[Any]:
    return Counter(
        (row["account_key"], kind, row["thing"], row["exchanges"], row["accounts"], row["prints"])
        for kind in SUMMED_KINDS
        for row in engine.fetch(shared_things(summary, kind, busy), "shared").to_pylist()
    )


def _summed_up(sketches: pa.Table) -> set[tuple[int, str, int, int, int, int]]:
    return {row for row in oracle.shared_things(sketches.to_pylist()) if row[1] in SUMMED_KINDS}


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            name: value.astimezone(UTC) if hasattr(value, "astimezone") else value
            for name, value in row.items()
        }
        for row in rows
    ]


def _counted(table: pa.Table, *names: str) -> Counter[Any]:
    """Rows of a table as a multiset, so that a row given twice shows."""
    return Counter(zip(*(table[name].to_pylist() for name in names), strict=True))


def test_account_profiles(engine: Engine, sketches: pa.Table) -> None:
    got = engine.fetch(account_profiles(_summary(engine, sketches)), "profiles")
    expected = oracle.account_profiles(sketches.to_pylist())
    rows = _plain(got.to_pylist())
    assert {row["account_key"]: row for row in rows} == expected
    assert len(rows) == len(expected)


def test_shared_things(engine: Engine, sketches: pa.Table) -> None:
    expected = _summed_up(sketches)
    assert {kind for _, kind, *_ in expected} >= {"system", "tools", "range"}
    assert any(prints > 1 for *_, prints in expected)
    assert _shared(engine, _summary(engine, sketches)) == Counter(expected)


def test_what_busy_accounts_held_once_is_left_out(engine: Engine, sketches: pa.Table) -> None:
    # So few that some things are held once.
    sketches = sketches.slice(0, 60)
    keys = sorted(set(sketches["account_key"].to_pylist()))[::2]
    busy = engine.lend(pa.table({"account_key": pa.array(keys, pa.int64())}), "busy")
    everything = _summed_up(sketches)
    expected = {row for row in everything if row[0] not in set(keys) or row[3] > 1}
    assert expected < everything
    assert _shared(engine, _summary(engine, sketches), busy) == Counter(expected)


@pytest.mark.parametrize("room", [100, 10**9])
def test_things_that_are_told_apart_in_parts_give_the_same(
    engine: Engine, sketches: pa.Table, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent = engine.lend(sketches, "sketches")
    monkeypatch.setattr(things, "_ROWS", sketches.num_rows // 4)
    monkeypatch.setattr(things, "_ROOM", room)
    summary = summarize(engine, lent, sketches.num_rows)
    rows = sketches.to_pylist()
    own = engine.fetch(summary.runs.own, "own wording").to_pylist()
    assert {row["account_key"]: row["own"] for row in own} == {
        account: own for account, (_, own) in oracle.own_wording(rows).items() if own
    }
    profiles = engine.fetch(account_profiles(summary), "profiles").to_pylist()
    assert {row["account_key"]: row["distinct_prompts"] for row in profiles} == {
        account: row["distinct_prompts"] for account, row in oracle.account_profiles(rows).items()
    }


def test_spreads(engine: Engine, sketches: pa.Table) -> None:
    lent = engine.lend(sketches, "sketches")
    assert set(NAMED) == set(features(lent))
    summary = summarize(engine, lent)
    facts = gather_facts(engine, summary, None)
    rows = sketches.to_pylist()
    pool = np.arange(len(facts.ids))[::2]
    keys = facts.keys[pool].tolist()
    pooled = engine.lend(pa.table({"account_key": keys}), "pool")
    spreads = dict(spread_counts(engine, summary, facts, pool, pooled))
    assert set(spreads) == {"hour", *BUCKETS, *UNBOUNDED}
    for feature, counts in spreads.items():
        fold = oracle.folded(rows, feature) if feature in UNBOUNDED else {}
        expected: Counter[tuple[int, int]] = Counter()
        for key, mine in oracle.by_account(rows).items():
            if key in keys:
                expected.update((key, bucket) for bucket in oracle.of_all(mine, feature, fold))
        assert expected, feature
        row = np.repeat(np.arange(len(counts)), counts.lengths)
        where = zip(facts.keys[pool[row]].tolist(), counts.column.tolist(), strict=True)
        assert dict(zip(where, counts.count.tolist(), strict=True)) == expected, feature


def test_hourly_counts(engine: Engine, sketches: pa.Table) -> None:
    rows = sketches.to_pylist()
    pooled = sorted(oracle.by_account(rows))[1:4]
    pool = engine.lend(pa.table({"account_key": pooled}), "pool")
    got = engine.fetch(hourly_counts(_summary(engine, sketches), pool), "clocks")
    counted = Counter(
        (row["account_key"], int(row["time"].timestamp() // 3600))
        for row in rows
        if row["account_key"] in pooled
    )
    expected = Counter((*where, times) for where, times in counted.items())
    assert _counted(got, "account_key", "hour", "exchanges") == expected


def test_own_wording(engine: Engine, sketches: pa.Table) -> None:
    summary = _summary(engine, sketches)
    got = engine.fetch(summary.runs.own, "own wording")
    profiles = engine.fetch(account_profiles(summary), "profiles").to_pylist()
    expected = oracle.own_wording(sketches.to_pylist())
    assert any(own for _, own in expected.values())
    own = {row["account_key"]: row["own"] for row in got.to_pylist()}
    assert {
        row["account_key"]: (row["runs"], own.get(row["account_key"], 0))
        for row in profiles
        if row["runs"]
    } == expected


def test_model_adoption(engine: Engine, sketches: pa.Table) -> None:
    got = engine.fetch(model_adoption(_summary(engine, sketches)), "models")
    expected: dict[tuple[int, int], Any] = {}
    for row in sketches.to_pylist():
        where = row["account_key"], row["model"]
        expected[where] = min(expected.get(where, row["time"]), row["time"])
    rows = _plain(got.to_pylist())
    assert {(row["account_key"], row["model"]): row["first_used"] for row in rows} == expected
    assert len(rows) == len(expected)


def _places(table: pa.Table) -> list[tuple[int, int]]:
    return list(zip(table["source_file"].to_pylist(), table["source_row"].to_pylist(), strict=True))


def test_repeats_are_counted_once_and_named(engine: Engine) -> None:
    rows = [
        {"exchange_id": name, "source_file": file, "source_row": row, "account_id": name[0]}
        for name, file, row in (
            ("a", 0, 1), ("b", 0, 2), ("a", 0, 9), ("c", 1, 1), ("a", 1, 2), ("b", 1, 1 << 33),
        )
    ]  # fmt: skip
    repeats = set_repeats_apart(engine, engine.lend(sketched(reversed(rows)), "sketches"))
    repeated = pa.Table.from_batches(repeats.repeated)
    assert _places(repeated) == [(0, 9), (1, 2), (1, 1 << 33)]
    kept = engine.fetch(repeats.sketches, "kept")
    assert sorted(_places(kept)) == [(0, 1), (0, 2), (1, 1)]
    assert kept.schema.names == sketched(rows).schema.names


def test_repeats_that_are_looked_for_in_parts_are_the_same(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = sketched(
        {
            "exchange_id": f"e{number % 40}", "account_id": "a",
            "source_file": number // 40, "source_row": number,
        }
        for number in range(100)
    )  # fmt: skip
    monkeypatch.setattr(repeats, "_ROWS", 10)
    found = set_repeats_apart(engine, engine.lend(rows, "sketches"), rows.num_rows)
    repeated = pa.Table.from_batches(found.repeated)
    assert _places(repeated) == [(number // 40, number) for number in range(40, 100)]
    assert engine.fetch(found.sketches, "kept").num_rows == 40


def test_a_log_without_repeats_is_left_as_it_is(engine: Engine, sketches: pa.Table) -> None:
    lent = engine.lend(sketches, "sketches")
    repeats = set_repeats_apart(engine, lent)
    assert not list(repeats.repeated)
    assert engine.fetch(repeats.sketches, "kept").num_rows == sketches.num_rows


def test_networks_are_counted_by_day_hour_and_capability(
    engine: Engine, sketches: pa.Table
) -> None:
    rows = sketches.to_pylist()
    keys = sorted(oracle.by_account(rows))
    network = {keys[0]: 0, keys[1]: 0, keys[4]: 1}
    membership = pa.table(
        {"account_key": list(network), "network": pa.array(network.values(), pa.int64())}
    )
    lent = engine.lend(sketches, "sketches")
    took, pictures = Takings(engine, lent, membership), Pictures(engine, lent, membership)
    theirs = [(network[row["account_key"]], row) for row in rows if row["account_key"] in network]
    for got, name, value in (
        (took.daily(), "day", lambda row: row["time"].date()),
        (took.hourly(), "hour", lambda row: row["time"].hour),
        (took.capabilities(), "capability", lambda row: row["capability"]),
    ):
        counted = Counter((number, value(row)) for number, row in theirs)
        expected = Counter((*where, times) for where, times in counted.items())
        assert _counted(got, "network", name, "exchanges") == expected, name
    of_all = pictures.hourly_of_all()
    assert sum(of_all["exchanges"].to_pylist()) == len(rows)


def test_days_end_at_midnight_utc(engine: Engine) -> None:
    moments = [at(23.999), at(24.0), at(24.0 + 1e-6), at(47.9999)]
    lent = engine.lend(sketched({"time": moment} for moment in moments), "sketches")
    summary = summarize(engine, lent)
    (profile,) = engine.fetch(account_profiles(summary), "profiles").to_pylist()
    assert profile["days"] == 2
    pool = engine.lend(pa.table({"account_key": [profile["account_key"]]}), "pool")
    hours = engine.fetch(bucket_counts(summary, pool, "hour"), "hours")
    assert _counted(hours, "bucket", "exchanges") == Counter([(23, 2), (0, 2)])


def test_the_steps_do_not_depend_on_the_key(tmp_path: Path) -> None:
    profiles = []
    for number, key in enumerate((KEY, SketchKey.random())):
        folder = tmp_path / str(number)
        folder.mkdir()
        with start("duckdb", folder, memory="1GB", threads=1) as engine:
            summary = _summary(engine, sketched(oracle.exchanges(), key))
            rows = engine.fetch(account_profiles(summary).drop("account_key"), "profiles")
            profiles.append(rows.sort_by("account_id"))
    assert profiles[0] == profiles[1]
