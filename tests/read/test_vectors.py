"""What is asked of 32 bytes at once is answered as byte by byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.read.vectors import (
    STRIDE,
    alike,
    beyond_ascii,
    copy_stride,
    equal,
    in_words,
    letters,
    lowest,
    ones,
    string_breaks,
)

BYTES = st.binary(min_size=STRIDE, max_size=2 * STRIDE)
LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


@numba.njit
def _bits(data: Any, other: Any, pos: int, byte: int) -> Any:
    return (
        string_breaks(data, pos), in_words(data, pos), letters(data, pos),
        beyond_ascii(data, pos), equal(data, pos, byte), alike(data, pos, other, pos),
    )  # fmt: skip


@numba.njit
def _counted(bits: Any) -> Any:
    return ones(bits), lowest(bits)


@numba.njit
def _copied(data: Any, pos: int, out: Any, at: int) -> None:
    copy_stride(data, pos, out, at)


def _expected(data: bytes, pos: int, holds: Callable[[int, int], bool]) -> int:
    return sum(holds(data[pos + step], pos + step) << step for step in range(STRIDE))


@settings(deadline=None, max_examples=300)
@given(data=BYTES, other=BYTES, byte=st.integers(0, 255), draw=st.data())
def test_bits_are_those_of_the_bytes(data: bytes, other: bytes, byte: int, draw: Any) -> None:
    pos = draw.draw(st.integers(0, min(len(data), len(other)) - STRIDE))
    found = _bits(np.frombuffer(data, np.uint8), np.frombuffer(other, np.uint8), pos, byte)
    digits = frozenset(b"0123456789")
    assert found == (
        _expected(data, pos, lambda each, _: each in b'"\\' or each < 32),
        _expected(data, pos, lambda each, _: each in LETTERS or each in digits),
        _expected(data, pos, lambda each, _: each in LETTERS),
        _expected(data, pos, lambda each, _: each >= 128),
        _expected(data, pos, lambda each, _: each == byte),
        _expected(data, pos, lambda each, place: each == other[place]),
    )
    out = np.zeros(3 * STRIDE, np.uint8)
    _copied(np.frombuffer(data, np.uint8), pos, out, 7)
    assert out.tobytes() == bytes(7) + data[pos : pos + STRIDE] + bytes(2 * STRIDE - 7)


@given(bits=st.integers(1, (1 << STRIDE) - 1))
@settings(deadline=None)
def test_bits_are_counted(bits: int) -> None:
    count, first = _counted(np.uint32(bits))
    assert count == bits.bit_count()
    assert bits % (1 << (first + 1)) == 1 << first
