"""What a scan was asked for, and the record of how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gauger.model.snapshot import LakeSnapshot


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """Everything that decides what a scan finds: `paths`, or a `lake` at a `snapshot` of it."""

    paths: tuple[str, ...]
    accounts: Path | None = None
    worksheet: Path | None = None
    format: str = "auto"
    account_field: str | None = None
    engine: str = "duckdb"
    master: str | None = None
    """The Spark cluster that runs the engine; this machine alone unless named."""
    memory: str = "3GB"
    spill: Path | None = None
    spill_limit: str | None = None
    threads: int = 2
    until: datetime | None = None
    secret: str | None = None
    show_text: bool = False
    prices: Path | None = None
    calibration: Path | None = None
    lake: str | None = None
    snapshot: int | None = None
    previous: Path | None = None
    since: Path | None = None
    """The results of an earlier scan; only what changed since is weighed."""

    def __repr__(self) -> str:
        # The secret must not reach a log by way of a traceback or a debug print.
        return f"ScanRequest(paths={self.paths!r}, engine={self.engine!r})"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What one step cost: seconds of the clock and of all cores, the process's peak memory by its
    end, and the most that lay in the folder for spilled data, in megabytes."""

    step: str
    seconds: float
    peak_memory_mb: int
    cpu_seconds: float = 0.0
    spilled_mb: int = 0


@dataclass(frozen=True, slots=True)
class InputRecord:
    """One file that was read, or one table, of which `rows` are told and no bytes."""

    path: str
    format: str
    bytes: int
    sha256: str | None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """How a scan went, so that somebody else can repeat it."""

    version: str
    started: datetime
    request: ScanRequest
    stable_key: bool
    inputs: tuple[InputRecord, ...]
    steps: tuple[StepRecord, ...]
    candidates: int
    packages: tuple[tuple[str, str], ...]
    snapshot: LakeSnapshot | None = None
    """What was read of a lake; None where logs or kept sketches were."""

    @property
    def seconds(self) -> float:
        """Seconds over all steps."""
        return sum(step.seconds for step in self.steps)
