"""Decompresses what was received, no further than a limit: a few bytes may stand for gigabytes."""

from __future__ import annotations

import io
import zlib
from typing import Final

import zstandard

ENCODINGS: Final = ("identity", "gzip", "zstd")
_WINDOW: Final = 1 << 27
"""Bytes that a zstd frame may ask to be held; the default of its own command line."""


class NotInflated(Exception):
    """A body that cannot be decompressed, or would be too large."""

    def __init__(self, reason: str, *, too_large: bool = False) -> None:
        self.reason = reason
        self.too_large = too_large
        super().__init__(reason)


def inflated(body: bytes, encoding: str, largest: int) -> bytes:
    """The bytes that a body of an encoding (ENCODINGS) stands for. Raises NotInflated."""
    if encoding == "gzip":
        return _gunzipped(body, largest)
    if encoding == "zstd":
        return _unzstd(body, largest)
    return body


def _gunzipped(body: bytes, largest: int) -> bytes:
    parts: list[bytes] = []
    left = largest
    while body:
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(body, left + 1)
        except zlib.error:
            raise NotInflated("gzip data is broken") from None
        left -= len(part)
        if left < 0:
            raise _too_large(largest)
        if not member.eof:
            raise NotInflated("gzip data ends early")
        parts.append(part)
        body = member.unused_data.lstrip(b"\0")
    return b"".join(parts)


def _unzstd(body: bytes, largest: int) -> bytes:
    whole = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    try:
        # Only this reader stops at a limit, and only the other one tells where data were cut.
        with whole.stream_reader(io.BytesIO(body), read_across_frames=True) as reader:
            if len(reader.read(largest + 1)) > largest:
                raise _too_large(largest)
        parts: list[bytes] = []
        while body:
            frame = whole.decompressobj()
            parts.append(frame.decompress(body))
            if not frame.eof:
                raise NotInflated("zstd data ends early")
            body = frame.unused_data
    except zstandard.ZstdError:
        raise NotInflated("zstd data is broken") from None
    return b"".join(parts)


def _too_large(largest: int) -> NotInflated:
    return NotInflated(f"it has more than {largest} bytes once decompressed", too_large=True)
