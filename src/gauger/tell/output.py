"""Everything a scan leaves behind, in one folder: findings, members, report, run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from gauger.model.errors import OutputError
from gauger.model.evidence import CalibrationRecord
from gauger.model.finding import Findings
from gauger.model.run import InputRecord, RunRecord
from gauger.model.signature import CLOSED, SIGNATURES, TRAITS
from gauger.model.snapshot import LakeSnapshot
from gauger.model.standing import Standing
from gauger.tell.calibration_document import calibration_document
from gauger.tell.findings import write_findings
from gauger.tell.members import write_members
from gauger.tell.numbers import rfc3339
from gauger.tell.report import InputFile, RunSummary, write_report
from gauger.tell.safely import write_whole
from gauger.tell.standing import write_standing


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """Where the results of one scan lie."""

    path: Path

    @property
    def findings(self) -> Path:
        """The findings, machine-readable."""
        return self.path / "findings.json"

    @property
    def members(self) -> Path:
        """One row per member of every network."""
        return self.path / "members.parquet"

    @property
    def activity(self) -> Path:
        """What every account had done, for a later scan of what changed."""
        return self.path / "activity.parquet"

    @property
    def days(self) -> Path:
        """What came when, for the same."""
        return self.path / "days.parquet"

    @property
    def compared(self) -> Path:
        """Sketches of accounts that it compares with; there only if others can be put beside
        them."""
        return self.path / "compared.parquet"

    @property
    def report(self) -> Path:
        """The report for people."""
        return self.path / "report.html"

    @property
    def rejects(self) -> Path:
        """Records that could not be used; there only if there were any."""
        return self.path / "rejects.jsonl"

    @property
    def run(self) -> Path:
        """How the scan went."""
        return self.path / "run.json"

    def prepare(self) -> None:
        """Makes the folder and removes an earlier scan's results, so that none can be mistaken
        for this one's. Raises OutputError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for old in (
                self.findings, self.members, self.activity, self.days, self.compared, self.report,
                self.rejects, self.run,
                self.path / SIGNATURES, self.path / TRAITS, self.path / CLOSED,
            ):  # fmt: skip
                old.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                self.path, error.strerror or str(error), "name another folder with `--out`"
            ) from error

    def write(self, findings: Findings, run: RunRecord, standing: Standing | None = None) -> None:
        """Writes every result whole or not at all; `findings.json` last, as the mark of an end.

        Raises OutputError.
        """
        write_members(findings, self.members)
        if standing is not None:
            write_standing(standing, self.activity, self.days, self.compared)
        write_report(findings, self.report, _summary(run))
        write_whole(
            self.run,
            orjson.dumps(_document(run, findings.calibration), option=orjson.OPT_INDENT_2) + b"\n",
        )
        write_findings(findings, self.findings)


def _summary(run: RunRecord) -> RunSummary:
    return RunSummary(
        version=run.version,
        generated_at=datetime.now(UTC),
        inputs=tuple(
            InputFile(_short(held), held.format, held.bytes, held.sha256, held.rows)
            for held in run.inputs
        ),
        engine=run.request.engine,
        seconds=run.seconds,
        key="stable" if run.stable_key else "random",
        snapshot=(
            f"{run.snapshot.snapshot_id} of {rfc3339(run.snapshot.committed)}"
            if run.snapshot
            else ""
        ),
    )


def _document(run: RunRecord, calibration: CalibrationRecord | None) -> dict[str, Any]:
    request = asdict(run.request)
    request["secret"] = None if run.request.secret is None else "set"
    request["prices"] = None if run.request.prices is None else str(run.request.prices)
    request["snapshot"] = None if run.request.snapshot is None else str(run.request.snapshot)
    for name in ("accounts", "worksheet", "calibration", "previous", "since", "spill"):
        request[name] = None if request[name] is None else str(request[name])
    return {
        "version": run.version,
        "started": run.started.isoformat().replace("+00:00", "Z"),
        "configuration": request,
        "key": "stable" if run.stable_key else "random",
        "snapshot": _snapshot(run.snapshot),
        "packages": dict(run.packages),
        "inputs": [_input(held) for held in run.inputs],
        "engine": run.request.engine,
        "steps": [asdict(step) for step in run.steps],
        "seconds": round(run.seconds, 3),
        "peak_memory_mb": max((step.peak_memory_mb for step in run.steps), default=0),
        "candidates_weighed": run.candidates,
        "calibrated": calibration is not None and not calibration.withheld,
        "calibration": None if calibration is None else calibration_document(calibration),
    }


def _short(held: InputRecord) -> str:
    return Path(held.path).name if held.rows is None else held.path


def _input(held: InputRecord) -> dict[str, Any]:
    """A table is told by its rows, a file by its bytes."""
    left_out = "rows" if held.rows is None else "bytes"
    return {name: value for name, value in asdict(held).items() if name != left_out}


def _snapshot(snapshot: LakeSnapshot | None) -> dict[str, Any] | None:
    if snapshot is None:
        return None
    return {
        "lake": snapshot.lake,
        "snapshot": str(snapshot.snapshot_id),
        "committed": rfc3339(snapshot.committed),
        "exchanges": snapshot.exchanges,
        "files": snapshot.files,
        "bytes": snapshot.bytes,
    }
