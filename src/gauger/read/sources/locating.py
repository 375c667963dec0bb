"""From what the user named to the files that are meant: files, folders and globs."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gauger.model.errors import NothingToRead, UnreadableInput

REMEDY = "name a log file, a folder that holds some, or a glob"


@dataclass(frozen=True, slots=True)
class Located:
    """A file, and whether the user named it or it was found in a folder or by a glob."""

    path: Path
    named: bool


def locate(paths: Sequence[str], leave_out: Path) -> list[Located]:
    """Files that `paths` mean, each once, in the order named and sorted within a folder.

    Hidden files and those that begin with an underscore (`_SUCCESS`) are not logs. Raises
    `NothingToRead` for a path that names no file.
    """
    if not paths:
        raise NothingToRead("", "no path was given", REMEDY)
    seen = {_identity(leave_out)}
    found: list[Located] = []
    for text in paths:
        for located in _one(text):
            identity = _identity(located.path)
            if identity not in seen:
                seen.add(identity)
                found.append(located)
    if not found:
        raise NothingToRead(paths[0], "it holds no log file", REMEDY)
    return found


def _one(text: str) -> Iterator[Located]:
    path = Path(text)
    try:
        if path.is_dir():
            members = list(_walk(path))
            if not members:
                raise NothingToRead(text, "the folder holds no log file", REMEDY)
            yield from members
        elif path.is_file():
            yield Located(path, named=True)
        elif path.exists():
            raise UnreadableInput(text, "it is neither a file nor a folder", REMEDY)
        elif glob.has_magic(text):
            yield from _expand(text)
        else:
            raise NothingToRead(text, "there is no such file or folder", REMEDY)
    except (OSError, ValueError) as error:
        # A name with a null byte is a ValueError; one that is too long an OSError.
        raise NothingToRead(text, "the path cannot be looked up", REMEDY) from error


def _expand(pattern: str) -> Iterator[Located]:
    matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - takes absolute ones
    if not matches:
        raise NothingToRead(pattern, "the glob matches nothing", REMEDY)
    for match in matches:
        path = Path(match)
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield Located(path, named=False)


def _walk(folder: Path) -> Iterator[Located]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        for name in sorted(names):
            path = Path(parent) / name
            if not name.startswith((".", "_")) and path.is_file():
                yield Located(path, named=False)


def _identity(path: Path) -> str:
    return os.path.realpath(path)
