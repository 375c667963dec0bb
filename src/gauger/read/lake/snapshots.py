"""The states of a lake: which there are, what each holds, and which one a scan means."""

from __future__ import annotations

from datetime import date
from typing import Final

from pyiceberg.conversions import from_bytes
from pyiceberg.manifest import ManifestContent, ManifestFile
from pyiceberg.table.snapshots import Snapshot
from pyiceberg.types import DateType

from gauger.model.errors import LakeError
from gauger.model.snapshot import LakeSnapshot
from gauger.read.lake.catalog import Lake, guarded
from gauger.read.lake.data_files import day_of, moment_of
from gauger.read.lake.table import OPERATION

_MOST_NAMED: Final = 8


def snapshots_of(lake: Lake) -> tuple[LakeSnapshot, ...]:
    """Every snapshot of a lake that was not expired, latest first. Raises LakeError."""
    snapshots = sorted(
        lake.table.snapshots(), key=lambda each: each.sequence_number or 0, reverse=True
    )
    return tuple(found for each in snapshots if (found := told(lake, each)) is not None)


def told(lake: Lake, snapshot: Snapshot | None) -> LakeSnapshot | None:
    """A snapshot in our words. Raises LakeError."""
    if snapshot is None or snapshot.summary is None:
        return None
    summary = snapshot.summary
    days = days_of(lake, snapshot)
    return LakeSnapshot(
        lake=lake.name,
        snapshot_id=snapshot.snapshot_id,
        committed=moment_of(snapshot.timestamp_ms),
        operation=summary.get(OPERATION) or summary.operation.value,
        exchanges=int(summary.get("total-records") or 0),
        files=int(summary.get("total-data-files") or 0),
        bytes=int(summary.get("total-files-size") or 0),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
    )


def pick_snapshot(lake: Lake, snapshot_id: int | None) -> Snapshot:
    """The snapshot with an id, or the current one. Raises LakeError, which says which there are."""
    current = lake.table.current_snapshot()
    if current is None:
        raise LakeError(lake.name, "nothing was loaded into it", "fill it with `gauger ingest`")
    if snapshot_id is None:
        return current
    found = lake.table.snapshot_by_id(snapshot_id)
    if found is not None:
        return found
    held = sorted(lake.table.snapshots(), key=lambda each: -each.timestamp_ms)
    named = ", ".join(
        f"{each.snapshot_id} ({moment_of(each.timestamp_ms):%Y-%m-%d %H:%M:%S})"
        for each in held[:_MOST_NAMED]
    )
    more = f" and {len(held) - _MOST_NAMED:,} more" if len(held) > _MOST_NAMED else ""
    raise LakeError(
        lake.name,
        f"it has no snapshot {snapshot_id}: it never had, or the snapshot was expired",
        f"give one of {named}{more}; `gauger lake snapshots` lists all",
    )


def days_of(lake: Lake, snapshot: Snapshot) -> tuple[date, ...]:
    """First and last days of the files that a snapshot names, one pair per list of files."""
    days: list[date] = []
    with guarded(lake.address):
        for manifest in snapshot.manifests(lake.table.io):
            if manifest.content is ManifestContent.DATA and _names_files(manifest):
                days.extend(
                    day_of(int(from_bytes(DateType(), bound)))
                    for bounds in manifest.partitions or ()
                    for bound in (bounds.lower_bound, bounds.upper_bound)
                    if bound is not None
                )
    return tuple(days)


def _names_files(manifest: ManifestFile) -> bool:
    return manifest.has_added_files() or manifest.has_existing_files()
