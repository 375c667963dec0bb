"""Logs in parts that can be read apart, each in a process of its own, and told of together.

A part is a file, or some row groups of a Parquet file. Places in files are those that one reading
of all logs would give, so that rejects and repeats are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from gauger.model.manifest import PassedOver
from gauger.read.sources.columnar import open_parquet
from gauger.read.sources.logs import EMPTY, Logs
from gauger.read.sources.opening import LogFile, hash_whole
from gauger.read.sources.reading import Reading
from gauger.read.sources.registry import SOURCES
from gauger.read.sources.rejects import Rejects
from gauger.read.sources.settings import SourceSettings, Unfilled
from gauger.read.sources.tables import LogTable
from gauger.read.sources.times import Clock

BY_FILE: Final = frozenset({"anthropic", "canonical", "helicone", "litellm", "openai"})
"""Formats of which every file stands alone; those of the others complete one another."""

PART_BYTES: Final = 64 * 1024 * 1024
"""What one part of a Parquet file holds, about: a minute's work, so that none is waited for."""


@dataclass(frozen=True, slots=True)
class LogPart:
    """What somebody else needs to read a part of logs.

    `groups` are the first row group and the one past the last; null is the whole file.
    """

    index: int
    path: Path
    size: int
    codec: str
    format: str
    latest: int
    account_field: str | None
    batch_rows: int
    groups: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class PartRead:
    """What the reading of one part brought up, beside its exchanges and rejects."""

    sha256: str | None
    asserted: tuple[str, ...]
    passed: tuple[PassedOver, ...]
    unfilled: tuple[Unfilled, ...]


def joined_formats(logs: Logs) -> tuple[str, ...]:
    """The formats at hand of which files complete one another, so that none can be read apart."""
    return tuple(sorted({file.format for file in logs._files} - BY_FILE - {EMPTY}))


def parts_of(logs: Logs, part_bytes: int = PART_BYTES) -> Iterator[LogPart]:
    """The parts of logs, none of a joined format, in the order in which one reading comes by."""
    reading = logs._reading
    for name in SOURCES:
        for file in logs._files:
            if file.format == name:
                for groups in _groups(file, part_bytes):
                    yield LogPart(
                        file.index, file.path.absolute(), file.size, file.codec, file.format,
                        reading.clock.latest, reading.settings.account_field,
                        reading.settings.batch_rows, groups,
                    )  # fmt: skip


def open_part(part: LogPart, rejects: Rejects) -> Logs:
    """The logs that one part is."""
    settings = SourceSettings(account_field=part.account_field, batch_rows=part.batch_rows)
    file = LogFile(
        part.index, part.path, True, part.size, part.codec, part.format, row_groups=part.groups
    )
    clock = replace(Clock.at(None), latest=part.latest)
    return Logs([file], Reading(settings, rejects, clock))


def told(part: Logs) -> PartRead:
    """What a part says of itself once it was read."""
    (file,) = part._files
    return PartRead(
        file.sha256, tuple(sorted(part._reading.asserted)), part.passed_over(), part.unfilled()
    )


def take_over(logs: Logs, part: LogPart, read: PartRead) -> str:
    """Lets the whole logs know what the reading of a part brought up; returns the name that
    rejects of the part bear."""
    reading = logs._reading
    file = logs._files[part.index]
    file.sha256 = read.sha256 or file.sha256
    file.bytes_read = file.size
    reading.asserted.update(read.asserted)
    for passed in read.passed:
        reading.pass_over(passed.format, passed.what, passed.records)
    for unfilled in read.unfilled:
        reading.fill_failed(unfilled.field, unfilled.values)
    return file.name


def portions(
    logs: Logs, portion_bytes: int, rejects: Callable[[], Rejects]
) -> Iterator[tuple[Logs, Rejects]]:
    """The logs in portions of about so many bytes on disk, to be read one after another, each of
    them whole by itself; rejects of every portion but the first go to `rejects` of its own.

    Logs of which some complete one another are one portion.
    """
    reading = logs._reading
    apart = not joined_formats(logs)
    held: list[list[LogFile | LogTable]] = [[]]
    size = 0
    for log in logs._logs:
        if apart and held[-1] and size + log.size > portion_bytes:
            held.append([])
            size = 0
        held[-1].append(log)
        size += log.size
    for number, chosen in enumerate(held):
        for index, log in enumerate(chosen):
            log.index = index
        own = rejects() if number else reading.rejects
        yield Logs(chosen, Reading(reading.settings, own, reading.clock)), own


def read_empty(logs: Logs) -> None:
    """Digests the files without a record, which are parts of nothing."""
    for file in logs._files:
        if file.format == EMPTY:
            hash_whole(file)


def _groups(file: LogFile, part_bytes: int) -> Iterator[tuple[int, int] | None]:
    if file.codec != "parquet" or file.size <= part_bytes:
        yield None
        return
    with open_parquet(file) as parquet:
        groups = parquet.metadata.num_row_groups
    parts = min(max(groups, 1), -(-file.size // part_bytes))
    edges = [groups * number // parts for number in range(parts + 1)]
    yield from pairwise(edges)
