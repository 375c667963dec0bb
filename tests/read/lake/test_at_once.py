"""Several at once: commits that lost a race are made again, and no log is added twice."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException

from gauger.model.errors import LakeError
from gauger.read.lake import adding, committing
from gauger.read.lake.catalog import Lake
from gauger.read.lake.loads import read_loads

from .lakes import files_under, fill, held, keys, log_of, opened
from .test_kills import Worker


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Where a lake may be made."""
    return tmp_path / "lake"


def test_processes_that_begin_a_lake_together(tmp_path: Path, lake: Path) -> None:
    logs = [log_of(tmp_path / f"{n}.parquet", n * 50, n * 50 + 50) for n in range(3)]
    workers = [Worker() for _ in logs]
    # Each pair shares a log; none may be there twice.
    for number, worker in enumerate(workers):
        worker.begin(lake, [logs[number], logs[(number + 1) % 3]])
    assert [worker.end() for worker in workers] == ["done"] * 3
    assert len(set(keys(lake))) == len(keys(lake)) == 150
    numbers = held(lake)["source_file"].to_pylist()
    assert len(set(numbers)) == 3


def _meanwhile(monkeypatch: pytest.MonkeyPatch, what: Any) -> None:
    """Does something once, just after the files of a load were placed."""
    place = adding.place

    def slowly(*arguments: Any) -> Any:
        placed = place(*arguments)
        monkeypatch.setattr(adding, "place", place)
        what()
        return placed

    monkeypatch.setattr(adding, "place", slowly)


def test_another_load_meanwhile(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (log_of(tmp_path / f"{n}.parquet", n * 10, n * 10 + 10) for n in range(2))
    _meanwhile(monkeypatch, lambda: fill(lake, two))
    done = fill(lake, one)
    assert done.load is not None
    assert len(set(keys(lake))) == len(keys(lake)) == 20
    there = opened(lake)
    assert len(read_loads(there, there.table.current_snapshot())) == 2


def test_the_same_log_meanwhile(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(tmp_path / "log.parquet", 0, 30)
    _meanwhile(monkeypatch, lambda: fill(lake, log))
    done = fill(lake, log)
    assert (done.load, done.known) == (None, (log,))
    assert done.snapshot is not None
    assert done.snapshot.exchanges == 30
    assert len(set(keys(lake))) == len(keys(lake)) == 30
    # What was placed in vain was taken away again.
    assert len(files_under(lake / "sketches" / "data")) == 2


def test_one_of_several_logs_meanwhile(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (log_of(tmp_path / f"{n}.parquet", n * 10, n * 10 + 15) for n in range(2))
    _meanwhile(monkeypatch, lambda: fill(lake, two))
    done = fill(lake, one, two)
    assert done.load is not None
    # Five exchanges are in both logs, and were rejected as repeats of the load.
    assert (done.load.exchanges, done.load.rejected, done.known) == (15, 0, (two,))
    assert done.load.rejects is None
    assert len(keys(lake)) == 30
    assert len(set(keys(lake))) == 25


def test_a_commit_whose_answer_is_lost(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(lake, log_of(tmp_path / "one.parquet", 0, 10))
    apply = committing._apply

    def lost(*arguments: Any) -> None:
        apply(*arguments)
        raise OSError("connection reset by peer")

    monkeypatch.setattr(committing, "_apply", lost)
    done = fill(lake, log_of(tmp_path / "two.parquet", 10, 30))
    assert done.load is not None
    assert len(set(keys(lake))) == len(keys(lake)) == 30


def test_a_commit_whose_outcome_is_unknown(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(lake, log_of(tmp_path / "one.parquet", 0, 10))
    two = log_of(tmp_path / "two.parquet", 10, 30)
    apply = committing._apply

    def lost(*arguments: Any) -> None:
        apply(*arguments)
        patch.setattr(Lake, "refresh", away)
        raise OSError("connection reset by peer")

    def away(opened: Lake) -> None:
        raise LakeError(opened.name, "its catalog does not answer", "try again")

    with monkeypatch.context() as patch:
        patch.setattr(committing, "_apply", lost)
        with pytest.raises(LakeError, match="not known") as caught:
            fill(lake, two)
    assert "not added twice" in str(caught.value)
    assert fill(lake, two).load is None
    assert len(set(keys(lake))) == len(keys(lake)) == 30


def test_a_lake_that_is_never_left_alone(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(lake, log_of(tmp_path / "one.parquet", 0, 10))
    before = files_under(lake / "sketches" / "data")

    def never(*_: Any) -> None:
        raise CommitFailedException("somebody else was quicker")

    monkeypatch.setattr(committing, "_wait", lambda attempt: None)
    monkeypatch.setattr(committing, "_apply", never)
    with pytest.raises(LakeError, match="others keep changing it"):
        fill(lake, log_of(tmp_path / "two.parquet", 10, 30))
    assert files_under(lake / "sketches" / "data") == before
    assert len(keys(lake)) == 10


def test_numbers_of_logs_are_given_once(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(lake, log_of(tmp_path / "0.parquet", 0, 10))
    commit_table = SqlCatalog.commit_table
    late = log_of(tmp_path / "late.parquet", 50, 60)

    def slowly(*arguments: Any) -> Any:
        # Another ingest takes numbers between the look and the commit of this one.
        monkeypatch.setattr(SqlCatalog, "commit_table", commit_table)
        fill(lake, late)
        return commit_table(*arguments)

    monkeypatch.setattr(SqlCatalog, "commit_table", slowly)
    fill(lake, log_of(tmp_path / "1.parquet", 10, 20))
    numbers = held(lake)["source_file"].to_pylist()
    assert sorted(set(numbers)) == [0, 1, 2]
    assert all(numbers.count(each) == 10 for each in (0, 1, 2))


def test_a_catalog_is_let_go(tmp_path: Path, lake: Path) -> None:
    fill(lake, log_of(tmp_path / "0.parquet", 0, 10))
    with sqlite3.connect(lake / "catalog.db", timeout=0) as held_alone:
        held_alone.execute("BEGIN EXCLUSIVE")
        held_alone.rollback()
