"""Writing that is whole or absent: a reader never meets half a finding.

A result is written under a temporary name in its own folder, forced to the disk, and only then
given its name. Whatever interrupts that leaves the previous result, or none.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from gauger.model.errors import OutputError

_PROBLEMS: Final = {
    errno.ENOSPC: ("the disk is full", "free some space or name another folder with `--out`"),
    errno.EDQUOT: ("the disk quota is used up", "free some space or name another folder"),
    errno.EACCES: ("permission is denied", "name a folder you may write to with `--out`"),
    errno.EPERM: ("permission is denied", "name a folder you may write to with `--out`"),
    errno.EROFS: ("the file system is read-only", "name another folder with `--out`"),
    errno.ENOTDIR: ("a part of the path is a file", "name another folder with `--out`"),
    errno.EEXIST: ("a part of the path is a file", "name another folder with `--out`"),
    errno.EISDIR: ("there is a folder of that name", "move it away or name another folder"),
    errno.ENAMETOOLONG: ("the name is too long", "name a shorter path with `--out`"),
    errno.EIO: ("the disk reports an error", "check the disk or name another folder"),
}


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open `path` for writing so that it appears whole when the block ends well."""
    partial = path.with_name(f".{path.name[:64]}.{secrets.token_hex(6)}.partial")
    try:
        _refuse_what_is_no_file(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _open_new(partial) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _settle(path.parent)
    except OSError as error:
        raise _output_error(path, error) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with whole_file(path) as file:
        file.write(data)


def _open_new(partial: Path) -> IO[bytes]:
    return partial.open("xb")


def _refuse_what_is_no_file(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        raise OutputError(path, "it is a device or a pipe, not a file", "name a file in a folder")


def _settle(folder: Path) -> None:
    """Force the new name to the disk; some file systems cannot, and the file is whole anyway."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _output_error(path: Path, error: OSError) -> OutputError:
    said = (error.strerror or str(error) or "the system gives no reason").rstrip(".")
    known = _PROBLEMS.get(error.errno or 0)
    problem, remedy = known or (said[:1].lower() + said[1:], "name another folder with `--out`")
    return OutputError(path, problem, remedy)
