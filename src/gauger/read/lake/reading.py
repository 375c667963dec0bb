"""Reads one snapshot of a lake for a scan: exactly its files, each as it was written.

Files that lie in a folder are read where they lie; those in a store are copied first, once,
because a scan passes over them many times. On a cluster its executors see to it that files are
as they were written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.dataset as ds
from pydantic import TypeAdapter
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.manifest import DataFile
from pyiceberg.table import FileScanTask
from pyiceberg.table.snapshots import Snapshot

from gauger.engine import Engine
from gauger.model.ahead import worked_ahead
from gauger.model.errors import LakeError
from gauger.model.exchange import TIME
from gauger.model.manifest import digest_of, together
from gauger.model.run import InputRecord
from gauger.read.lake.arranging import linked
from gauger.read.lake.catalog import Lake, guarded
from gauger.read.lake.data_files import digest_in
from gauger.read.lake.loads import read_loads
from gauger.read.lake.snapshots import told
from gauger.read.lake.table import KEY_CHECK
from gauger.read.sketched import Sketched, SketchPart

FORMAT: Final = "lake"
"""What a run's record calls the format of these inputs."""

_RESTORE: Final = "restore the file from a backup, or scan a snapshot that does not hold it"
_AGAIN: Final = "run the same command again: a snapshot may just have been expired"


def files_of(lake: Lake, snapshot: Snapshot, until: datetime | None) -> list[FileScanTask]:
    """The files of a snapshot that may hold exchanges before `until`, by their place.

    Raises LakeError.
    """
    before = AlwaysTrue() if until is None else f"time < '{until.isoformat()}'"
    with guarded(lake.address):
        found = lake.table.scan(row_filter=before, snapshot_id=snapshot.snapshot_id)
        tasks = sorted(found.plan_files(), key=lambda task: str(task.file.file_path))
    if any(task.delete_files for task in tasks):
        problem = "another tool deleted single rows of it, which gauger does not read"
        raise LakeError(lake.name, problem, "compact it with that tool")
    return tasks


def sketches_of_lake(
    lake: Lake,
    snapshot: Snapshot,
    until: datetime | None,
    folder: Path,
    advance: Callable[[int], None] = lambda done: None,
    cluster: Engine | None = None,
    threads: int = 1,
) -> Sketched:
    """The sketches of a snapshot before `until`, linked or copied into `folder` of this run.

    Every file is seen to be as it was written, by a `cluster` where there is one, else by so many
    `threads`; `advance` is told the bytes checked so far. Raises LakeError, OutputError and
    EngineError.
    """
    tasks = files_of(lake, snapshot, until)
    with guarded(lake.address):
        loads = read_loads(lake, snapshot)
    copies = folder / "copies"
    copies.mkdir(parents=True)
    paths: list[Path] = []
    inputs: list[InputRecord] = []
    done = exchanges = 0

    def reached(numbered: tuple[int, DataFile]) -> tuple[Path, InputRecord | None]:
        number, file = numbered
        path = _near(lake, file, copies / f"{number:06d}.parquet")
        return path, None if cluster else _checked(_Expected.of(lake, file, path))

    files = _files(tasks)
    found = worked_ahead(reached, enumerate(files), threads)
    for file, (path, record) in zip(files, found, strict=True):
        paths.append(path)
        if record is not None:
            inputs.append(record)
        done += file.file_size_in_bytes
        advance(done)
    if cluster is not None:
        expected = [_Expected.of(lake, *pair) for pair in zip(files, paths, strict=True)]
        answers = cluster.spread(_check, [_EXPECTED.dump_json(each) for each in expected], _STEP)
        inputs = [_RECORD.validate_json(answer) for answer in answers]
    for path, file in zip(paths, files, strict=True):
        exchanges += _count(path, file, until)
    return Sketched(
        parts=_parts(lake, paths, folder),
        exchanges=exchanges,
        names={log.number: log.record.path for load in loads for log in load.logs},
        inputs=tuple(inputs),
        cannot_fill=tuple(dict.fromkeys(each for load in loads for each in load.missing)),
        asserted=tuple(sorted({name for load in loads for name in load.asserted_by_client})),
        rejected=sum(load.rejected for load in loads),
        stable_key=True,
        passed=together(each for load in loads for each in load.passed_over),
        snapshot=told(lake, snapshot),
        key_check=lake.table.properties[KEY_CHECK],
    )


def at_hand(lake: Lake, file: DataFile, copy: Path) -> tuple[Path, InputRecord]:
    """A file of a lake where it can be read, seen to be as long as it was and of the digest that
    its name ends in; at `copy` where it lies in a store. Raises LakeError and OutputError.
    """
    path = _near(lake, file, copy)
    return path, _checked(_Expected.of(lake, file, path))


def _near(lake: Lake, file: DataFile, copy: Path) -> Path:
    location = str(file.file_path)
    path = lake.storage.path_of(location)
    if path is not None:
        return path
    with guarded(lake.address):
        try:
            lake.storage.fetch(location, copy)
        except FileNotFoundError:
            raise LakeError(lake.name, f"`{location}` is gone", _AGAIN) from None
    return copy


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a snapshot says of a file, for whoever checks it: the lake itself stays here."""

    lake: str
    location: str
    bytes: int
    path: Path

    @classmethod
    def of(cls, lake: Lake, file: DataFile, path: Path) -> _Expected:
        return cls(lake.name, str(file.file_path), file.file_size_in_bytes, path)


_EXPECTED: Final = TypeAdapter(_Expected)
_RECORD: Final = TypeAdapter(InputRecord)
_STEP: Final = "check sketches"


def _check(task: bytes) -> bytes:
    """Runs on an executor."""
    return _RECORD.dump_json(_checked(_EXPECTED.validate_json(task)))


def _checked(file: _Expected) -> InputRecord:
    try:
        size = file.path.stat().st_size
        digest = digest_of(file.path) if size == file.bytes else ""
    except FileNotFoundError:
        raise LakeError(file.lake, f"`{file.location}` is gone", _AGAIN) from None
    except OSError as error:
        problem = f"`{file.location}` cannot be read: {(error.strerror or str(error)).lower()}"
        raise LakeError(file.lake, problem, _RESTORE) from error
    if size != file.bytes:
        problem = f"`{file.location}` has {size} bytes, its snapshot says {file.bytes}"
        raise LakeError(file.lake, problem, _RESTORE)
    named = digest_in(file.location)
    if named is not None and not digest.startswith(named):
        problem = f"`{file.location}` was changed since it was written"
        raise LakeError(file.lake, problem, _RESTORE)
    return InputRecord(file.location, FORMAT, size, digest)


def _files(tasks: Sequence[FileScanTask]) -> list[DataFile]:
    return [task.file for task in tasks]


def _count(path: Path, file: DataFile, until: datetime | None) -> int:
    if until is None:
        return int(file.record_count)
    found: int = ds.dataset(path).count_rows(filter=ds.field("time") < pa.scalar(until, TIME))
    return found


def _parts(lake: Lake, paths: list[Path], folder: Path) -> tuple[SketchPart, ...]:
    try:
        folders = linked(paths, folder / "links")
    except (pa.ArrowException, ValueError, OSError) as error:
        # Only a file of another tool comes so far: ours are known by their digests.
        problem = f"a file of it is no Parquet ({str(error).splitlines()[0]})"
        raise LakeError(lake.name, problem, _RESTORE) from error
    return tuple(SketchPart(each, 0) for each in folders)
