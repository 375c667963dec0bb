"""Hashes of the sketch: a fast mixing step inside, a keyed one around whatever is kept.

Which runs are kept is decided on the unkeyed value, so that the same runs are kept under every
key; what leaves is SipHash-2-4 of it (Aumasson and Bernstein, 2012) under the provider's key.
"""

from __future__ import annotations

import numba
import numpy as np

from gauger.read.compiled import compiled

_C1 = np.uint64(0xFF51AFD7ED558CCD)
_C2 = np.uint64(0xC4CEB9FE1A85EC53)
_S33 = np.uint64(33)


@numba.njit(inline="always")
def mix(value):
    """Finaliser of MurmurHash3: every input bit reaches every output bit."""
    value ^= value >> _S33
    value *= _C1
    value ^= value >> _S33
    value *= _C2
    return value ^ (value >> _S33)


@numba.njit(inline="always")
def _rotate(value, bits):
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@numba.njit(inline="always")
def _round(v0, v1, v2, v3):
    v0 += v1
    v1 = _rotate(v1, 13) ^ v0
    v0 = _rotate(v0, 32)
    v2 += v3
    v3 = _rotate(v3, 16) ^ v2
    v0 += v3
    v3 = _rotate(v3, 21) ^ v0
    v2 += v1
    v1 = _rotate(v1, 17) ^ v2
    v2 = _rotate(v2, 32)
    return v0, v1, v2, v3


@numba.njit
def keyed_word(value, low, high):
    """SipHash-2-4 of one 64-bit value, as a signed 64-bit integer (engines lack unsigned)."""
    v0 = low ^ np.uint64(0x736F6D6570736575)
    v1 = high ^ np.uint64(0x646F72616E646F6D)
    v2 = low ^ np.uint64(0x6C7967656E657261)
    v3 = high ^ np.uint64(0x7465646279746573)
    for word in (value, np.uint64(8) << np.uint64(56)):
        v3 ^= word
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0 ^= word
    v2 ^= np.uint64(0xFF)
    for _ in range(4):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return np.int64(v0 ^ v1 ^ v2 ^ v3)


@numba.njit(inline="always")
def keyed_bytes(data, start, stop, low, high):
    """SipHash-2-4 of `data[start:stop]`, as a signed 64-bit integer."""
    v0 = low ^ np.uint64(0x736F6D6570736575)
    v1 = high ^ np.uint64(0x646F72616E646F6D)
    v2 = low ^ np.uint64(0x6C7967656E657261)
    v3 = high ^ np.uint64(0x7465646279746573)
    length = stop - start
    whole = length // 8
    for index in range(whole + 1):
        word = np.uint64(0)
        base = start + index * 8
        count = 8 if index < whole else length - whole * 8
        for byte in range(count):
            word |= np.uint64(data[np.uint64(base + byte)]) << np.uint64(8 * byte)
        if index == whole:
            word |= np.uint64(length & 0xFF) << np.uint64(56)
        v3 ^= word
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0 ^= word
    v2 ^= np.uint64(0xFF)
    for _ in range(4):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return np.int64(v0 ^ v1 ^ v2 ^ v3)


@compiled
def hash_strings(data, offsets, low, high, out):
    """Keyed hash of every string of an Arrow array; `out` is int64, one per string."""
    for row in range(out.shape[0]):
        out[row] = keyed_bytes(data, offsets[row], offsets[row + 1], low, high)


@compiled
def hash_words(values, low, high, out):
    """Keyed hash of every 64-bit value."""
    for row in range(out.shape[0]):
        out[row] = keyed_word(values[row], low, high)
