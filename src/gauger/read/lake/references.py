"""Which files a lake's snapshots name: whatever else lies there is of no use to anybody."""

from __future__ import annotations

from collections.abc import Iterable

from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

from gauger.read.lake.catalog import Lake
from gauger.read.lake.loads import loads_location, read_loads


def of_snapshots(lake: Lake, snapshots: Iterable[Snapshot]) -> frozenset[str]:
    """Locations of all that snapshots name: data, lists of it, loads and their rejects.

    Raises OSError and LakeError.
    """
    io = lake.table.io
    named: set[str] = set()
    for snapshot in snapshots:
        named.add(snapshot.manifest_list)
        for manifest in snapshot.manifests(io):
            # Snapshots share most of their lists.
            if manifest.manifest_path not in named:
                named.add(manifest.manifest_path)
                entries = manifest.fetch_manifest_entry(io, discard_deleted=True)
                named.update(entry.data_file.file_path for entry in entries)
        loads = loads_location(lake.table, snapshot)
        if loads is not None and loads not in named:
            named.add(loads)
            named.update(load.rejects for load in read_loads(lake, snapshot) if load.rejects)
    return frozenset(named)


def of_metadata(table: Table) -> frozenset[str]:
    """Locations of a table's own metadata, the current and those it still lists."""
    earlier = (each.metadata_file for each in table.metadata.metadata_log)
    return frozenset((table.metadata_location, *earlier))
