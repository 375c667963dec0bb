"""Finds kept sketches among what a scan was given, and refuses what cannot be trusted.

Sketches are recognised by the manifest beside them or by the mark in their Parquet metadata,
never by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from gauger.engine import Engine
from gauger.model.ahead import worked_ahead
from gauger.model.errors import UnreadableInput, UsageError
from gauger.model.manifest import (
    MANIFEST,
    REJECTS,
    REMEDY,
    Manifest,
    SketchFile,
    digest_of,
    read_manifest,
    together,
)
from gauger.model.run import InputRecord
from gauger.model.sketch import SKETCH_SCHEMA
from gauger.model.sketch_files import SKETCH_MARK
from gauger.read.sketched import Sketched, SketchPart
from gauger.read.sources.locating import locate
from gauger.read.sources.table_address import names_table

FORMAT = "sketches"
"""What a run's record calls the format of these inputs."""

_WHOLE = "name the whole folder, or sketch the logs again with `gauger sketch`"


@dataclass(frozen=True, slots=True)
class Kept:
    """Folders of sketches of one key, each with its manifest."""

    folders: tuple[tuple[Path, Manifest], ...]

    @property
    def bytes_total(self) -> int:
        """Bytes of all files of sketches."""
        return sum(file.bytes for _, manifest in self.folders for file in manifest.files)

    def sketched(
        self,
        until: datetime | None,
        advance: Callable[[int], None] = lambda done: None,
        cluster: Engine | None = None,
        threads: int = 1,
    ) -> Sketched:
        """The sketches before `until`, once every file is seen to be as it was written, by a
        `cluster` where there is one, else by so many `threads`.

        `advance` is told the bytes checked so far. Raises UnreadableInput and EngineError.
        """
        if cluster is not None:
            whole = [
                _FILE.dump_json((folder.absolute(), file))
                for folder, manifest in self.folders
                for file in manifest.files
            ]
            cluster.spread(_check_apart, whole, "check sketches")
        inputs: list[InputRecord] = []
        done = exchanges = 0
        files = [(folder / file.name, file) for folder, held in self.folders for file in held.files]

        def counted(each: tuple[Path, SketchFile]) -> int:
            if cluster is None:
                _check(*each)
            return _count(*each, until)

        for (path, file), count in zip(files, worked_ahead(counted, files, threads), strict=True):
            inputs.append(InputRecord(str(path), FORMAT, file.bytes, file.sha256))
            exchanges += count
            done += file.bytes
            advance(done)
        manifests = [manifest for _, manifest in self.folders]
        logs = [log.path for manifest in manifests for log in manifest.logs]
        before = accumulate((len(each.logs) for each in manifests), initial=0)
        return Sketched(
            parts=tuple(
                SketchPart(folder, first)
                for (folder, _), first in zip(self.folders, before, strict=False)
            ),
            exchanges=exchanges,
            names=dict(enumerate(logs)),
            inputs=tuple(inputs),
            cannot_fill=tuple(
                dict.fromkeys(missing for each in manifests for missing in each.missing)
            ),
            asserted=tuple(
                sorted({name for each in manifests for name in each.asserted_by_client})
            ),
            rejected=sum(each.rejected for each in manifests),
            stable_key=manifests[0].stable_key,
            passed=together(passed for each in manifests for passed in each.passed_over),
        )


def find_kept(paths: Sequence[str], leave_out: Path) -> Kept | None:
    """The sketches that `paths` mean; null where they mean logs.

    Raises UsageError for logs beside sketches and for sketches of different keys, UnreadableInput
    for sketches that are not whole or of another version.
    """
    others: list[Path | str] = [path for path in paths if names_table(path)]
    named: dict[Path, set[str]] = {}
    files_named = [path for path in paths if not names_table(path)]
    for located in locate(files_named, leave_out) if files_named else ():
        path = located.path
        if (path.parent / MANIFEST).is_file():
            named.setdefault(path.parent, set()).add(path.name)
        elif _is_marked(path):
            problem = f"it holds sketches and no `{MANIFEST}` is beside it: they are not whole"
            raise UnreadableInput(path, problem, _WHOLE)
        else:
            others.append(path)
    if not named:
        return None
    kept = Kept(tuple((folder, read_manifest(folder)) for folder in named))
    for folder, manifest in kept.folders:
        files = {file.name for file in manifest.files}
        others += sorted(folder / name for name in named[folder] - files - {MANIFEST, REJECTS})
        for name in sorted(files - named[folder]):
            here = (folder / name).exists()
            raise UnreadableInput(
                folder / name, "it was not named with the others" if here else "it is gone", _WHOLE
            )
    if others:
        raise UsageError(
            "logs and sketches cannot be scanned together",
            f"`{others[0]}` beside the sketches in `{kept.folders[0][0]}`",
            "scan them apart, or sketch these logs too with `gauger sketch`",
        )
    _same_key(kept)
    return kept


def _same_key(kept: Kept) -> None:
    first, manifest = kept.folders[0]
    for folder, other in kept.folders[1:]:
        if other.key_check != manifest.key_check:
            raise UsageError(
                "sketches of different keys cannot be scanned together",
                f"`{first}` and `{folder}`",
                "sketch all logs with one `GAUGER_SECRET`",
            )


def _is_marked(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PAR1":
                return False
        return SKETCH_MARK in (pq.read_schema(path).metadata or {})
    except (OSError, pa.ArrowException, ValueError):
        # What cannot be read is told by the reader of logs.
        return False


_FILE: Final = TypeAdapter(tuple[Path, SketchFile])


def _check_apart(task: bytes) -> bytes:
    """Runs on an executor."""
    folder, file = _FILE.validate_json(task)
    _check(folder / file.name, file)
    return b""


def _check(path: Path, file: SketchFile) -> None:
    """As long as it was, with the digest it had and the columns of a sketch."""
    try:
        if path.stat().st_size != file.bytes:
            problem = f"it has {path.stat().st_size} bytes, its manifest says {file.bytes}"
            raise UnreadableInput(path, problem, REMEDY)
        if digest_of(path) != file.sha256:
            raise UnreadableInput(path, "it was changed since it was written", REMEDY)
        _check_columns(path, pq.read_schema(path))
    except OSError as error:
        problem = (error.strerror or "the Parquet file is corrupt").lower()
        raise UnreadableInput(path, problem, REMEDY) from error
    except (pa.ArrowException, ValueError) as error:
        raise UnreadableInput(path, "the Parquet file is corrupt", REMEDY) from error


def _check_columns(path: Path, schema: pa.Schema) -> None:
    missing = [f"`{name}`" for name in SKETCH_SCHEMA.names if name not in schema.names]
    if missing:
        raise UnreadableInput(path, f"columns are missing: {', '.join(missing)}", REMEDY)
    for field in SKETCH_SCHEMA:
        found = schema.field(field.name).type
        if not found.equals(field.type):
            problem = f"column `{field.name}` is {found}, expected {field.type}"
            raise UnreadableInput(path, problem, REMEDY)


def _count(path: Path, file: SketchFile, until: datetime | None) -> int:
    if until is None:
        return file.exchanges
    moment = pa.scalar(until, SKETCH_SCHEMA.field("time").type)
    found: int = ds.dataset(path).count_rows(filter=ds.field("time") < moment)
    return found
