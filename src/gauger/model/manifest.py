"""What a folder of kept sketches says of itself, so that it can be scanned without its logs.

The manifest is written last: a folder of sketches without one was never finished.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from gauger.model.errors import OutputError, UnreadableInput
from gauger.model.run import InputRecord

SKETCH_VERSION: Final = 1
"""Rises whenever the same exchange would be sketched into other values than before."""

MANIFEST: Final = "gauger-sketches.json"
REJECTS: Final = "rejects.jsonl"
REMEDY: Final = "sketch the logs again with `gauger sketch`"


@dataclass(frozen=True, slots=True)
class SketchFile:
    """One Parquet file of sketches, as it was when it was written."""

    name: str
    exchanges: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MissingFields:
    """Linking fields that a log format can never fill, so that silence is not evidence."""

    format: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Records of one kind that a log holds beside exchanges, so that they are not just gone."""

    format: str
    what: str
    """The kind, in the plural and in words: `spans that are no call to a model`."""
    records: int


def together(counts: Iterable[PassedOver]) -> tuple[PassedOver, ...]:
    """Counts of several readings as one, by format and kind."""
    records: Counter[tuple[str, str]] = Counter()
    for each in counts:
        records[each.format, each.what] += each.records
    return tuple(PassedOver(*kind, number) for kind, number in sorted(records.items()))


@dataclass(frozen=True, slots=True)
class Manifest:
    """A folder of sketches: which key and version, out of which logs, in which files.

    `key_check` is a keyed digest of a constant: equal for equal keys, and of no use without
    one. `source_file` of a sketch counts into `logs`.
    """

    version: int
    key_check: str
    stable_key: bool
    exchanges: int
    rejected: int
    logs: tuple[InputRecord, ...]
    missing: tuple[MissingFields, ...]
    asserted_by_client: tuple[str, ...]
    files: tuple[SketchFile, ...]
    passed_over: tuple[PassedOver, ...] = ()
    """Empty too in manifests from before it was counted."""


def clear_for_sketches(folder: Path) -> None:
    """Makes a folder ready for sketches; takes away what an unfinished sketching left there.

    Raises OutputError where the folder holds anything else: kept sketches may be all that is
    left of their logs.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = sorted(folder.iterdir())
        if any(path.name == MANIFEST for path in held):
            raise OutputError(folder, "it holds sketches already", "name another folder")
        for path in held:
            if not _unfinished(path):
                raise OutputError(folder, f"it holds `{path.name}`", "name an empty folder")
        for path in held:
            path.unlink()
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise OutputError(folder, problem, "name another folder") from error


def _unfinished(path: Path) -> bool:
    ours = path.match("sketches-*.parquet") or path.name == f".{MANIFEST}.partial"
    return path.is_file() and (ours or path.name == REJECTS)


def describe_files(folder: Path) -> tuple[SketchFile, ...]:
    """The Parquet files of sketches in a folder as they lie there, digested."""
    return tuple(
        SketchFile(path.name, pq.read_metadata(path).num_rows, path.stat().st_size, digest_of(path))
        for path in sorted(folder.glob("sketches-*.parquet"))
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@checked(frozen=True)
class _Versioned:
    version: int


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder of sketches.

    Raises UnreadableInput where it is damaged or of another version of the sketch.
    """
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
        version = TypeAdapter(_Versioned).validate_json(text).version
        if version != SKETCH_VERSION:
            problem = f"its sketches have version {version}, this gauger reads {SKETCH_VERSION}"
            raise UnreadableInput(path, problem, REMEDY)
        return TypeAdapter(Manifest).validate_json(text)
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise UnreadableInput(path, problem, "check the path and its permissions") from error
    except ValidationError as error:
        raise UnreadableInput(path, "it is no manifest of sketches", REMEDY) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Seals a folder of sketches, whole or not at all. Raises OutputError."""
    path = folder / MANIFEST
    partial = folder / f".{MANIFEST}.partial"
    try:
        with partial.open("w", encoding="utf-8") as file:
            json.dump(asdict(manifest), file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise OutputError(path, problem, "free space or name another folder") from error
