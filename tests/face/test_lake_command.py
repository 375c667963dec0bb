"""`gauger lake`: what it lists, what it says it did, and how it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exchanges import PHRASE, at, write_log

from .calling import Caller


@pytest.fixture
def lake(gauger: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A lake of two loads on one day."""
    monkeypatch.setenv("GAUGER_SECRET", PHRASE)
    for n in range(2):
        log = write_log(tmp_path / f"{n}.parquet", [{"exchange_id": f"e{n}", "time": at(n)}])
        assert gauger("ingest", log, "--lake", "lake", "-q").code == 0
    # The rest needs no secret.
    monkeypatch.delenv("GAUGER_SECRET")
    return "lake"


def test_snapshots_are_listed(gauger: Caller, lake: str) -> None:
    called = gauger("lake", "snapshots", lake)
    assert (called.code, called.err) == (0, "")
    head, *lines = called.out.splitlines()
    assert head.split()[:2] == ["snapshot", "committed"]
    assert [line.split()[3:6] for line in lines] == [["ingest", "2", "2"], ["ingest", "1", "1"]]
    assert all(line.endswith("2026-04-20 to 2026-04-20") for line in lines)
    assert max(map(len, called.out.splitlines())) <= 130
    told = json.loads(gauger("lake", "snapshots", lake, "--json").out)
    assert [each["snapshot"] for each in told] == [line.split()[0] for line in lines]
    assert told[0]["last_day"] == "2026-04-20"


def test_compaction_is_said(gauger: Caller, lake: str) -> None:
    called = gauger("lake", "compact", lake)
    assert (called.code, called.out) == (0, "")
    assert "Compacted 1 day: 2 files" in called.err
    assert "nothing was changed" in gauger("lake", "compact", lake).err
    assert gauger("lake", "compact", lake, "-q").err == ""


def test_retention_is_said(gauger: Caller, lake: str) -> None:
    called = gauger("lake", "retain", lake, "--older-than", "90d")
    assert (called.code, called.out) == (0, "")
    assert "Deleted 2 exchanges of 1 day; expired 2 snapshots; removed" in called.err


@pytest.mark.parametrize("age", ["", "90", "0d", "3 months", "-1d", "1y"])
def test_an_age_that_is_none(gauger: Caller, lake: str, age: str) -> None:
    called = gauger("lake", "retain", lake, "--older-than", age)
    assert called.code == 2
    assert "90d" in called.error


def test_retention_needs_an_age(gauger: Caller, lake: str) -> None:
    called = gauger("lake", "retain", lake)
    assert called.code == 2
    assert "--older-than" in called.error


@pytest.mark.parametrize("command", ["snapshots", "compact", "retain"])
def test_a_lake_that_is_not_there(gauger: Caller, command: str) -> None:
    age = ["--older-than", "1d"] if command == "retain" else []
    called = gauger("lake", command, "nowhere", *age)
    assert called.code == 2
    assert "nowhere" in called.error
    assert "gauger ingest" in called.error
