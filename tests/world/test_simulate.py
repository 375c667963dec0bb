"""What a simulation writes: canonical records in order, the same bytes for the same seed."""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from gauger.model.account import ACCOUNT_SCHEMA
from gauger.model.errors import OutputError
from gauger.model.exchange import EXCHANGE_SCHEMA, REQUIRED
from gauger.world import World, scenario_names, simulate
from gauger.world.scaling import headcount, scaled
from gauger.world.scenario import load
from gauger.world.simulate import TRUTH_SCHEMA

from .worlds import Made, read

REGION = """
[population]
accounts = 110
days = 14
start = 2026-04-20
exchanges_per_account = 30
[ordinary]
region = 1
chat = 1
"""


def digests(world: World) -> list[str]:
    paths = (*world.logs, world.accounts, world.truth)
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def test_files_have_the_canonical_schemas(quick: Made) -> None:
    for path in quick.world.logs:
        assert pq.read_schema(path).remove_metadata() == EXCHANGE_SCHEMA
    assert pq.read_schema(quick.world.accounts).remove_metadata() == ACCOUNT_SCHEMA
    assert pq.read_schema(quick.world.truth).remove_metadata() == TRUTH_SCHEMA


def test_counts_agree_with_the_files(quick: Made) -> None:
    assert quick.world.exchanges == quick.exchanges.num_rows
    assert quick.world.accounts_total == quick.accounts.num_rows == quick.truth.num_rows == 600
    assert 9_000 < quick.world.exchanges < 16_000


def test_logs_are_sorted_by_time_across_files(quick: Made) -> None:
    times = quick.exchanges["time"].cast(pa.int64()).to_numpy()
    assert (np.diff(times) >= 0).all()
    assert quick.world.logs == tuple(sorted(quick.world.logs))


def test_required_fields_are_there_and_exchange_ids_differ(quick: Made) -> None:
    for name in REQUIRED:
        assert quick.exchanges[name].null_count == 0
    assert pc.count_distinct(quick.exchanges["exchange_id"]).as_py() == quick.exchanges.num_rows


def test_every_account_of_the_logs_has_a_record_and_a_truth(quick: Made) -> None:
    known = set(quick.accounts["account_id"].to_pylist())
    assert set(quick.exchanges["account_id"].to_pylist()) <= known
    assert set(quick.truth["account_id"].to_pylist()) == known


def test_truth_stays_out_of_the_logs(quick: Made) -> None:
    assert quick.world.truth.parent not in {path.parent for path in quick.world.logs}


def test_no_account_acts_before_it_exists_or_long_after_it_is_closed(quick: Made) -> None:
    seen = quick.exchanges.group_by("account_id").aggregate([("time", "min"), ("time", "max")])
    span = {row["account_id"]: row for row in seen.to_pylist()}
    for record in quick.accounts.to_pylist():
        row = span.get(record["account_id"])
        if row is None:
            continue
        assert record["created_at"] <= row["time_min"]
        if record["closed_at"] is not None:
            assert (row["time_max"] - record["closed_at"]).total_seconds() < 86_400


def test_every_kind_and_campaign_of_the_scenario_is_there(quick: Made) -> None:
    scenario = load("quick")
    kinds = quick.truth["kind"].to_pylist()
    for kind, count in headcount(scenario).items():
        assert kinds.count(kind) == count
    for campaign in scenario.campaigns:
        assert len(quick.members(campaign.name)) == campaign.accounts
        assert len(quick.of(quick.members(campaign.name))) == pytest.approx(
            campaign.accounts * campaign.exchanges_per_account, rel=0.15
        )


def test_same_seed_same_bytes_other_seed_others(tmp_path: Path) -> None:
    first = simulate("quick", tmp_path / "a", accounts=150, days=2, seed=9)
    again = simulate("quick", tmp_path / "b", accounts=150, days=2, seed=9)
    other = simulate("quick", tmp_path / "c", accounts=150, days=2, seed=10)
    assert digests(first) == digests(again)
    assert not set(digests(first)) & set(digests(other))


def test_a_second_run_replaces_the_logs_of_the_first(tmp_path: Path) -> None:
    simulate("quick", tmp_path, accounts=100, days=3)
    world = simulate("quick", tmp_path, accounts=100, days=2)
    assert sorted((tmp_path / "logs").iterdir()) == list(world.logs)


def test_days_drawn_in_parts_are_in_order_and_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = simulate("quick", tmp_path / "whole", days=2)
    monkeypatch.setattr(import_module("gauger.world.simulate"), "PART", 150)
    parts = simulate("quick", tmp_path / "parts", days=2)
    times = np.concatenate([pq.read_table(p)["time"].cast(pa.int64()) for p in parts.logs])
    assert (np.diff(times) >= 0).all()
    assert pq.ParquetFile(parts.logs[0]).num_row_groups > 3
    assert parts.exchanges == pytest.approx(whole.exchanges, rel=0.02)


def test_people_of_a_region_are_silent_together_and_others_are_not(tmp_path: Path) -> None:
    path = tmp_path / "region.toml"
    path.write_text(REGION, encoding="utf-8")
    made = read(simulate(str(path), tmp_path / "world", seed=2))
    kind = {row["account_id"]: row["kind"] for row in made.truth.to_pylist()}
    days: dict[str, set[int]] = {"region": set(), "chat": set()}
    for account, time in zip(
        made.exchanges["account_id"].to_pylist(), made.exchanges["time"].to_pylist(), strict=True
    ):
        days[kind[account]].add(time.toordinal())
    assert len(days["region"]) <= len(days["chat"]) - 2


def test_progress_counts_days(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    simulate("innocent", tmp_path, accounts=80, days=3, progress=lambda *step: told.append(step))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_folder_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(OutputError):
        simulate("quick", blocked / "out")


@pytest.mark.parametrize("name", scenario_names())
def test_every_packaged_scenario_runs(name: str, tmp_path: Path) -> None:
    world = simulate(name, tmp_path, accounts=260, days=2)
    plan = scaled(load(name), 260, 2)
    smallest = sum(headcount(plan).values()) + sum(c.accounts for c in plan.campaigns)
    assert world.accounts_total == smallest
    assert world.exchanges > 0
    if name == "innocent":
        assert pq.read_table(world.truth)["campaign"].null_count == world.accounts_total
