"""Puts finished files where a lake has its files, just before a commit names them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pyiceberg.manifest import DataFile

from gauger.read.lake.catalog import Lake, guarded
from gauger.read.lake.data_files import Draft, described


def place(
    lake: Lake, drafts: Sequence[Draft], owner: str
) -> tuple[list[Draft], tuple[DataFile, ...]]:
    """The drafts where they can be read from now on, and how a snapshot names them.

    Files are placed together at the end of a load rather than one by one: the shorter a file
    lies unnamed, the surer nobody takes it for one that was left behind. Where one cannot be
    placed, none stays. Raises LakeError and OutputError.
    """
    placed: list[Draft] = []
    files: list[DataFile] = []
    try:
        for number, draft in enumerate(drafts):
            location = draft.location(lake.root, owner, number)
            file = described(draft, location, lake.table.metadata)
            files.append(file)
            with guarded(lake.address):
                lake.storage.put(draft.path, location)
            placed.append(replace(draft, path=lake.storage.path_of(location) or draft.path))
    except BaseException:
        withdraw(lake, files)
        raise
    return placed, tuple(files)


def withdraw(lake: Lake, files: Iterable[DataFile]) -> None:
    """Removes files that no snapshot names; what stays is left for a retention to find."""
    for file in files:
        with contextlib.suppress(OSError):
            lake.storage.remove(file.file_path)
