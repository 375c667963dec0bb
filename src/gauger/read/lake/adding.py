"""What an ingest adds to a lake, decided anew on every state of the lake that it meets.

Two ingests at once may have read one log. Whoever commits later leaves it out.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import orjson
from pyiceberg.manifest import DataFile

from gauger.model.lake import Load, LoadedLog
from gauger.read.lake.catalog import Lake, guarded
from gauger.read.lake.committing import Change
from gauger.read.lake.data_files import Draft
from gauger.read.lake.drafting import Drafting
from gauger.read.lake.loads import digests_of, superseded
from gauger.read.lake.placing import place, withdraw

OPERATION: Final = "ingest"


class Adding:
    """The files and the load of one ingest; `known` are the digests it left out from the start.

    `load` becomes null where others have added all of its logs, which `left_out` names.
    """

    def __init__(
        self,
        lake: Lake,
        load: Load,
        drafts: Sequence[Draft],
        drafting: Drafting,
        rejects: Path,
        known: Mapping[str, int],
    ) -> None:
        self.load: Load | None = load
        self.left_out: tuple[Path, ...] = ()
        self._lake = lake
        self._drafts = list(drafts)
        self._drafting = drafting
        self._rejects = rejects
        self._known = known
        self._files: tuple[DataFile, ...] | None = None

    def decide(self, loads: tuple[Load, ...]) -> Change | None:
        """The change that adds what is still to be added; null where nothing is."""
        if self.load is None:
            return None
        added = digests_of(loads).keys() - self._known.keys()
        taken = [log for log in self.load.logs if log.record.sha256 in added]
        load = self._without(self.load, taken) if taken else self.load
        if load is not None and self._files is None:
            load = self._placed(load)
        self.load = load
        if load is None:
            return None
        kept = tuple(each for each in loads if not superseded(each, by=load))
        return Change(OPERATION, self._files or (), (), (*kept, load))

    def _without(self, load: Load, taken: Sequence[LoadedLog]) -> Load | None:
        self.left_out += tuple(Path(log.record.path) for log in taken)
        earlier, self._files = self._files, None
        left = tuple(log for log in load.logs if log not in taken)
        if left and self._drafts:
            numbers = [log.number for log in taken]
            self._drafts = self._drafting.without_logs(self._drafts, numbers)
        # What was placed is read above, to be made again without these logs.
        withdraw(self._lake, earlier or ())
        if load.rejects is not None:
            self._lake.storage.remove(load.rejects)
        if not left:
            return None
        rejected = _rejects_of(self._rejects, {log.record.path for log in left})
        return replace(load, logs=left, rejected=rejected, rejects=None)

    def _placed(self, load: Load) -> Load:
        self._drafts, self._files = place(self._lake, self._drafts, load.load_id)
        rejects: str | None = None
        if load.rejected:
            rejects = f"{self._lake.root}/rejects/{load.load_id}.jsonl"
            copy = self._rejects.with_suffix(".copy")
            with guarded(self._lake.address):
                shutil.copyfile(self._rejects, copy)
                self._lake.storage.put(copy, rejects)
        days = [draft.day for draft in self._drafts]
        return replace(
            load,
            exchanges=sum(draft.exchanges for draft in self._drafts),
            rejects=rejects,
            first_day=min(days, default=None),
            last_day=max(days, default=None),
        )


def _rejects_of(path: Path, names: set[str]) -> int:
    """Leaves the rejects of some logs in a file, and counts them."""
    if not path.exists():
        return 0
    kept = 0
    left = path.with_suffix(".left")
    with path.open("rb") as lines, left.open("wb") as file:
        for line in lines:
            if orjson.loads(line)["file"] in names:
                file.write(line)
                kept += 1
    left.replace(path)
    return kept
