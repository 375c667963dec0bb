"""Sketches logs on a cluster: each executor reads a part of them and writes its sketches.

Only counts and digests come back to the driver. What an executor began and did not finish, for
its machine was lost, is made again by another, and left out.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import uuid4

import orjson
from pydantic import TypeAdapter

from gauger.engine import Engine
from gauger.model.manifest import REJECTS
from gauger.model.sketch_files import SketchWriter
from gauger.read.sketch import SketchKey
from gauger.read.sketched import Sketched
from gauger.read.sketching import key_check, schema_of, sketch_batches, told
from gauger.read.sources import Logs, Rejects
from gauger.read.sources.parts import (
    PART_BYTES,
    LogPart,
    PartRead,
    open_part,
    parts_of,
    read_empty,
    take_over,
)
from gauger.read.sources.parts import told as told_of_part

STEP: Final = "read and sketch"


@dataclass(frozen=True, slots=True)
class _Made:
    """What an executor made of one part: files in a folder of this attempt alone."""

    folder: str
    files: tuple[str, ...]
    exchanges: int
    read: PartRead


_PART: Final = TypeAdapter(LogPart)
_MADE: Final = TypeAdapter(_Made)


def sketch_apart(
    engine: Engine,
    logs: Logs,
    folder: Path,
    key: SketchKey,
    rejects: Rejects,
    *,
    until: datetime | None,
    keep_text: bool,
    part_bytes: int = PART_BYTES,
) -> Sketched:
    """Sketches every exchange of `logs` before `until` into `folder`, as `sketch_logs` does.

    No file of the logs may be of a format that joins files. Raises what reading and writing on an
    executor raises.
    """
    attempts = folder / "attempts"
    attempts.mkdir(parents=True, exist_ok=True)
    parts = list(parts_of(logs, part_bytes))
    # The key goes with the function, which Spark neither shows nor writes down, and nowhere else.
    answer = partial(_sketch_part, folder=attempts, key=key, until=until, keep_text=keep_text)
    answers = engine.spread(answer, [_PART.dump_json(part) for part in parts], STEP)
    read_empty(logs)
    written = 0
    for number, (part, told_by) in enumerate(zip(parts, answers, strict=True)):
        made = _MADE.validate_json(told_by)
        at = attempts / made.folder
        for name in made.files:
            (at / name).rename(folder / f"part-{number:06d}-{name}")
        _replay(at / REJECTS, take_over(logs, part, made.read), rejects)
        written += made.exchanges
    shutil.rmtree(attempts)
    if not parts:
        # An engine wants a file to find a schema in.
        with SketchWriter(folder, schema_of(keep_text), key_check=key_check(key), compact=False):
            pass
    return told(logs, folder, key, written)


def _sketch_part(
    task: bytes, folder: Path, key: SketchKey, until: datetime | None, keep_text: bool
) -> bytes:
    """Runs on an executor, perhaps more than once at a time: each attempt has its own folder."""
    attempt = folder / uuid4().hex
    attempt.mkdir()
    written = 0
    schema = schema_of(keep_text)
    with (
        Rejects(attempt / REJECTS) as rejects,
        SketchWriter(attempt, schema, key_check=key_check(key), compact=False) as writer,
    ):
        part = open_part(_PART.validate_json(task), rejects)
        for batch in sketch_batches(part, key, until, keep_text, threads=1):
            writer.write(batch)
            written += batch.num_rows
    files = tuple(sorted(path.name for path in attempt.glob("*.parquet")))
    return _MADE.dump_json(_Made(attempt.name, files, written, told_of_part(part)))


def _replay(path: Path, name: str, rejects: Rejects) -> None:
    """Adds what an executor rejected; all of it is of one file, named as the user named it."""
    if not path.exists():
        return
    with path.open("rb") as lines:
        for line in lines:
            held = orjson.loads(line)
            rejects.add(name, held["row"], held["reason"], held["field"])
