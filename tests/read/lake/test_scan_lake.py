"""Scanning a lake: the findings of its sketches, and of a snapshot for as long as it is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from exchanges import PHRASE, at
from gauger.engine import Engine
from gauger.model.errors import GaugerError, LakeError, UsageError
from gauger.read.keeping import KeepRequest, keep_sketches
from gauger.read.lake.reading import sketches_of_lake
from gauger.read.lake.snapshots import pick_snapshot, snapshots_of
from gauger.read.sketched import table_of
from gauger.read.sources import Rejects
from gauger.world import World, simulate

from .lakes import files_under, fill, log_of, opened, scanned

PLAIN = Path(__file__).parents[2] / "plain.toml"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small world with one campaign that does not hide."""
    return simulate(str(PLAIN), tmp_path_factory.mktemp("plain"), seed=1)


def _but_snapshot(findings: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(findings)
    document["measured"].pop("snapshot", None)
    return document


def test_a_lake_gives_the_findings_of_its_sketches(world: World, tmp_path: Path) -> None:
    half = len(world.logs) // 2
    fill(tmp_path / "lake", *world.logs[:half])
    done = fill(tmp_path / "lake", *world.logs[half:])
    request = KeepRequest(tuple(map(str, world.logs)), tmp_path / "kept", secret=PHRASE)
    with Rejects(tmp_path / "kept" / "rejects.jsonl") as rejects:
        keep_sketches(request, rejects)
    _, expected = scanned(tmp_path / "a", tmp_path / "kept", accounts=world.accounts)
    scan, found = scanned(tmp_path / "b", lake=str(tmp_path / "lake"), accounts=world.accounts)
    assert _but_snapshot(found) == _but_snapshot(expected)
    assert json.loads(found)["networks"]
    assert done.snapshot is not None
    assert json.loads(found)["measured"]["snapshot"] == str(done.snapshot.snapshot_id)
    assert scan.run.snapshot == done.snapshot
    assert scan.run.stable_key
    files = files_under(tmp_path / "lake" / "sketches" / "data")
    assert {each.path for each in scan.run.inputs} == set(map(str, files))
    assert all(Path(each.path).stem.endswith((each.sha256 or "?")[:32]) for each in scan.run.inputs)
    run = json.loads((tmp_path / "b" / "run.json").read_text())
    assert run["snapshot"]["snapshot"] == str(done.snapshot.snapshot_id)
    assert run["snapshot"]["lake"] == str(tmp_path / "lake")
    assert str(done.snapshot.snapshot_id) in (tmp_path / "b" / "report.html").read_text()


def test_a_snapshot_gives_the_same_findings_after_later_loads(world: World, tmp_path: Path) -> None:
    half = len(world.logs) // 2
    first = fill(tmp_path / "lake", *world.logs[:half]).snapshot
    assert first is not None
    _, expected = scanned(tmp_path / "a", lake=str(tmp_path / "lake"))
    fill(tmp_path / "lake", *world.logs[half:])
    _, found = scanned(tmp_path / "b", lake=str(tmp_path / "lake"), snapshot=first.snapshot_id)
    assert found == expected
    _, later = scanned(tmp_path / "c", lake=str(tmp_path / "lake"))
    assert later != expected


@pytest.mark.parametrize("hours", [30.5, 48, -1000.0])
def test_until_is_the_same_on_a_lake_as_on_logs(tmp_path: Path, hours: float) -> None:
    logs = [log_of(tmp_path / f"{n}.parquet", n * 30, n * 30 + 30) for n in range(3)]
    for log in logs:
        fill(tmp_path / "lake", log)
    until = at(hours)
    _, expected = scanned(tmp_path / "a", *logs, until=until)
    done, found = scanned(tmp_path / "b", lake=str(tmp_path / "lake"), until=until)
    assert _but_snapshot(found) == _but_snapshot(expected)
    # Days at or after that moment are not even looked at.
    assert len(done.run.inputs) < len(files_under(tmp_path / "lake" / "sketches" / "data"))


def test_repeats_between_loads_are_counted_once_and_named(tmp_path: Path) -> None:
    fill(tmp_path / "lake", log_of(tmp_path / "one.parquet", 0, 12))
    two = log_of(tmp_path / "two.parquet", 0, 15)
    fill(tmp_path / "lake", two)
    done, _ = scanned(tmp_path / "out", lake=str(tmp_path / "lake"))
    assert (done.findings.measured.exchanges, done.findings.measured.rejected) == (15, 12)
    lines = (tmp_path / "out" / "rejects.jsonl").read_text().splitlines()
    named = [json.loads(line) for line in lines]
    assert [(row["file"], row["row"]) for row in named] == [(str(two), n) for n in range(1, 13)]


def test_a_cluster_checks_the_files_of_a_lake(tmp_path: Path, duckdb: Engine) -> None:
    for number in range(2):
        log = log_of(tmp_path / f"{number}.parquet", number * 30, number * 30 + 30)
        fill(tmp_path / "lake", log)
    lake = opened(tmp_path / "lake")
    snapshot = pick_snapshot(lake, None)
    here = sketches_of_lake(lake, snapshot, at(40), tmp_path / "here")
    there = sketches_of_lake(lake, snapshot, at(40), tmp_path / "there", cluster=duckdb)
    assert replace(there, parts=here.parts) == here
    (changed, *_) = files_under(tmp_path / "lake" / "sketches" / "data")
    held = changed.read_bytes()
    changed.write_bytes(held[:-1] + b"?")
    with pytest.raises(LakeError, match="was changed since it was written"):
        sketches_of_lake(lake, snapshot, None, tmp_path / "changed", cluster=duckdb)
    changed.unlink()
    with pytest.raises(LakeError, match="is gone"):
        sketches_of_lake(lake, snapshot, None, tmp_path / "gone", cluster=duckdb)


def test_every_engine_reads_a_lake(tmp_path: Path, engine: Engine) -> None:
    fill(tmp_path / "lake", log_of(tmp_path / "one.parquet", 0, 30))
    fill(tmp_path / "lake", log_of(tmp_path / "two.parquet", 30, 60))
    lake = opened(tmp_path / "lake")
    sketched = sketches_of_lake(lake, pick_snapshot(lake, None), at(40), tmp_path / "made")
    assert sketched.exchanges == 40
    table = table_of(sketched, engine, at(40), tmp_path)
    rows = engine.fetch(table.select("source_file", "source_row"), "read")
    assert sorted(rows["source_file"].to_pylist()) == [0] * 30 + [1] * 10
    assert sketched.name_of(1) == str(tmp_path / "two.parquet")


def test_no_secret_is_needed_to_scan(tmp_path: Path) -> None:
    fill(tmp_path / "lake", log_of(tmp_path / "log.parquet", 0, 12))
    done, _ = scanned(tmp_path / "out", lake=str(tmp_path / "lake"), secret=None)
    assert (done.findings.measured.exchanges, done.run.stable_key) == (12, True)


def test_a_snapshot_that_is_none(tmp_path: Path) -> None:
    first = fill(tmp_path / "lake", log_of(tmp_path / "log.parquet", 0, 12)).snapshot
    assert first is not None
    with pytest.raises(LakeError) as caught:
        scanned(tmp_path / "out", lake=str(tmp_path / "lake"), snapshot=7)
    for word in ("snapshot 7", str(first.snapshot_id), "gauger lake snapshots"):
        assert word in str(caught.value)


def test_snapshots_are_told_latest_first(tmp_path: Path) -> None:
    for n in range(3):
        fill(tmp_path / "lake", log_of(tmp_path / f"{n}.parquet", n * 30, n * 30 + 30))
    told = snapshots_of(opened(tmp_path / "lake"))
    assert [each.exchanges for each in told] == [90, 60, 30]
    assert {each.first_day for each in told} == {at(0).date()}
    assert [each.last_day for each in told] == [at(n).date() for n in (89, 59, 29)]
    assert told[0].committed - told[2].committed < timedelta(minutes=5)


def test_a_lake_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="there is none"):
        scanned(tmp_path / "out", lake=str(tmp_path / "lake"))
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize(
    ("kind", "choice"),
    [(UsageError, {"show_text": True}), (UsageError, {"format": "litellm"})],
)
def test_choices_that_only_logs_have(
    tmp_path: Path, kind: type[GaugerError], choice: dict[str, Any]
) -> None:
    fill(tmp_path / "lake", log_of(tmp_path / "log.parquet", 0, 3))
    with pytest.raises(kind):
        scanned(tmp_path / "out", lake=str(tmp_path / "lake"), **choice)
