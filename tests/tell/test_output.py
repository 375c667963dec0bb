"""The folder of results: all of them, none of an earlier scan, and no secret."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gauger.model.errors import OutputError
from gauger.model.run import InputRecord, RunRecord, ScanRequest, StepRecord
from gauger.tell.output import OutputFolder

from .sample import CALIBRATION, nothing_found, sample_findings

HIDDEN = "a phrase that must not be told"


def _run(**request: Any) -> RunRecord:
    return RunRecord(
        version="9.9",
        started=datetime(2026, 6, 1, 12, tzinfo=UTC),
        request=ScanRequest(paths=("logs",), **request),
        stable_key="secret" in request,
        inputs=(InputRecord("logs/a.jsonl", "canonical", 12, "00ff"),),
        steps=(StepRecord("read", 1.5, 300), StepRecord("weigh", 2.0, 200)),
        candidates=7,
        packages=(("python", "3.11"),),
    )


def test_every_result_is_written(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path / "deep" / "out")
    folder.prepare()
    folder.write(sample_findings(), _run())
    written = {path.name for path in folder.path.iterdir()}
    assert written == {"findings.json", "members.parquet", "report.html", "run.json"}


def test_the_run_is_told_so_that_it_can_be_repeated(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path)
    folder.write(nothing_found(), _run(accounts=Path("a.csv"), until=datetime(2026, 6, 1)))  # noqa: DTZ001
    told = json.loads(folder.run.read_text(encoding="utf-8"))
    assert told["started"] == "2026-06-01T12:00:00Z"
    assert told["configuration"]["paths"] == ["logs"]
    assert told["configuration"]["accounts"] == "a.csv"
    assert told["inputs"] == [
        {"path": "logs/a.jsonl", "format": "canonical", "bytes": 12, "sha256": "00ff"}
    ]
    assert (told["seconds"], told["peak_memory_mb"]) == (3.5, 300)
    assert (told["candidates_weighed"], told["key"]) == (7, "random")
    assert told["configuration"]["secret"] is None
    assert told["calibrated"] is True
    assert told["calibration"]["digest"] == CALIBRATION.digest


def test_a_calibration_of_ones_own_is_told_by_its_path(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path)
    folder.write(replace(nothing_found(), calibration=None), _run(calibration=Path("own.json")))
    told = json.loads(folder.run.read_text(encoding="utf-8"))
    assert told["configuration"]["calibration"] == "own.json"
    assert (told["calibrated"], told["calibration"]) == (False, None)


def test_the_secret_is_nowhere(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path)
    record = _run(secret=HIDDEN)
    folder.write(sample_findings(), record)
    for path in tmp_path.iterdir():
        assert HIDDEN.encode() not in path.read_bytes(), path.name
    assert HIDDEN not in repr(record)
    assert json.loads(folder.run.read_text())["configuration"]["secret"] == "set"  # noqa: S105


def test_results_of_an_earlier_scan_go_and_other_files_stay(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path)
    folder.write(sample_findings(), _run())
    folder.rejects.write_text("{}")
    (tmp_path / "notes.txt").write_text("mine")
    folder.prepare()
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="--out"):
        OutputFolder(tmp_path / "taken" / "out").prepare()


def test_findings_come_last_as_the_mark_of_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OutputError("report.html", "the disk is full", "free some space")

    monkeypatch.setattr("gauger.tell.output.write_report", full)
    folder = OutputFolder(tmp_path)
    with pytest.raises(OutputError):
        folder.write(sample_findings(), _run())
    assert not folder.findings.exists()
