"""`gauger ingest` and `gauger scan --lake`: what is said, and how they fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exchanges import PHRASE, write_log

from .calling import Caller


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch, gauger: Caller) -> None:
    """A key that stays; `gauger` has cleared the environment before."""
    del gauger
    monkeypatch.setenv("GAUGER_SECRET", PHRASE)


def _log(folder: Path, first: int = 0, last: int = 12) -> str:
    rows: list[dict[str, Any]] = [
        {"exchange_id": f"e{n}", "account_id": f"a{n % 3}", "prompt": "hello"}
        for n in range(first, last)
    ]
    return write_log(folder / f"log{first}.parquet", rows)


def test_logs_are_added_once_and_scanned(gauger: Caller, tmp_path: Path) -> None:
    called = gauger("ingest", _log(tmp_path), "--lake", "lake")
    assert (called.code, called.out) == (0, "")
    assert "Added 12 exchanges, 2026-04-20 to 2026-04-20." in called.err
    again = gauger("ingest", _log(tmp_path), "--lake", "lake")
    assert again.code == 0
    assert "Left out 1 log that the lake holds already.\nNothing was added." in again.err
    scan = gauger("scan", "--lake", "lake", "--json")
    assert scan.code == 0
    measured = json.loads(scan.out)["measured"]
    assert (measured["exchanges"], measured["accounts"]) == (12, 3)
    assert f"Snapshot {measured['snapshot']}" in scan.err
    named = gauger("scan", "--lake", "lake", "--snapshot", measured["snapshot"], "--json", "-q")
    assert named.out == scan.out


def test_quiet_says_nothing(gauger: Caller, tmp_path: Path) -> None:
    called = gauger("ingest", _log(tmp_path), "--lake", "lake", "-q")
    assert (called.code, called.out, called.err) == (0, "", "")


def test_too_many_rejects_are_3(gauger: Caller, tmp_path: Path) -> None:
    called = gauger("ingest", _log(tmp_path), _log(tmp_path, 6), "--lake", "l", "--max-rejects", 2)
    assert called.code == 3
    assert "6 records rejected" in called.err
    assert "Rejected records: " in called.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scan"], ["no path", "--lake"]),
        (["scan", "x.jsonl", "--lake", "lake"], ["scan them apart"]),
        (["scan", "x.jsonl", "--snapshot", "7"], ["--snapshot", "--lake"]),
        (["scan", "--lake", "nowhere"], ["nowhere", "gauger ingest"]),
        (["ingest", "x.jsonl", "--lake", "lake"], ["x.jsonl"]),
        (["ingest", "x.jsonl", "--lake", "s3://bucket/lake"], ["object store", "warehouse"]),
        (["ingest", "x.jsonl", "--lake", "mysql://db/lake?warehouse=/x"], ["mysql"]),
        (["ingest", "x.jsonl", "--lake", "postgresql://db/lake"], ["storage", "warehouse"]),
        (
            ["ingest", "x.jsonl", "--lake", "postgresql://me:hush@db/lake?warehouse=/x"],
            ["password", "PGPASSWORD"],
        ),
    ],
)
def test_usage_that_cannot_be(gauger: Caller, arguments: list[str], words: list[str]) -> None:
    called = gauger(*arguments)
    assert (called.code, called.out) == (2, "")
    for word in words:
        assert word in called.error
    assert "hush" not in called.err


def test_no_secret(gauger: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAUGER_SECRET")
    called = gauger("ingest", _log(tmp_path), "--lake", "lake")
    assert called.code == 2
    assert "GAUGER_SECRET" in called.error
