"""Finds the values of JSON lines in one pass over their bytes, no Python per line.

Only lines that leave nothing to judge are understood: objects of which every key that has a
column comes once and holds a value of the column's type, and every other key holds a scalar.
Anything else, whether it is allowed or not, is left to a reader that knows all of JSON.
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from gauger.read.compiled import compiled
from gauger.read.vectors import STRIDE, alike, equal, lowest, ones, string_breaks

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
ORDERED: Final = 64
"""Keys of a line of which is known which one stood at their place in the line before."""
_EXACT = np.int64(1 << 53)
"""Whole numbers below are doubles, and so is their quotient by a power of ten, once rounded."""
_TENS = np.array([10.0**power for power in range(23)])


def table_of(names: list[bytes]) -> NDArray[np.uint8]:
    """Names as the kernel compares them: each with the quote that ends it, `STRIDE` bytes apart."""
    table = np.zeros((len(names), STRIDE), np.uint8)
    for row, name in zip(table, names, strict=True):
        row[: len(name) + 1] = np.frombuffer(name + b'"', np.uint8)
    return table.reshape(-1)


def slots_of(names: list[bytes]) -> NDArray[np.int16]:
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


@compiled
def count_lines(data):
    """How many line feeds there are."""
    count = np.int64(0)
    pos = np.int64(0)
    while pos + STRIDE <= data.shape[0]:
        count += ones(equal(data, pos, 10))
        pos += STRIDE
    while pos < data.shape[0]:
        count += data[np.uint64(pos)] == 10
        pos += 1
    return count


@numba.njit(inline="always")
def _blank(data, pos):
    byte = data[np.uint64(pos)]
    # One question where nothing is blank, as in most logs.
    while byte <= 32 and (byte == 32 or byte == 9 or byte == 13):
        pos += 1
        byte = data[np.uint64(pos)]
    return pos


@numba.njit(inline="always")
def _string_end(data, pos):
    """Where the string that begins at `pos` ends, and whether it holds escapes; -1 if nowhere."""
    escaped = False
    while True:
        if pos + STRIDE <= data.shape[0]:
            found = string_breaks(data, pos)
            if found == 0:
                pos += STRIDE
                continue
            pos += lowest(found)
        byte = data[np.uint64(pos)]
        if byte == 34:
            return pos, escaped
        if byte == 92:
            if data[np.uint64(pos + 1)] < 32:
                return -1, escaped
            escaped = True
            pos += 2
        elif byte < 32:
            return -1, escaped
        else:
            pos += 1


@numba.njit(inline="always")
def _name_after(data, pos, names, lengths, column):
    """Position after the name of a column and its quote, if it stands at `pos`; else -1."""
    if column < 0 or pos + STRIDE > data.shape[0]:
        return np.int64(-1)
    length = np.int64(lengths[column]) + 1
    same = (np.uint64(1) << np.uint64(length)) - np.uint64(1)
    if np.uint64(alike(data, pos, names, column * STRIDE)) & same != same:
        return np.int64(-1)
    return pos + length


@numba.njit(inline="always")
def _column_of(data, begin, end, hashed, names, lengths, slots):
    """The column that the bytes from `begin` to `end` name; -1 where they name none."""
    column = np.int64(slots[np.int64(hashed >> _SHIFT)]) - 1
    if column < 0 or np.int64(lengths[column]) != end - begin:
        return np.int64(-1)
    for step in range(end - begin):
        if data[np.uint64(begin + step)] != names[np.uint64(column * STRIDE + step)]:
            return np.int64(-1)
    return column


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


@compiled
def find_values(
    data, names, lengths, slots, kinds, valid, begins, ends, numbers, decimals, given, sizes,
    order,
):  # fmt: skip
    """Finds the values of whole lines; returns whether all of them could be.

    By column and row: `valid` is 1 where there is a value; of texts `begins` and `ends` are
    places in `data`, and `valid` is 2 where there are escapes between them; whole numbers and
    flags stand in `numbers`, decimals in `decimals`. By column: `given` counts the values, and
    `sizes` the bytes of the texts as they stand. `order` has room for `ORDERED` columns, and
    `data` ends in a line feed.
    """
    for column in range(given.shape[0]):
        given[column] = 0
        sizes[column] = 0
    size = data.shape[0]
    pos = np.int64(0)
    row = 0
    # Lines of one log have their keys in one order, so each is first compared with the one that
    # stood there before.
    for place in range(ORDERED):
        order[place] = -1
    while pos < size:
        if data[np.uint64(pos)] != 123:
            return False
        pos += 1
        seen = np.uint64(0)
        turn = 0
        while True:
            pos = _blank(data, pos)
            if data[np.uint64(pos)] != 34:
                return False
            pos += 1
            expected = np.uint64(turn & (ORDERED - 1))
            turn += 1
            column = order[expected]
            after = _name_after(data, pos, names, lengths, column)
            if after < 0:
                begin = pos
                value = _SEED
                byte = data[np.uint64(pos)]
                while byte != 34:
                    if byte == 92 or byte < 32:
                        return False
                    value = (value ^ np.uint64(byte)) * _STEP
                    pos += 1
                    byte = data[np.uint64(pos)]
                column = _column_of(data, begin, pos, value, names, lengths, slots)
                order[expected] = column
                after = pos + 1
            pos = after
            if column >= 0:
                bit = np.uint64(1) << np.uint64(column)
                if seen & bit:
                    return False
                seen |= bit
            pos = _blank(data, pos)
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
                    given[column] += 1
                    sizes[column] += end - begin
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
                    given[column] += 1
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
                    given[column] += 1
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
