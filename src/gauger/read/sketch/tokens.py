"""Cuts UTF-8 bytes into tokens: words of spaced scripts, characters of the others.

A token's value folds case, width, accents and invisible characters, and collapses a run of
digits to one `0`, so that "Task 17:" and "Task 204:" are one frame. Its exact value keeps the
digits, so that two items of a dataset that differ in a number stay two items.
"""

from __future__ import annotations

import numba
import numpy as np

from gauger.read.compiled import compiled
from gauger.read.sketch.folding import (
    CHARACTER,
    DIGIT,
    INVISIBLE,
    SCRIPTS,
    SEPARATOR,
    SYMBOL,
)
from gauger.read.sketch.hashing import mix
from gauger.read.vectors import STRIDE, letters, lowest

# A table entry is its class in the high half and the folded code point in the low half, so
# that one comparison answers what the loops ask most often.
_DIGIT = np.uint32(DIGIT << 16)
_INVISIBLE = np.uint32(INVISIBLE << 16)
_END_OF_WORD = np.uint32(SEPARATOR << 16)
_SEPARATOR = np.uint32(SEPARATOR << 16)
_CHARACTER = np.uint32(CHARACTER << 16)
_SYMBOL = np.uint32(SYMBOL << 16)
_LATIN = np.uint8(SCRIPTS.index("latin"))
_HAN = np.uint8(SCRIPTS.index("han"))
_SEED = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0x100000001B3)
_ZERO_DIGIT = np.uint64(48)


@numba.njit(inline="always")
def decode(data, pos, stop):
    """Code point at `pos` and the position after it; malformed bytes read as separators."""
    first = data[np.uint64(pos)]
    if first < 0x80:
        return np.int64(first), pos + 1
    if 0xC2 <= first < 0xE0 and pos + 1 < stop:
        return (np.int64(first & 0x1F) << 6) | np.int64(data[np.uint64(pos + 1)] & 0x3F), pos + 2
    if 0xE0 <= first < 0xF0 and pos + 2 < stop:
        return (
            (np.int64(first & 0x0F) << 12)
            | (np.int64(data[np.uint64(pos + 1)] & 0x3F) << 6)
            | np.int64(data[np.uint64(pos + 2)] & 0x3F)
        ), pos + 3
    if 0xF0 <= first < 0xF5 and pos + 3 < stop:
        return (
            (np.int64(first & 0x07) << 18)
            | (np.int64(data[np.uint64(pos + 1)] & 0x3F) << 12)
            | (np.int64(data[np.uint64(pos + 2)] & 0x3F) << 6)
            | np.int64(data[np.uint64(pos + 3)] & 0x3F)
        ), pos + 4
    return np.int64(0), pos + 1


@numba.njit(inline="always")
def entry_of(code, table):
    """Class and folded form of a code point, also of those beyond the table."""
    # There rare Han is a character token; the rest (emoji, symbols) separates.
    if code < 65536:
        return table[code]
    return _CHARACTER | np.uint32(code & 0xFFFF) if 0x20000 <= code <= 0x323AF else _SEPARATOR


@numba.njit(inline="always")
def next_token(data, pos, stop, table, scripts):
    """The token at or after `pos`.

    Returns (position after it, value, exact value, is a character token, script, code symbols
    passed over). Value 0 means that no token was left. Two loops, one between words and one
    inside a word, keep the common case (ASCII) to one look-up and one multiplication per byte.
    """
    symbols = 0
    while pos < stop:
        byte = data[np.uint64(pos)]
        if byte < 128:
            entry = table[byte]
            if entry < _INVISIBLE:
                break
            if entry >= _SYMBOL:
                symbols += 1
            pos += 1
        else:
            code, after = decode(data, pos, stop)
            entry = entry_of(code, table)
            if entry < _INVISIBLE:
                break
            pos = after
            if entry >= _CHARACTER and entry < _SYMBOL:
                character = mix((_SEED ^ np.uint64(entry)) * _STEP)
                script = scripts[code] if code < 65536 else _HAN
                return pos, character, character, True, script, symbols
    if pos >= stop:
        return stop, np.uint64(0), np.uint64(0), False, np.uint8(0), symbols
    value = _SEED
    if pos + STRIDE <= data.shape[0]:
        # Most words are letters of ASCII up to a space.
        others = ~letters(data, pos)
        end = min(pos + (lowest(others) if others else np.int64(STRIDE)), stop)
        byte = data[np.uint64(end)] if end < stop else np.uint8(32)
        if byte < 128 and table[byte] >= _END_OF_WORD and end - pos < STRIDE:
            while pos < end:
                value = (value ^ np.uint64(data[np.uint64(pos)] | np.uint8(32))) * _STEP
                pos += 1
            value = mix(value)
            return pos, value, value, False, _LATIN, symbols
    digits = np.uint64(0)
    in_digits = False
    script = _LATIN
    while pos < stop:
        byte = data[np.uint64(pos)]
        after = pos + 1
        if byte < 128:
            entry = table[byte]
        else:
            code, after = decode(data, pos, stop)
            entry = entry_of(code, table)
            if entry < _DIGIT:
                script = scripts[code]
        if entry < _DIGIT:
            value = (value ^ np.uint64(entry)) * _STEP
            in_digits = False
        elif entry < _INVISIBLE:
            digits = (digits ^ np.uint64(entry)) * _STEP + _SEED
            if not in_digits:
                value = (value ^ _ZERO_DIGIT) * _STEP
            in_digits = True
        elif entry >= _END_OF_WORD:
            break
        pos = after
    value = mix(value)
    return pos, value, value ^ digits, False, script, symbols


@compiled
def token_values(data, table, scripts, out):
    """Values of the tokens of `data` into `out`; returns how many there are."""
    pos = 0
    count = 0
    while pos < data.shape[0]:
        pos, value, _, _, _, _ = next_token(data, pos, data.shape[0], table, scripts)
        if value == 0:
            break
        out[count] = value
        count += 1
    return count
