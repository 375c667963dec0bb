"""Changes a lake in one atomic commit, again and again until nobody else was quicker.

A change is decided anew on every state that it meets: what was right before another's commit
need not be right after it.
"""

from __future__ import annotations

import random
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from pyiceberg.exceptions import CommitFailedException
from pyiceberg.manifest import DataFile
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import Snapshot
from pyiceberg.table.update import (
    AssertTableUUID,
    SetPropertiesUpdate,
    ValidatableTableRequirement,
)

from gauger.model.errors import GaugerError, LakeError, OutputError
from gauger.model.lake import Load
from gauger.read.lake.catalog import Lake, guarded
from gauger.read.lake.loads import read_loads, write_loads
from gauger.read.lake.placing import withdraw
from gauger.read.lake.table import LOADS, NEXT_LOG, OPERATION

_TRIES: Final = 40
_LONGEST_WAIT: Final = 4.0
_MOST_LOGS: Final = 1 << 23
"""Places of records are compared as one 64-bit number of log and row."""

_BUSY: Final = "run the same command again when fewer others write to it"
_UNKNOWN: Final = "run the same command again: logs that were added are not added twice"


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit adds and removes, and the loads that the lake holds after it."""

    operation: str
    added: tuple[DataFile, ...]
    removed: tuple[DataFile, ...]
    loads: tuple[Load, ...]


def commit(lake: Lake, decide: Callable[[tuple[Load, ...]], Change | None]) -> Snapshot | None:
    """Commits what `decide` makes of the current loads; null where it wants no change.

    `decide` finds the lake refreshed. Raises LakeError and OutputError; nothing was changed
    unless the error says that this is not known.
    """
    change: Change | None = None
    for attempt in range(_TRIES):
        lake.refresh()
        with guarded(lake.address):
            loads = read_loads(lake, lake.table.current_snapshot())
        change = decide(loads)
        if change is None:
            return lake.table.current_snapshot()
        with guarded(lake.address):
            location = write_loads(lake, change.loads)
        try:
            with guarded(lake.address):
                _apply(lake, change, location)
        except CommitFailedException:
            lake.storage.remove(location)
            _wait(attempt)
            continue
        except (LakeError, OutputError) as error:
            # A server that went away may have committed first.
            if not _landed(lake, location, error):
                withdraw(lake, change.added)
                raise
        return lake.table.current_snapshot()
    withdraw(lake, change.added if change else ())
    raise LakeError(lake.name, "others keep changing it", _BUSY)


def reserve_numbers(lake: Lake, logs: int) -> int:
    """Numbers for so many logs that no other load has; returns the first."""
    for attempt in range(_TRIES):
        lake.refresh()
        first = int(lake.table.properties.get(NEXT_LOG, "0"))
        if first + logs > _MOST_LOGS:
            problem = f"it has read {first:,} logs, and {_MOST_LOGS:,} is the most it can number"
            raise LakeError(lake.name, problem, "begin another lake")
        try:
            with guarded(lake.address):
                # A SQL catalog asks every requirement itself, so one of ours holds as well.
                requirements: Any = (
                    AssertTableUUID(uuid=lake.table.metadata.table_uuid),
                    _AssertNextLog(expected=first),
                )
                update = SetPropertiesUpdate(updates={NEXT_LOG: str(first + logs)})
                lake.catalog.commit_table(lake.table, requirements, (update,))
        except CommitFailedException:
            _wait(attempt)
            continue
        return first
    raise LakeError(lake.name, "others keep changing it", _BUSY)


class _AssertNextLog(ValidatableTableRequirement):
    """Nobody else took these numbers meanwhile."""

    type: Literal["gauger-assert-next-log"] = "gauger-assert-next-log"
    expected: int

    def validate(self, base_metadata: TableMetadata | None) -> None:  # type: ignore[override]
        found = "0" if base_metadata is None else base_metadata.properties.get(NEXT_LOG, "0")
        if int(found) != self.expected:
            raise CommitFailedException(f"expected {self.expected}, found {found}")


def _apply(lake: Lake, change: Change, location: str) -> None:
    summary = {OPERATION: change.operation, LOADS: location}
    transaction = lake.table.transaction()
    update = transaction.update_snapshot(snapshot_properties=summary)
    producer: Any = update.overwrite() if change.removed else update.merge_append()
    with warnings.catch_warnings():
        # Old metadata that cannot be deleted are a matter for the next retention.
        warnings.simplefilter("ignore")
        with producer:
            for file in change.removed:
                producer.delete_data_file(file)
            for file in change.added:
                producer.append_data_file(file)
        # For snapshots of other tools, once those that name the loads are expired.
        transaction.set_properties({LOADS: location})
        transaction.commit_transaction()


def _landed(lake: Lake, location: str, error: GaugerError) -> bool:
    try:
        lake.refresh()
    except (LakeError, OutputError):
        problem = f"it went away in the middle of a commit, whose outcome is not known ({error})"
        raise LakeError(lake.name, problem, _UNKNOWN) from error
    return any(
        snapshot.summary is not None and snapshot.summary.get(LOADS) == location
        for snapshot in lake.table.snapshots()
    )


def _wait(attempt: int) -> None:
    longest = min(0.05 * 2**attempt, _LONGEST_WAIT)
    time.sleep(random.uniform(longest / 2, longest))  # noqa: S311 - only to part two writers
