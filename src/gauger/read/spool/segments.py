"""Files of a spool: sketches of some exchanges, whole on the disk or not there at all.

A name says which rows of its stream a file holds and what its bytes must add up to:
`0000000000000001-00000512-9a3f01bc.arrow`.
"""

from __future__ import annotations

import os
import re
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import orjson
import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from gauger.model.manifest import MissingFields
from gauger.model.sketch import SKETCH_SCHEMA

_NAME: Final = re.compile(r"(\d{16})-(\d{8})-([0-9a-f]{8})\.arrow")
_ABOUT: Final = b"gauger.arrived"
_OPTIONS: Final = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True, slots=True)
class About:
    """What the sources of exchanges say of themselves, for the load that they become part of."""

    missing: tuple[MissingFields, ...] = ()
    asserted: tuple[str, ...] = ()

    def joined(self, other: About) -> About:
        """What both say."""
        missing = dict.fromkeys((*self.missing, *other.missing))
        return About(tuple(missing), tuple(sorted({*self.asserted, *other.asserted})))


@dataclass(frozen=True, slots=True)
class Segment:
    """One file: rows `first` to `last` of its stream, counted from 1."""

    path: Path
    first: int
    last: int

    @property
    def rows(self) -> int:
        """How many it holds."""
        return self.last - self.first + 1


class Damaged(Exception):
    """A segment that is not as it was written."""


def write_segment(folder: Path, first: int, sketches: pa.Table, about: About) -> Segment:
    """Writes sketches as rows from `first` on; on the disk once this returns. Raises OSError."""
    schema = SKETCH_SCHEMA.with_metadata({_ABOUT: orjson.dumps(asdict(about))})
    stream = pa.BufferOutputStream()
    with pa.ipc.new_file(stream, schema, options=_OPTIONS) as writer:
        writer.write_table(sketches.cast(schema))
    data = memoryview(stream.getvalue())
    rows = sketches.num_rows
    path = folder / f"{first:016d}-{rows:08d}-{zlib.crc32(data):08x}.arrow"
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        settle(folder)
    except OSError:
        # Nobody was told of it, so it must not be there either.
        for each in (partial, path):
            with suppress(OSError):
                each.unlink(missing_ok=True)
        raise
    return Segment(path, first, first + rows - 1)


def settle(folder: Path) -> None:
    """Puts the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def segments_in(folder: Path) -> list[Segment]:
    """The segments of a stream in their order; what was left unfinished is none."""
    found: list[Segment] = []
    for path in folder.iterdir():
        named = _NAME.fullmatch(path.name)
        if named is not None:
            first = int(named[1])
            found.append(Segment(path, first, first + int(named[2]) - 1))
    return sorted(found, key=lambda each: each.first)


def read_segment(segment: Segment) -> tuple[pa.Table, About]:
    """The sketches of a segment. Raises Damaged, and OSError as the system does."""
    data = segment.path.read_bytes()
    named = _NAME.fullmatch(segment.path.name)
    if named is None or zlib.crc32(data) != int(named[3], 16):
        raise Damaged(f"`{segment.path}` was changed since it was written")
    try:
        table = pa.ipc.open_file(pa.py_buffer(data)).read_all()
        about = _TOLD.validate_json((table.schema.metadata or {}).get(_ABOUT, b"{}"))
        return table.replace_schema_metadata(None), about
    except (pa.ArrowException, ValidationError) as error:
        raise Damaged(f"`{segment.path}` holds no sketches") from error


_TOLD: Final = TypeAdapter(About)
