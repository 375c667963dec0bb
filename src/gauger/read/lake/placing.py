"""Puts finished files where a lake has its files, just before a commit names them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from pyiceberg.manifest import DataFile

from gauger.read.lake.catalog import Lake, guarded
from gauger.read.lake.data_files import Draft, described

_AT_ONCE: Final = 8
"""Files that are on their way together."""


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
    putting: list[Future[None]] = []
    # Nearly all of the time goes by until a disk or a store has answered.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            for number, draft in enumerate(drafts):
                location = draft.location(lake.root, owner, number)
                files.append(described(draft, location, lake.table.metadata))
                putting.append(pool.submit(lake.storage.put, draft.path, location))
                placed.append(replace(draft, path=lake.storage.path_of(location) or draft.path))
            with guarded(lake.address):
                for put in putting:
                    put.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            withdraw(lake, files)
            raise
    return placed, tuple(files)


def withdraw(lake: Lake, files: Iterable[DataFile]) -> None:
    """Removes files that no snapshot names; what stays is left for a retention to find."""
    for file in files:
        with contextlib.suppress(OSError):
            lake.storage.remove(file.file_path)
