"""The child that moves what waits in the spool into the lake, every few seconds."""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, NoReturn

from gauger.face.server.children import asked_of_child, say, until_told_to_stop
from gauger.model.errors import GaugerError, OutputError
from gauger.read.lake.address import parse_address
from gauger.read.lake.catalog import Lake, open_lake
from gauger.read.lake.compact import compact
from gauger.read.lake.drafting import Drafting
from gauger.read.lake.retain import retain
from gauger.read.lake.table import KEY_CHECK, own_columns
from gauger.read.spool.committing import Committed, commit_spool

EVERY: Final = 3.0
"""Seconds between two commits."""
TIDY: Final = 200
"""Commits after which their small files are made into larger ones."""
SNAPSHOTS: Final = timedelta(hours=6)
"""Age at which a snapshot is expired when the lake is tidied: every commit makes one."""


@dataclass(frozen=True, slots=True)
class CommitterAsked:
    """What a committer works on. It needs no secret: what it moves is sketched."""

    lake: str
    spool: str
    every: float = EVERY
    tidy: int = TIDY
    memory: str = "1GB"
    threads: int = 2


@dataclass(frozen=True, slots=True)
class CommitterTold:
    """What a committer says after each round: rows moved, the snapshot that is current, or what
    was in the way."""

    rows: int = 0
    snapshot: int | None = None
    damaged: tuple[str, ...] = ()
    tidied: bool = False
    problem: str | None = None


@dataclass(slots=True)
class _Work:
    asked: CommitterAsked
    folder: Path
    commits: int = 0
    last: CommitterTold | None = field(default=None)

    def once(self) -> None:
        """Commits what waits; what fails is said and tried again."""
        told = self._told()
        if told != self.last or told.rows:
            say(told)
        self.last = told

    def _told(self) -> CommitterTold:
        try:
            with open_lake(parse_address(self.asked.lake)) as lake:
                done = self._commit(lake)
                snapshot = lake.table.current_snapshot()
                current = None if snapshot is None else snapshot.snapshot_id
            tidied = self.commits >= self.asked.tidy
            if tidied:
                self.commits = 0
                self._tidy()
            return CommitterTold(done.rows, current, done.damaged, tidied)
        except GaugerError as error:
            return CommitterTold(problem=str(error))
        except OSError as error:
            said = OutputError(
                error.filename or self.asked.spool, (error.strerror or str(error)).lower(),
                "check the disk",
            )  # fmt: skip
            return CommitterTold(problem=str(said))

    def _commit(self, lake: Lake) -> Committed:
        drafting = Drafting(
            _no_engine, self.folder / "made", own_columns(lake.table.schema()),
            lake.table.properties[KEY_CHECK], self.asked.threads,
        )  # fmt: skip
        done = commit_spool(lake, Path(self.asked.spool), drafting)
        self.commits += bool(done.rows)
        return done

    def _tidy(self) -> None:
        compact(self.asked.lake, memory=self.asked.memory, threads=self.asked.threads)
        retain(self.asked.lake, snapshots_older_than=SNAPSHOTS)


def _no_engine() -> NoReturn:
    raise AssertionError("exchanges of a spool repeat nowhere, so no engine looks for repeats")


def main() -> None:
    """Runs until the service closes its input, and commits once more before it goes."""
    asked = asked_of_child(CommitterAsked)
    stopped = threading.Event()
    until_told_to_stop(stopped.set)
    with tempfile.TemporaryDirectory(prefix="gauger-") as folder:
        work = _Work(asked, Path(folder))
        while True:
            last = stopped.is_set()
            begun = time.monotonic()
            work.once()
            if last:
                return
            stopped.wait(max(asked.every - (time.monotonic() - begun), 0.1))


if __name__ == "__main__":
    main()
