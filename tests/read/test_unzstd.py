"""Text of zstd data is what it was, however the data come; data that were cut are told."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.read.sources.unzstd import ROOM, Frames, Unzstd

SKIPPED = b"\x53\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"12345"
NOISE = os.urandom(300_000)
TEXTS = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b"", b"a" * 200_000, NOISE, NOISE[:9_000] * 80, b"line\n" * 90_000, NOISE[:131_072]]
    ),
)


@st.composite
def _frames(draw: st.DrawFn) -> tuple[bytes, bytes, list[int]]:
    """Data, their text, and where in the data a frame ends."""
    data, text, ends = b"", b"", [0]
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.integers(0, 4)) == 0:
            data += SKIPPED
        else:
            part = draw(TEXTS)
            written = zstandard.ZstdCompressor(
                level=draw(st.sampled_from([1, 3])),
                write_checksum=draw(st.booleans()),
                write_content_size=draw(st.booleans()),
            )
            data += written.compress(part)
            text += part
        ends.append(len(data))
    return data, text, ends


def _chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def _read(data: bytes, size: int) -> tuple[bytes, Unzstd]:
    text = Unzstd(_chunks(data, size))
    room = memoryview(bytearray(ROOM))
    parts = []
    while taken := text.readinto(room):
        parts.append(bytes(room[:taken]))
    return b"".join(parts), text


@settings(max_examples=150, deadline=None)
@given(made=_frames(), size=st.sampled_from([1_000, 4_097, 1 << 16, 1 << 20]))
def test_frames_give_their_text(made: tuple[bytes, bytes, list[int]], size: int) -> None:
    data, text, _ = made
    read, told = _read(data, size)
    assert read == text
    assert told.problem is None
    assert told.sound == len(data)


@settings(max_examples=150, deadline=None)
@given(
    made=_frames(),
    size=st.sampled_from([1_000, 1 << 16, 1 << 20]),
    where=st.floats(0, 1),
    byte=st.integers(-3, 3),
)
def test_cut_data_give_what_they_hold(
    made: tuple[bytes, bytes, list[int]], size: int, where: float, byte: int
) -> None:
    data, text, ends = made
    cut = min(max(round(where * len(data)) + byte, 0), len(data))
    read, told = _read(data[:cut], size)
    assert text.startswith(read)
    assert (told.problem is None) == (cut in ends)
    if cut not in ends:
        assert "ends early" in (told.problem or "")
    # All that can be made of the last frame, up to a block that is not whole.
    begun = max(end for end in ends if end <= cut)
    before = zstandard.ZstdDecompressor().decompressobj(read_across_frames=True)
    whole = before.decompress(data[:begun])
    last = zstandard.ZstdDecompressor().decompressobj().decompress(data[begun:cut])
    assert read == whole + last


@given(made=_frames(), size=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_frames_are_followed_byte_by_byte(made: tuple[bytes, bytes, list[int]], size: int) -> None:
    data, _, ends = made
    frames = Frames()
    for end, chunk in enumerate(_chunks(data[:20_000], size), start=1):
        frames.follow(chunk)
        assert frames.cut == (min(end * size, len(data[:20_000])) not in ends)


@pytest.mark.parametrize("checksum", [False, True])
def test_broken_data_give_what_stands_before(checksum: bool) -> None:
    text = b"".join(b'{"number": %d, "half": %d}\n' % (each, each // 2) for each in range(90_000))
    whole = bytearray(zstandard.ZstdCompressor(write_checksum=checksum).compress(text))
    middle = len(whole) // 2
    whole[middle : middle + 4_000] = b"\xff" * 4_000
    read, told = _read(bytes(whole), 1 << 16)
    assert told.problem == "zstd data is broken"
    assert told.sound % (1 << 16) == 0
    assert told.sound < len(whole)
    assert text.startswith(read)
    pieces = zstandard.ZstdDecompressor().decompressobj()
    piecewise = b""
    with pytest.raises(zstandard.ZstdError):
        for chunk in _chunks(bytes(whole), 1 << 10):
            piecewise += pieces.decompress(chunk)
    assert len(read) >= len(piecewise) - ROOM // 2
