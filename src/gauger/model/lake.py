"""What a lake holds and how it changes, without a word on the tables it lies in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from gauger.model.manifest import MissingFields, PassedOver
from gauger.model.run import InputRecord
from gauger.model.snapshot import LakeSnapshot

LOAD_SIZE: Final = "4GB"
"""An hour's work or less: what a kill costs at most."""


@dataclass(frozen=True, slots=True)
class LoadedLog:
    """A log that a load read; `source_file` of its sketches is `number`, one in the lake."""

    number: int
    record: InputRecord


@dataclass(frozen=True, slots=True)
class Load:
    """One ingest as it was acknowledged: its logs, and what they said of themselves.

    `exchanges` is what it added; `rejected` counts records that were not, repeats included.
    `rejects` is where these are named, null where there are none. The days are null where no
    exchange was added.
    """

    load_id: str
    started: datetime
    version: str
    exchanges: int
    rejected: int
    rejects: str | None
    first_day: date | None
    last_day: date | None
    logs: tuple[LoadedLog, ...]
    missing: tuple[MissingFields, ...]
    asserted_by_client: tuple[str, ...]
    passed_over: tuple[PassedOver, ...] = ()


@dataclass(frozen=True, slots=True)
class IngestRequest:
    """Everything that decides what goes into a lake, and how."""

    paths: tuple[str, ...]
    lake: str
    format: str = "auto"
    account_field: str | None = None
    threads: int = 2
    memory: str = "3GB"
    secret: str | None = None
    load_size: str = LOAD_SIZE
    """How much of the logs, as they lie on disk, one commit holds."""

    def __repr__(self) -> str:
        # The secret must not reach a log by way of a traceback or a debug print.
        return f"IngestRequest(paths={self.paths!r}, lake={self.lake!r})"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingest came to.

    There are no `loads` where every log was in the lake already; `known` are those that were, and
    `snapshot` the state that holds all of them.
    """

    loads: tuple[Load, ...]
    known: tuple[Path, ...]
    snapshot: LakeSnapshot | None

    @property
    def load(self) -> Load | None:
        """The last load, which is the only one unless the logs are large."""
        return self.loads[-1] if self.loads else None


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a compaction came to; `snapshot` is null where nothing was worth it."""

    days: int
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    snapshot: LakeSnapshot | None


@dataclass(frozen=True, slots=True)
class Retained:
    """What a retention took away: exchanges and days, snapshots, and files with their bytes."""

    exchanges: int
    days: int
    snapshots: int
    files: int
    bytes: int
