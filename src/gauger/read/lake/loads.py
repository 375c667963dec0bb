"""What a lake knows of its loads: one small file, written anew with every change of the lake.

A snapshot's summary names the file, so a snapshot and what is known of its logs are committed
as one: a load is in both or in neither. The table's properties name it too, in the same commit:
other tools write snapshots without such a summary, and may outlive those that have one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final

import orjson
import zstandard
from pydantic import TypeAdapter, ValidationError
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

from gauger.model.errors import LakeError
from gauger.model.lake import Load
from gauger.read.lake.catalog import Lake
from gauger.read.lake.table import LOADS

_LOADS: Final = TypeAdapter(tuple[Load, ...])


def read_loads(lake: Lake, snapshot: Snapshot | None) -> tuple[Load, ...]:
    """The loads that a snapshot holds, in the order they were committed. Raises LakeError."""
    location = loads_location(lake.table, snapshot)
    if location is None:
        return ()
    try:
        text = zstandard.ZstdDecompressor().decompressobj().decompress(lake.storage.read(location))
        return _LOADS.validate_json(text)
    except (zstandard.ZstdError, ValidationError) as error:
        problem = f"`{location}`, which names its loads, is damaged"
        raise LakeError(lake.name, problem, "restore it from a backup") from error


def write_loads(lake: Lake, loads: tuple[Load, ...]) -> str:
    """Writes what a commit is going to name; returns its location."""
    location = f"{lake.root}/metadata/loads-{uuid.uuid4()}.json.zst"
    text = orjson.dumps([asdict(load) for load in loads])
    # Without a checksum some changed bytes would be read as something else.
    lake.storage.write(zstandard.ZstdCompressor(write_checksum=True).compress(text), location)
    return location


def loads_location(table: Table, snapshot: Snapshot | None) -> str | None:
    """Where a snapshot's loads are written; those of its parent where another tool made it.

    Where no parent is left that names them, the table's last ones are those.
    """
    if snapshot is None:
        return None
    while snapshot is not None:
        found: str | None = snapshot.summary.get(LOADS) if snapshot.summary else None
        if found is not None:
            return found
        parent = snapshot.parent_snapshot_id
        snapshot = table.snapshot_by_id(parent) if parent is not None else None
    return table.properties.get(LOADS)


def digests_of(loads: Iterable[Load]) -> dict[str, int]:
    """Digests of all logs that loads read, with the bytes of each, but for those that gave
    nothing but rejects.

    Such a log was read with the wrong choices, and may be read again with others.
    """
    return {
        log.record.sha256: log.record.bytes
        for load in loads
        if not _barren(load)
        for log in load.logs
        if log.record.sha256 is not None
    }


def superseded(load: Load, by: Load) -> bool:
    """Whether a load that gave nothing but rejects was made again by a later one."""
    return _barren(load) and set(_digests(load)) <= set(_digests(by))


def _barren(load: Load) -> bool:
    return not load.exchanges and load.rejected > 0


def _digests(load: Load) -> Iterator[str]:
    return (log.record.sha256 for log in load.logs if log.record.sha256 is not None)
