"""Takes the texts that were found in JSON lines out of them, with their escapes undone."""

from __future__ import annotations

import numba
import numpy as np

from gauger.read.compiled import compiled
from gauger.read.vectors import STRIDE, copy_stride, equal, lowest


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


@compiled
def gather(data, valid, begins, ends, offsets, out):
    """Puts the texts of one column one after another into `out`; returns their bytes, or -1
    where an escape is none. `out` holds `STRIDE` bytes more than the texts take as they stand."""
    size = np.int64(0)
    for row in range(valid.shape[0]):
        offsets[row] = size
        if not valid[row]:
            continue
        pos = np.int64(begins[row])
        end = np.int64(ends[row])
        if valid[row] == 1 and end + STRIDE <= data.shape[0]:
            # What is copied beyond a text is written over by the next one.
            for step in range(0, end - pos, STRIDE):
                copy_stride(data, pos + step, out, size + step)
            size += end - pos
        else:
            while pos < end:
                if pos + STRIDE <= data.shape[0]:
                    copy_stride(data, pos, out, size)
                    found = equal(data, pos, 92)
                    passed = min(lowest(found) if found else np.int64(STRIDE), end - pos)
                    pos += passed
                    size += passed
                    if pos == end or not found:
                        continue
                elif data[np.uint64(pos)] != 92:
                    out[np.uint64(size)] = data[np.uint64(pos)]
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
