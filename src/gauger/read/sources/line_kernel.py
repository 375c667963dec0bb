"""Finds the values of JSON lines in one pass over their bytes, no Python per line.

Only lines that leave nothing to judge are understood: objects of which every key that has a
column comes once and holds a value of the column's type, and every other key holds a scalar.
Anything else, whether it is allowed or not, is left to a reader that knows all of JSON.
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np

TEXT: Final = 0
WHOLE: Final = 1
NARROW: Final = 2
"""A whole number of 32 bits."""
DECIMAL: Final = 3
FLAG: Final = 4

_NAME_SLOTS: Final = 1 << 12
_SEED = np.uint64(0xCBF29CE484222325)
_STEP = np.uint64(0x100000001B3)
_SHIFT = np.uint64(52)
_STRIDE = 32
"""Bytes that are looked at together, as many as a vector register holds."""
_EXACT = np.int64(1 << 53)
"""Whole numbers below are doubles, and so is their quotient by a power of ten, once rounded."""
_TENS = np.array([10.0**power for power in range(23)])


def slots_of(names: list[bytes]) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Where the column of a name is looked up: its number plus 1, by a hash that parts them."""
    slots = np.zeros(_NAME_SLOTS, np.int16)
    for number, name in enumerate(names):
        slot = int(_slot_of(np.frombuffer(name, np.uint8)))
        if slots[slot]:
            raise ValueError(f"the names {names[slots[slot] - 1]!r} and {name!r} share a slot")
        slots[slot] = number + 1
    return slots


@numba.njit(cache=True)
def _slot_of(name):
    value = _SEED
    for byte in name:
        value = (value ^ np.uint64(byte)) * _STEP
    return value >> _SHIFT


@numba.njit(inline="always")
def _blank(data, pos):
    while data[np.uint64(pos)] == 32 or data[np.uint64(pos)] == 9 or data[np.uint64(pos)] == 13:
        pos += 1
    return pos


@numba.njit(inline="always")
def _string_end(data, pos):
    """Where the string that begins at `pos` ends, and whether it holds escapes; -1 if nowhere."""
    escaped = False
    while True:
        while pos + _STRIDE <= data.shape[0]:
            odd = False
            for step in range(_STRIDE):
                byte = data[np.uint64(pos + step)]
                odd |= (byte == 34) | (byte == 92) | (byte < 32)
            if odd:
                break
            pos += _STRIDE
        byte = data[np.uint64(pos)]
        while byte != 34 and byte != 92 and byte >= 32:
            pos += 1
            byte = data[np.uint64(pos)]
        if byte == 34:
            return pos, escaped
        if byte < 32 or data[np.uint64(pos + 1)] < 32:
            return -1, escaped
        escaped = True
        pos += 2


@numba.njit(inline="always")
def _number(data, pos):
    """Position after a plain number, its digits as one whole number, how many of them stand
    after the point, and whether it is negative; position -1 where it is not plain."""
    negative = data[np.uint64(pos)] == 45
    if negative:
        pos += 1
    first = pos
    value = np.int64(0)
    while 48 <= data[np.uint64(pos)] <= 57:
        value = value * 10 + np.int64(data[np.uint64(pos)] - 48)
        pos += 1
        if pos - first > 18:
            return np.int64(-1), value, 0, negative
    whole = pos - first
    if whole == 0 or (whole > 1 and data[np.uint64(first)] == 48):
        return np.int64(-1), value, 0, negative
    places = 0
    if data[np.uint64(pos)] == 46:
        pos += 1
        while 48 <= data[np.uint64(pos)] <= 57:
            value = value * 10 + np.int64(data[np.uint64(pos)] - 48)
            pos += 1
            places += 1
            if whole + places > 18:
                return np.int64(-1), value, places, negative
        if places == 0:
            return np.int64(-1), value, places, negative
    # An exponent, and a zero with a sign, are for others.
    if data[np.uint64(pos)] == 101 or data[np.uint64(pos)] == 69 or (negative and value == 0):
        return np.int64(-1), value, places, negative
    return pos, value, places, negative


@numba.njit(inline="always")
def _literal(data, pos, word):
    if pos + word.shape[0] > data.shape[0]:
        return False
    same = True
    for step in range(word.shape[0]):
        same &= data[np.uint64(pos + step)] == word[step]
    return same


_TRUE = np.frombuffer(b"true", np.uint8)
_FALSE = np.frombuffer(b"false", np.uint8)
_NULL = np.frombuffer(b"null", np.uint8)


@numba.njit(nogil=True, cache=True)
def find_values(data, names, name_ends, slots, kinds, valid, begins, ends, numbers, decimals):
    """Finds the values of whole lines; returns whether all of them could be.

    By column and row: `valid` is 1 where there is a value; of texts `begins` and `ends` are
    places in `data`, and `valid` is 2 where there are escapes between them; whole numbers and
    flags stand in `numbers`, decimals in `decimals`. `data` ends in a line feed.
    """
    size = data.shape[0]
    pos = np.int64(0)
    row = 0
    while pos < size:
        if data[np.uint64(pos)] != 123:
            return False
        pos += 1
        seen = np.uint64(0)
        while True:
            pos = _blank(data, pos)
            if data[np.uint64(pos)] != 34:
                return False
            pos += 1
            begin = pos
            value = _SEED
            byte = data[np.uint64(pos)]
            while byte != 34:
                if byte == 92 or byte < 32:
                    return False
                value = (value ^ np.uint64(byte)) * _STEP
                pos += 1
                byte = data[np.uint64(pos)]
            column = np.int64(slots[np.int64(value >> _SHIFT)]) - 1
            if column >= 0:
                name_begin = np.int64(name_ends[column - 1]) if column else np.int64(0)
                length = np.int64(name_ends[column]) - name_begin
                if length != pos - begin:
                    column = np.int64(-1)
                else:
                    for step in range(length):
                        if data[np.uint64(begin + step)] != names[name_begin + step]:
                            column = np.int64(-1)
                            break
            if column >= 0:
                bit = np.uint64(1) << np.uint64(column)
                if seen & bit:
                    return False
                seen |= bit
            pos = _blank(data, pos + 1)
            if data[np.uint64(pos)] != 58:
                return False
            pos = _blank(data, pos + 1)
            byte = data[np.uint64(pos)]
            if byte == 34:
                begin = pos + 1
                end, escaped = _string_end(data, begin)
                if end < 0:
                    return False
                if column >= 0:
                    if kinds[column] != TEXT:
                        return False
                    begins[column, row] = begin
                    ends[column, row] = end
                    valid[column, row] = 2 if escaped else 1
                elif escaped:
                    # Whether what is passed over is a string at all would have to be seen.
                    return False
                pos = end + 1
            elif byte == 110:
                if not _literal(data, pos, _NULL):
                    return False
                pos += 4
            elif byte == 116 or byte == 102:
                true = byte == 116
                if not _literal(data, pos, _TRUE if true else _FALSE):
                    return False
                pos += 4 if true else 5
                if column >= 0:
                    if kinds[column] != FLAG:
                        return False
                    numbers[column, row] = 1 if true else 0
                    valid[column, row] = 1
            else:
                pos, whole, places, negative = _number(data, pos)
                if pos < 0:
                    return False
                if column >= 0:
                    kind = kinds[column]
                    if kind == DECIMAL:
                        if whole > _EXACT:
                            return False
                        decimal = np.float64(whole) / _TENS[places]
                        decimals[column, row] = -decimal if negative else decimal
                    elif kind in (WHOLE, NARROW) and places == 0:
                        if kind == NARROW and whole > 2147483647:
                            return False
                        numbers[column, row] = -whole if negative else whole
                    else:
                        return False
                    valid[column, row] = 1
            pos = _blank(data, pos)
            if data[np.uint64(pos)] == 44:
                pos += 1
            elif data[np.uint64(pos)] == 125:
                break
            else:
                return False
        pos = _blank(data, pos + 1)
        if data[np.uint64(pos)] != 10:
            return False
        pos += 1
        row += 1
    return True


@numba.njit(inline="always")
def _unit(data, pos):
    """The 16 bits that four digits say; -1 where they are none."""
    value = np.int64(0)
    for step in range(4):
        byte = np.int64(data[np.uint64(pos + step)])
        lower = byte | np.int64(32)
        if 48 <= byte <= 57:
            value = value * 16 + byte - 48
        elif 97 <= lower <= 102:
            value = value * 16 + lower - 87
        else:
            return np.int64(-1)
    return value


@numba.njit(nogil=True, cache=True)
def gather(data, valid, begins, ends, offsets, out):
    """Puts the texts of one column one after another into `out`, which holds them surely;
    returns their bytes, or -1 where an escape is none."""
    size = np.int64(0)
    for row in range(valid.shape[0]):
        offsets[row] = size
        pos = np.int64(begins[row])
        end = np.int64(ends[row])
        if valid[row] == 1:
            source, target = np.uint64(pos), np.uint64(size)
            for step in range(np.uint64(end - pos)):
                out[target + step] = data[source + step]
            size += end - pos
        elif valid[row] == 2:
            while pos < end:
                byte = data[np.uint64(pos)]
                if byte != 92:
                    out[np.uint64(size)] = byte
                    size += 1
                    pos += 1
                    continue
                byte = data[np.uint64(pos + 1)]
                pos += 2
                if byte == 34 or byte == 92 or byte == 47:
                    plain = byte
                elif byte == 110:
                    plain = np.uint8(10)
                elif byte == 116:
                    plain = np.uint8(9)
                elif byte == 114:
                    plain = np.uint8(13)
                elif byte == 98:
                    plain = np.uint8(8)
                elif byte == 102:
                    plain = np.uint8(12)
                elif byte == 117 and pos + 4 <= end:
                    code = _unit(data, pos)
                    pos += 4
                    if 0xD800 <= code < 0xDC00:
                        if (
                            pos + 6 > end
                            or data[np.uint64(pos)] != 92
                            or data[np.uint64(pos + 1)] != 117
                        ):
                            return np.int64(-1)
                        low = _unit(data, pos + 2)
                        if not 0xDC00 <= low < 0xE000:
                            return np.int64(-1)
                        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                        pos += 6
                    if code < 0 or 0xDC00 <= code < 0xE000:
                        return np.int64(-1)
                    size += _put(code, out, size)
                    continue
                else:
                    return np.int64(-1)
                out[np.uint64(size)] = plain
                size += 1
    offsets[valid.shape[0]] = size
    return size


@numba.njit(inline="always")
def _put(code, out, size):
    """Writes a code point as UTF-8; returns its bytes."""
    if code < 0x80:
        out[np.uint64(size)] = code
        return 1
    if code < 0x800:
        out[np.uint64(size)] = 0xC0 | (code >> 6)
        out[np.uint64(size + 1)] = 0x80 | (code & 0x3F)
        return 2
    if code < 0x10000:
        out[np.uint64(size)] = 0xE0 | (code >> 12)
        out[np.uint64(size + 1)] = 0x80 | ((code >> 6) & 0x3F)
        out[np.uint64(size + 2)] = 0x80 | (code & 0x3F)
        return 3
    out[np.uint64(size)] = 0xF0 | (code >> 18)
    out[np.uint64(size + 1)] = 0x80 | ((code >> 12) & 0x3F)
    out[np.uint64(size + 2)] = 0x80 | ((code >> 6) & 0x3F)
    out[np.uint64(size + 3)] = 0x80 | (code & 0x3F)
    return 4
