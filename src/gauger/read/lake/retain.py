"""Lets a lake forget: days past an age, snapshots that hold them or are old themselves, and
the files that nothing names any more.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table.snapshots import Snapshot

from gauger.model.errors import LakeError
from gauger.model.lake import Load, Retained
from gauger.model.progress import Progress, Silence
from gauger.read.lake.address import parse_address
from gauger.read.lake.catalog import Lake, guarded, open_lake
from gauger.read.lake.committing import Change, commit
from gauger.read.lake.data_files import day_of, moment_of
from gauger.read.lake.reading import files_of
from gauger.read.lake.references import of_metadata, of_snapshots
from gauger.read.lake.snapshots import days_of

OPERATION: Final = "retain"
GRACE: Final = timedelta(days=1)
"""How old a file that nothing names must be to be taken for one that a killed command left: a
younger one may be about to be committed."""

_TRIES: Final = 10


def retain(
    lake: str,
    *,
    older_than: timedelta | None = None,
    snapshots_older_than: timedelta | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Retained:
    """Deletes days that ended longer ago than `older_than`, and expires the snapshots that hold
    them; expires those committed longer ago than `snapshots_older_than`; removes what nothing
    names any more.

    The current snapshot is never expired. Each step can be repeated: a killed retention is run
    again. Raises a GaugerError.
    """
    progress = progress or Silence()
    now = now or datetime.now(UTC)
    with open_lake(parse_address(lake)) as opened:
        first_kept = None if older_than is None else (now - older_than).date()
        days = _OldDays(opened, first_kept)
        if first_kept is not None:
            progress.begin("delete days")
            commit(opened, days.decide)
            progress.end()
        progress.begin("expire snapshots")
        opened.refresh()
        oldest = None if snapshots_older_than is None else now - snapshots_older_than
        there = opened.table.snapshots()
        expired = [each for each in there if _goes(opened, each, first_kept, oldest)]
        with guarded(opened.address):
            unnamed = of_snapshots(opened, expired)
            _expire(opened, expired)
        progress.end()
        progress.begin("remove files")
        files, size = _remove(opened, unnamed, now)
        progress.end()
    return Retained(days.exchanges, len(days.days), len(expired), files, size)


class _OldDays:
    """What goes with the days before `first_kept`, decided anew on every state of the lake."""

    def __init__(self, lake: Lake, first_kept: date | None) -> None:
        self.days: frozenset[date] = frozenset()
        self.exchanges = 0
        self._lake = lake
        self._first_kept = first_kept

    def decide(self, loads: tuple[Load, ...]) -> Change | None:
        first = self._first_kept
        snapshot = self._lake.table.current_snapshot()
        if first is None or snapshot is None:
            return None
        removed = tuple(
            task.file
            for task in files_of(self._lake, snapshot, None)
            if day_of(task.file.partition[0]) < first
        )
        # A load is forgotten with its last day: its logs could be added again from then on.
        kept = tuple(load for load in loads if (load.last_day or load.started.date()) >= first)
        self.days = frozenset(day_of(file.partition[0]) for file in removed)
        self.exchanges = sum(file.record_count for file in removed)
        if not removed and kept == loads:
            return None
        return Change(OPERATION, (), removed, kept)


def _goes(lake: Lake, snapshot: Snapshot, first_kept: date | None, oldest: datetime | None) -> bool:
    current = lake.table.current_snapshot()
    if current is None or snapshot.snapshot_id == current.snapshot_id:
        return False
    if oldest is not None and moment_of(snapshot.timestamp_ms) < oldest:
        return True
    return first_kept is not None and min(days_of(lake, snapshot), default=first_kept) < first_kept


def _expire(lake: Lake, snapshots: Iterable[Snapshot]) -> None:
    gone = {snapshot.snapshot_id for snapshot in snapshots}
    for _ in range(_TRIES):
        there = [each.snapshot_id for each in lake.table.snapshots() if each.snapshot_id in gone]
        if not there:
            return
        with contextlib.suppress(CommitFailedException):
            lake.table.maintenance.expire_snapshots().by_ids(there).commit()
        lake.refresh()
    raise LakeError(lake.name, "others keep changing it", "run the same command again")


def _remove(lake: Lake, unnamed: Iterable[str], now: datetime) -> tuple[int, int]:
    """Removes what only expired snapshots named, and what was never named and is old."""
    with guarded(lake.address):
        named = of_snapshots(lake, lake.table.snapshots()) | of_metadata(lake.table)
        stored = {each.location: each for each in lake.storage.walk(lake.root)}
    gone = set(unnamed) - named
    if named <= stored.keys():
        gone |= {
            place
            for place, each in stored.items()
            if place not in named and each.modified < now - GRACE
        }
    files = size = 0
    for place in sorted(gone):
        with contextlib.suppress(FileNotFoundError), guarded(lake.address):
            if lake.storage.remove(place):
                files += 1
                size += stored[place].bytes if place in stored else 0
    return files, size
