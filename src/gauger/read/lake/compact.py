"""Makes few large files of the many small ones that frequent loads leave, day by day.

A scan opens every file, and small ones compress badly. Exchanges stay what they are, so the
findings do too; earlier snapshots keep the small files until they are expired.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pyiceberg.manifest import DataFile
from pyiceberg.table import FileScanTask

from gauger import engine as engines
from gauger.engine import Engine
from gauger.model.errors import LakeError
from gauger.model.lake import Compacted, Load
from gauger.model.progress import Progress, Silence
from gauger.read.lake.address import parse_address
from gauger.read.lake.arranging import arranged, read_alike
from gauger.read.lake.catalog import Lake, open_lake
from gauger.read.lake.committing import Change, commit
from gauger.read.lake.data_files import ROWS_PER_FILE, Draft, day_of, write_drafts
from gauger.read.lake.placing import place
from gauger.read.lake.reading import at_hand, files_of
from gauger.read.lake.snapshots import told
from gauger.read.lake.table import KEY_CHECK, arrow_schema

OPERATION: Final = "compact"
SMALL: Final = ROWS_PER_FILE // 2
"""Files of fewer exchanges are made into larger ones, where a day has two of them or more."""


@dataclass(slots=True)
class _Day:
    """One day's small files, and what they are made into."""

    day: date
    files: tuple[DataFile, ...]
    drafts: list[Draft]
    placed: tuple[DataFile, ...] = ()

    @property
    def bytes_before(self) -> int:
        return sum(file.file_size_in_bytes for file in self.files)


def compact(lake: str, *, memory: str, threads: int, progress: Progress | None = None) -> Compacted:
    """Compacts every day that has small files, in one commit. Raises a GaugerError.

    A killed compaction leaves the lake as it was. Loads that are committed meanwhile stay.
    """
    progress = progress or Silence()
    with ExitStack() as stack:
        opened = stack.enter_context(open_lake(parse_address(lake)))
        snapshot = opened.table.current_snapshot()
        chosen = _chosen(files_of(opened, snapshot, None)) if snapshot else []
        if not chosen:
            return Compacted(0, 0, 0, 0, 0, None)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gauger-")))
        engine = stack.enter_context(
            engines.start("duckdb", folder, memory=memory, threads=threads)
        )
        progress.begin("compact", sum(day.bytes_before for day in chosen))
        done = 0
        for day in chosen:
            _make(opened, day, engine, folder / day.day.isoformat())
            done += day.bytes_before
            progress.advance(done, day.day.isoformat())
        progress.end()
        replacing = _Replacing(opened, chosen)
        progress.begin("commit")
        committed = commit(opened, replacing.decide)
        progress.end()
        days = replacing.days
        return Compacted(
            days=len(days),
            files_before=sum(len(day.files) for day in days),
            files_after=sum(len(day.placed) for day in days),
            bytes_before=sum(day.bytes_before for day in days),
            bytes_after=sum(draft.bytes for day in days for draft in day.drafts),
            snapshot=told(opened, committed) if days else None,
        )


def _chosen(tasks: Sequence[FileScanTask]) -> list[_Day]:
    small: dict[date, list[DataFile]] = {}
    for task in tasks:
        if task.file.record_count < SMALL:
            small.setdefault(day_of(task.file.partition[0]), []).append(task.file)
    return [_Day(day, tuple(files), []) for day, files in sorted(small.items()) if len(files) > 1]


def _make(lake: Lake, day: _Day, engine: Engine, folder: Path) -> None:
    copies = folder / "copies"
    copies.mkdir(parents=True)
    paths = [
        at_hand(lake, file, copies / f"{number:06d}.parquet")[0]
        for number, file in enumerate(day.files)
    ]
    schema = arrow_schema(lake.table.schema())
    table = read_alike(engine, paths, schema, folder / "links")
    key_check = lake.table.properties[KEY_CHECK]
    day.drafts = list(write_drafts(arranged(engine, table), folder / "made", schema, key_check))
    before = sum(file.record_count for file in day.files)
    after = sum(draft.exchanges for draft in day.drafts)
    if before != after or any(draft.day != day.day for draft in day.drafts):
        problem = f"its files of {day.day} say {before:,} exchanges and hold {after:,}"
        raise LakeError(lake.name, problem, "restore them from a backup; nothing was changed")


class _Replacing:
    """The days whose files are replaced, decided anew on every state of the lake.

    A day whose files others have replaced or removed meanwhile is left to them.
    """

    def __init__(self, lake: Lake, days: Sequence[_Day]) -> None:
        self.days = list(days)
        self._lake = lake
        self._owner = uuid.uuid4().hex[:16]

    def decide(self, loads: tuple[Load, ...]) -> Change | None:
        snapshot = self._lake.table.current_snapshot()
        tasks = files_of(self._lake, snapshot, None) if snapshot else []
        there = {task.file.file_path: task.file for task in tasks}
        self.days = [day for day in self.days if all(file.file_path in there for file in day.files)]
        if not self.days:
            return None
        for number, day in enumerate(self.days):
            if not day.placed:
                owner = f"{self._owner}{number:04d}"
                day.drafts, day.placed = place(self._lake, day.drafts, owner)
        added = tuple(file for day in self.days for file in day.placed)
        removed = tuple(there[file.file_path] for day in self.days for file in day.files)
        return Change(OPERATION, added, removed, loads)
