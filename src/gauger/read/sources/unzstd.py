"""Decompresses zstd data straight into the caller's memory, and tells data that were cut.

The library's reader spares two copies of all text, but takes the end of its data for their end:
whether the last frame is whole is seen by following the frames through their headers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import zstandard

ROOM: Final = 1 << 18
"""Memory that is asked for at least: two blocks of text, the most that one byte can bring out."""

_STEP: Final = 1 << 17
"""Text that a call asks for: of what comes out of one that fails nothing is told."""
_SKIPPED: Final = range(0x184D2A50, 0x184D2A60)
"""Numbers that begin frames without text; their length is in the next four bytes."""
_OPENING: Final = 8
"""Bytes of a frame that say how long its header is, or how long it is if it is skipped."""
_REPEATED: Final = 1
"""A block of one byte, whatever its size says."""
_CHECKSUM: Final = 4


class Unzstd:
    """The text of zstd data that come in chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.problem: str | None = None
        """Why the text ended before the data did, where it did."""
        self.sound = 0
        """Bytes of the data that were decompressed."""
        self._source = _Source(chunks)
        source: Any = self._source
        self._reader = zstandard.ZstdDecompressor().stream_reader(source, read_across_frames=True)

    def readinto(self, room: memoryview) -> int:
        """Puts text into `room`, of `ROOM` bytes or more; returns how much, 0 at the end."""
        if self.problem is not None:
            return 0
        try:
            size: int = self._reader.readinto1(room[: ROOM if self._source.ending else _STEP])
        except zstandard.ZstdError:
            self.problem = "zstd data is broken"
            self.sound = self._source.before
            return 0
        self.sound = self._source.given
        if not size and self._source.frames.cut:
            self.problem = "zstd data ends early, the file was cut"
        return size


class _Source:
    """What the library reads from: chunks, counted and followed.

    The last byte comes alone. Text for which there was no room comes out with the bytes after it,
    so that of data which end within a frame none would be left behind.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.frames = Frames()
        self.given = 0
        self.before = 0
        """What was given before the last chunk."""
        self._chunks = _last_byte_apart(chunks)
        self._next = next(self._chunks, b"")

    @property
    def ending(self) -> bool:
        """Whether no more is to come than the last byte."""
        return len(self._next) <= 1

    def read(self, size: int) -> bytes:
        """The next chunk, however long; empty at the end."""
        del size
        chunk, self._next = self._next, next(self._chunks, b"")
        self.frames.follow(chunk)
        if len(chunk) != 1:
            # The last byte belongs to the chunk that it was taken from.
            self.before = self.given
        self.given += len(chunk)
        return chunk


class Frames:
    """Follows data from one frame to the next."""

    def __init__(self) -> None:
        self._within = False
        self._checksum = 0
        self._left = 0
        """Bytes still to come of a header or block that was begun."""
        self._header = b""
        """The beginning of a header that is not all there."""

    @property
    def cut(self) -> bool:
        """Whether the data so far end within a frame."""
        return self._within or self._left > 0 or bool(self._header)

    def follow(self, data: bytes) -> None:
        """Goes over the next bytes of the data."""
        if self._header:
            data = self._header + data
        at = self._left
        while at < len(data) and (size := self._step(data, at)):
            at += size
        self._header = data[at:]
        self._left = max(at - len(data), 0)

    def _step(self, data: bytes, at: int) -> int:
        """Bytes of the header, or of the block with its header, that begins there; 0 where too
        few of them are there to tell."""
        if self._within:
            if len(data) - at < 3:
                return 0
            block = int.from_bytes(data[at : at + 3], "little")
            size = 1 if (block >> 1) & 3 == _REPEATED else block >> 3
            if block & 1:
                self._within = False
                size += self._checksum
            return 3 + size
        if len(data) - at < _OPENING:
            return 0
        if int.from_bytes(data[at : at + 4], "little") in _SKIPPED:
            return _OPENING + int.from_bytes(data[at + 4 : at + 8], "little")
        told = data[at + 4]
        whole = (told >> 5) & 1
        self._within = True
        self._checksum = _CHECKSUM if told & 4 else 0
        return 6 - whole + (0, 1, 2, 4)[told & 3] + (whole, 2, 4, 8)[told >> 6]


def _last_byte_apart(chunks: Iterator[bytes]) -> Iterator[bytes]:
    held = b""
    for chunk in chunks:
        if held:
            yield held
        held = chunk
    if len(held) > 1:
        yield held[:-1]
    if held:
        yield held[-1:]
