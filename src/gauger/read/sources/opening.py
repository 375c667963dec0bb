"""Bytes of a log file: only those present at opening, hashed, counted and decompressed."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gauger.model.errors import UnreadableInput
from gauger.read.sources.unzstd import ROOM, Unzstd

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
PLAIN_CHUNK = 1 << 20
GZIP_CHUNK = 1 << 14
"""Small, because the rows of the chunk in which compressed data breaks may be lost."""
ZSTD_CHUNK = 1 << 16


@dataclass(slots=True)
class LogFile:
    """A file while it is read; `InputFile` is what is told of it."""

    index: int
    path: Path
    named: bool
    size: int
    codec: str = "plain"
    """`plain`, `gzip`, `zstd` or `parquet`, found by the first bytes and not by the name."""
    format: str = ""
    bytes_read: int = 0
    sha256: str | None = None
    break_reason: str | None = field(default=None)
    """Why the bytes ended before the file did, where they did."""
    row_groups: tuple[int, int] | None = None
    """Of a Parquet file, the first row group to read and the one past the last; null is all."""
    content: bytes | None = field(default=None, repr=False)
    """The bytes themselves where they never were in a file; `path` is then only a name."""

    @property
    def name(self) -> str:
        """The path as rejects state it."""
        return str(self.path)


def open_file(index: int, path: Path, *, named: bool) -> LogFile:
    """Take a file's size and codec; raises `UnreadableInput` if it cannot be opened."""
    try:
        with path.open("rb") as handle:
            head = handle.read(4)
            size = handle.seek(0, 2)
    except OSError as error:
        raise unreadable(path, error) from error
    codec = "plain"
    if head.startswith(GZIP_MAGIC):
        codec = "gzip"
    elif head == ZSTD_MAGIC:
        codec = "zstd"
    elif head == b"PAR1":
        codec = "parquet"
    return LogFile(index, path, named, size, codec)


def in_memory(name: str, content: bytes, format: str) -> LogFile:
    """Bytes that were received, as a log of a known format; `name` is what rejects call it."""
    return LogFile(0, Path(name), True, len(content), format=format, content=content)


def unreadable(path: Path, error: OSError) -> UnreadableInput:
    """An operating system's refusal, said our way."""
    problem = (error.strerror or type(error).__name__).lower()
    return UnreadableInput(path, problem, "check the path and its permissions")


def text_chunks(file: LogFile, *, peek: bool = False) -> Iterator[bytes]:
    """Decompressed bytes of a file; a break ends them and leaves `break_reason` behind.

    `peek` reads without counting, for a look at the first records. Raises `UnreadableInput`
    where the operating system refuses.
    """
    if file.codec == "zstd":
        yield from chunks_of(_ZstdText(file, peek=peek))
        return
    file.break_reason = None
    raw = _raw_chunks(file, count=not peek)
    if file.codec == "gzip":
        yield from _gunzipped(file, raw)
    else:
        yield from raw
    if not peek:
        # The rest of a broken file is still hashed: the digest names the file, not its rows.
        for _ in raw:
            pass


class Text(Protocol):
    """The decompressed bytes of a file, put into memory of the caller's."""

    def readinto(self, room: memoryview) -> int:
        """Puts the next bytes into `room`, which holds `ROOM` of them at least; returns how
        many, 0 at the end."""


def text_of(file: LogFile) -> Text:
    """What `text_chunks` gives, where the caller wants it."""
    if file.codec == "zstd":
        return _ZstdText(file, peek=False)
    return _ChunkedText(text_chunks(file))


def chunks_of(text: Text) -> Iterator[bytes]:
    """What is left of a text."""
    room = memoryview(bytearray(ROOM))
    while size := text.readinto(room):
        yield bytes(room[:size])


def hash_whole(file: LogFile) -> None:
    """Digest a file that is not read from start to end."""
    for _ in _raw_chunks(file, count=False):
        pass


def _raw_chunks(file: LogFile, *, count: bool) -> Iterator[bytes]:
    digest = hashlib.sha256()
    left = file.size
    step = {"gzip": GZIP_CHUNK, "zstd": ZSTD_CHUNK}.get(file.codec, PLAIN_CHUNK)
    try:
        held = file.content
        with file.path.open("rb") if held is None else io.BytesIO(held) as handle:
            while left > 0 and (chunk := handle.read(min(step, left))):
                digest.update(chunk)
                left -= len(chunk)
                if count:
                    file.bytes_read += len(chunk)
                yield chunk
    except OSError as error:
        raise unreadable(file.path, error) from error
    if left > 0:
        file.break_reason = f"the file shrank while it was read: {left} bytes are gone"
    else:
        file.sha256 = digest.hexdigest()


def _gunzipped(file: LogFile, raw: Iterator[bytes]) -> Iterator[bytes]:
    member = zlib.decompressobj(wbits=31)
    begun = False
    done = 0
    for chunk in raw:
        data = chunk
        while data:
            if member.eof:
                # Members may follow each other, and tape-era padding of zeros may end a file.
                data = data.lstrip(b"\0")
                if not data:
                    break
                member, begun = zlib.decompressobj(wbits=31), False
            checkpoint = member.copy()
            try:
                text = member.decompress(data)
            except zlib.error:
                yield from _up_to_break(checkpoint, data)
                _broken(file, "gzip data is broken", done)
                return
            begun = True
            if text:
                yield text
            data = member.unused_data if member.eof else b""
        done += len(chunk)
    if begun and not member.eof:
        _broken(file, "gzip data ends early, the file was cut", done)


def _up_to_break(member: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What comes out of a chunk before the byte that breaks it."""
    for position in range(0, len(data), 64):
        try:
            text = member.decompress(data[position : position + 64])
        except zlib.error:
            return
        if text:
            yield text


class _ZstdText:
    def __init__(self, file: LogFile, *, peek: bool) -> None:
        file.break_reason = None
        self._file = file
        self._peek = peek
        self._raw = _raw_chunks(file, count=not peek)
        self._text = Unzstd(self._raw)

    def readinto(self, room: memoryview) -> int:
        size = self._text.readinto(room)
        if size:
            return size
        if self._text.problem is not None:
            _broken(self._file, self._text.problem, self._text.sound)
        if not self._peek:
            # As above.
            for _ in self._raw:
                pass
        return 0


class _ChunkedText:
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = memoryview(b"")

    def readinto(self, room: memoryview) -> int:
        if not self._held:
            self._held = memoryview(next(self._chunks, b""))
        size = min(len(room), len(self._held))
        room[:size] = self._held[:size]
        self._held = self._held[size:]
        return size


def _broken(file: LogFile, what: str, at: int) -> None:
    lost = file.size - at
    if lost > 0:
        file.break_reason = (
            f"{what} near byte {at} of {file.size}: what the last {lost} bytes held is lost"
        )
    else:
        file.break_reason = f"{what} at byte {at}: what should follow is lost, how much is unknown"
