"""Files of a lake, in a folder or in an S3-compatible store.

What is written to a folder is on the disk before anything refers to it: a catalog that survives
a power cut must not name a file that did not.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow.fs as pafs
from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO

if TYPE_CHECKING:
    from pyiceberg.typedef import Properties

_COPY: Final = 4 * 1024 * 1024
_S3: Final = "s3://"


@dataclass(frozen=True, slots=True)
class Stored:
    """One file that lies in a lake's storage."""

    location: str
    bytes: int
    modified: datetime


class Storage:
    """Reads and writes whole files by their location; raises OSError as the systems below do."""

    def __init__(self, properties: Properties) -> None:
        self._io = PyArrowFileIO(properties)

    def path_of(self, location: str) -> Path | None:
        """Where a file lies on this machine; null where it lies in a store."""
        return None if location.startswith(_S3) else Path(location.removeprefix("file://"))

    def put(self, file: Path, location: str) -> None:
        """Brings a file of this machine to a location; one in a folder is moved there."""
        target = self.path_of(location)
        if target is None:
            with file.open("rb") as source, self._stream(location) as stream:
                shutil.copyfileobj(source, stream, _COPY)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.partial")
        try:
            # A rename where the folder and the scratch space are one disk, else a copy.
            shutil.move(file, partial)
            # What is new here is new, however long it was in the making.
            os.utime(partial)
            _sync(partial)
            partial.replace(target)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        _sync(target.parent)

    def write(self, data: bytes, location: str) -> None:
        """Writes a small file to a location."""
        path = self.path_of(location)
        with self._stream(location) if path is None else _durable(path) as stream:
            stream.write(data)

    def read(self, location: str) -> bytes:
        """The bytes of a small file."""
        with self._io.new_input(location).open() as stream:
            found: bytes = stream.read()
        return found

    def fetch(self, location: str, target: Path) -> None:
        """Copies a file to this machine."""
        system, path = self._system(location)
        # A name that sounds compressed must not be taken for it, here and where it is written.
        with system.open_input_stream(path, compression=None) as stream, target.open("wb") as file:
            shutil.copyfileobj(stream, file, _COPY)

    def size(self, location: str) -> int | None:
        """Bytes of a file; null where there is none."""
        system, path = self._system(location)
        info = system.get_file_info(path)
        found: int | None = info.size if info.type == pafs.FileType.File else None
        return found

    def remove(self, location: str) -> bool:
        """Removes a file; false where there was none."""
        try:
            self._io.delete(location)
        except FileNotFoundError:
            return False
        return True

    def walk(self, folder: str) -> Iterator[Stored]:
        """Every file under a folder, whoever wrote it."""
        system, path = self._system(folder)
        scheme = _S3 if folder.startswith(_S3) else ""
        selector = pafs.FileSelector(path, allow_not_found=True, recursive=True)
        for info in system.get_file_info(selector):
            if info.type == pafs.FileType.File:
                modified = info.mtime or datetime.now(UTC)
                yield Stored(f"{scheme}{info.path}", info.size, modified.astimezone(UTC))

    def _stream(self, location: str) -> Any:
        system, path = self._system(location)
        return system.open_output_stream(path, compression=None)

    def _system(self, location: str) -> tuple[Any, str]:
        scheme, netloc, path = self._io.parse_location(location)
        return self._io.fs_by_scheme(scheme, netloc), path


class DurableFileIO(PyArrowFileIO):
    """PyIceberg's way to files, but that what it writes to a folder is on the disk when closed."""

    def new_output(self, location: str) -> PyArrowFile:
        """A file to be written at a location."""
        scheme, netloc, path = self.parse_location(location, self.properties)
        kind = _DurableFile if scheme == "file" else PyArrowFile
        return kind(location, path, self.fs_by_scheme(scheme, netloc))


class _DurableFile(PyArrowFile):
    def create(self, overwrite: bool = False) -> Any:
        return _durable(Path(self._path), overwrite=overwrite)


def _durable(path: Path, *, overwrite: bool = False) -> io.BufferedWriter:
    path.parent.mkdir(parents=True, exist_ok=True)
    return io.BufferedWriter(_Synced(path, "wb" if overwrite else "xb"))


class _Synced(io.FileIO):
    def close(self) -> None:
        if not self.closed:
            try:
                os.fsync(self.fileno())
            finally:
                super().close()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
