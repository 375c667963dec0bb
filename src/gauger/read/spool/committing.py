"""Moves what waits in a spool into a lake, each row once whatever is killed in between.

A stream is one log of the lake, and how many of its rows the lake holds stands in the same commit
as the rows. So a segment that was committed and not removed is known for what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from pyiceberg.manifest import DataFile

import gauger
from gauger.model.lake import Load, LoadedLog
from gauger.model.run import InputRecord
from gauger.read.lake.catalog import Lake, guarded
from gauger.read.lake.committing import Change, commit, reserve_numbers
from gauger.read.lake.data_files import Draft
from gauger.read.lake.drafting import Drafting
from gauger.read.lake.loads import read_loads
from gauger.read.lake.placing import place, withdraw
from gauger.read.spool.segments import About, Damaged, Segment, read_segment
from gauger.read.spool.streams import Stream, streams_in

OPERATION: Final = "serve"
FORMAT: Final = "serve"
"""What the log of a stream is called where formats are told."""
MOST_ROWS: Final = 200_000
"""Rows of one commit, about: what is held in memory for it."""
_APART: Final = ".damaged"


@dataclass(slots=True)
class Committed:
    """What a round of commits came to; `damaged` segments were set apart where they lie."""

    rows: int = 0
    damaged: tuple[str, ...] = ()


def commit_spool(lake: Lake, spool: Path, drafting: Drafting) -> Committed:
    """Commits every segment that lies in a spool when this begins, and removes it.

    What fails stays and is tried again with the next call. Raises LakeError, OutputError, and
    OSError for a spool that cannot be read.
    """
    done = Committed()
    for stream in streams_in(spool):
        waiting = stream.segments
        while waiting:
            waiting = _some(lake, stream, waiting, drafting, done)
        if stream.abandoned() and not stream.segments:
            stream.remove()
    return done


def _some(
    lake: Lake, stream: Stream, waiting: list[Segment], drafting: Drafting, done: Committed
) -> list[Segment]:
    """Commits the first of some segments; returns those that still wait."""
    before = _load_of(lake, stream)
    held = _rows_of(before)
    taken: list[tuple[Segment, pa.Table]] = []
    about = About() if before is None else About(before.missing, before.asserted_by_client)
    rows = 0
    while waiting and rows < MOST_ROWS:
        segment, *waiting = waiting
        if segment.last <= held:
            segment.path.unlink(missing_ok=True)
            continue
        try:
            table, told = read_segment(segment)
        except FileNotFoundError:
            # Another committer of the same spool was quicker; the lake will say what it holds.
            continue
        except Damaged as error:
            segment.path.rename(segment.path.with_suffix(_APART))
            done.damaged += (str(error),)
            continue
        taken.append((segment, table))
        about = about.joined(told)
        rows += table.num_rows
    if not taken:
        return waiting
    number = before.logs[0].number if before is not None else reserve_numbers(lake, 1)
    batches = [_numbered(batch, number) for _, table in taken for batch in table.to_batches()]
    appending = _Appending(
        lake, stream, before, about, number, drafting.drafts_of(batches), taken[-1][0].last
    )
    commit(lake, appending.decide)
    drafting.clear()
    if appending.overtaken:
        return [segment for segment, _ in taken] + waiting
    for segment, _ in taken:
        segment.path.unlink(missing_ok=True)
    done.rows += rows
    return waiting


class _Appending:
    """The rows of a stream up to `last`, on whatever state of the lake they meet."""

    def __init__(
        self,
        lake: Lake,
        stream: Stream,
        before: Load | None,
        about: About,
        number: int,
        drafts: Sequence[Draft],
        last: int,
    ) -> None:
        self.overtaken = False
        self._lake = lake
        self._stream = stream
        self._held = _rows_of(before)
        self._about = about
        self._number = number
        self._drafts = list(drafts)
        self._last = last
        self._files: tuple[DataFile, ...] | None = None

    def decide(self, loads: tuple[Load, ...]) -> Change | None:
        """Null where another committer has added some of these rows meanwhile."""
        before = _of(loads, self._stream)
        if _rows_of(before) != self._held:
            withdraw(self._lake, self._files or ())
            self.overtaken = True
            return None
        if self._files is None:
            owner = f"{self._stream.stream_id}-{self._last:012d}"
            self._drafts, self._files = place(self._lake, self._drafts, owner)
        others = tuple(load for load in loads if load.load_id != self._stream.stream_id)
        return Change(OPERATION, self._files, (), (*others, self._load(before)))

    def _load(self, before: Load | None) -> Load:
        days = [draft.day for draft in self._drafts]
        rows = sum(draft.exchanges for draft in self._drafts)
        if before is not None:
            days += [day for day in (before.first_day, before.last_day) if day is not None]
            rows += before.exchanges
        record = InputRecord(
            f"gauger serve, stream {self._stream.stream_id}", FORMAT, 0, None, self._last
        )
        return Load(
            load_id=self._stream.stream_id,
            started=datetime.now(UTC) if before is None else before.started,
            version=gauger.__version__,
            exchanges=rows,
            rejected=0,
            rejects=None,
            first_day=min(days, default=None),
            last_day=max(days, default=None),
            logs=(LoadedLog(self._number, record),),
            missing=self._about.missing,
            asserted_by_client=self._about.asserted,
        )


def _load_of(lake: Lake, stream: Stream) -> Load | None:
    lake.refresh()
    with guarded(lake.address):
        return _of(read_loads(lake, lake.table.current_snapshot()), stream)


def _of(loads: Sequence[Load], stream: Stream) -> Load | None:
    return next((load for load in loads if load.load_id == stream.stream_id), None)


def _rows_of(load: Load | None) -> int:
    """How many rows of its stream a load holds."""
    return 0 if load is None else load.logs[0].record.rows or 0


def _numbered(batch: pa.RecordBatch, number: int) -> pa.RecordBatch:
    place = batch.schema.get_field_index("source_file")
    numbers = pa.array(np.full(batch.num_rows, number, np.int32))
    return batch.set_column(place, batch.schema.field(place), numbers)
