"""`gauger sketch`: what it leaves, what it says of the key, and how it fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from exchanges import PHRASE, write_log

from .calling import Caller


def _log(folder: Path) -> str:
    rows: list[dict[str, Any]] = [
        {"exchange_id": f"e{n}", "account_id": f"a{n % 3}", "prompt": "hello"} for n in range(12)
    ]
    return write_log(folder / "log.parquet", rows)


def test_a_random_key_is_said(gauger: Caller, tmp_path: Path) -> None:
    called = gauger("sketch", _log(tmp_path), "--out", tmp_path / "kept")
    assert (called.code, called.out) == (0, "")
    assert "random key" in called.err
    assert "Sketched 12 exchanges" in called.err
    done = gauger("scan", tmp_path / "kept")
    assert done.code == 0
    assert "Measured 12 exchanges of 3 accounts" in done.err


def test_a_secret_makes_a_key_that_stays(
    gauger: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAUGER_SECRET", PHRASE)
    assert "random" not in gauger("sketch", _log(tmp_path), "--out", tmp_path / "a").err
    quiet = gauger("sketch", _log(tmp_path), "--out", tmp_path / "b", "-q")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    assert PHRASE not in "".join(
        path.read_text(errors="replace") for path in (tmp_path / "a").iterdir()
    )


def test_a_folder_that_is_taken(gauger: Caller, tmp_path: Path) -> None:
    assert gauger("sketch", _log(tmp_path), "--out", tmp_path / "kept", "-q").code == 0
    called = gauger("sketch", _log(tmp_path), "--out", tmp_path / "kept", "-q")
    assert called.code == 2
    assert "holds sketches already" in called.error


def test_logs_that_are_not_there(gauger: Caller, tmp_path: Path) -> None:
    called = gauger("sketch", tmp_path / "none", "--out", tmp_path / "kept", "-q")
    assert called.code == 2
    assert "none" in called.error


def test_a_world_of_sketches_can_be_scanned(gauger: Caller, tmp_path: Path) -> None:
    sizes = ["--accounts", 150, "--days", 2, "--seed", 3]
    world = ["simulate", "--scenario", "innocent", "--out", tmp_path / "world", *sizes]
    called = gauger(*world, "--sketches", "--copies", 2)
    assert (called.code, called.out) == (0, "")
    assert "Simulated" in called.err
    done = gauger("scan", tmp_path / "world" / "sketches", "-q")
    assert (done.code, done.err) == (0, "")


def test_copies_are_of_sketches(gauger: Caller, tmp_path: Path) -> None:
    called = gauger("simulate", "--scenario", "quick", "--out", tmp_path / "w", "--copies", 3)
    assert called.code == 2
    assert "--sketches" in called.error
