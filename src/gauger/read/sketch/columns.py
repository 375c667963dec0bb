"""Arrow columns as the kernels see them: bytes, offsets and validity, without a copy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gauger.read.sketch.hashing import hash_strings, hash_words
from gauger.read.sketch.key import SketchKey


@dataclass(frozen=True, slots=True)
class TextColumn:
    """One string array: `data[offsets[i]:offsets[i + 1]]` is row i, where `valid[i]`."""

    data: NDArray[np.uint8]
    offsets: NDArray[np.int32]
    valid: NDArray[np.bool_]

    @classmethod
    def of(cls, array: pa.Array) -> TextColumn:
        """The buffers of a string array, sliced or not."""
        count = len(array)
        _, offsets, data = array.buffers()
        valid = np.asarray(array.is_valid().to_numpy(zero_copy_only=False), np.bool_)
        if offsets is None or count == 0:
            return cls(np.empty(0, np.uint8), np.zeros(count + 1, np.int32), valid)
        starts = np.frombuffer(offsets, np.int32)[array.offset : array.offset + count + 1]
        bytes_ = np.empty(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
        return cls(bytes_, starts, valid)


def fingerprints(array: pa.Array, key: SketchKey) -> pa.Array:
    """Keyed hash of each string; null stays null. Repeated strings are hashed once."""
    encoded = array.dictionary_encode()
    text = TextColumn.of(encoded.dictionary)
    hashed = np.empty(len(encoded.dictionary), np.int64)
    hash_strings(text.data, text.offsets, np.uint64(key.low), np.uint64(key.high), hashed)
    return pc.take(pa.array(hashed), encoded.indices)


def distinct_fingerprints(array: pa.Array, key: SketchKey) -> pa.Array:
    """Keyed hash of each string of a column whose values hardly repeat."""
    text = TextColumn.of(array)
    hashed = np.empty(len(array), np.int64)
    hash_strings(text.data, text.offsets, np.uint64(key.low), np.uint64(key.high), hashed)
    return pa.array(hashed, mask=~text.valid)


def combined_fingerprint(arrays: list[pa.Array], key: SketchKey) -> pa.Array:
    """One keyed hash over several columns; null only where all of them are null."""
    count = len(arrays[0])
    combined = np.zeros(count, np.uint64)
    some = np.zeros(count, np.bool_)
    for array in arrays:
        valid = np.asarray(array.is_valid().to_numpy(zero_copy_only=False), np.bool_)
        filled = pc.fill_null(array, _filler(array.type))
        values = np.ascontiguousarray(filled.to_numpy(zero_copy_only=False))
        bits = values.view(np.uint64) if values.dtype.itemsize == 8 else values.astype(np.uint64)
        with np.errstate(over="ignore"):
            combined = (combined ^ np.where(valid, bits, np.uint64(1))) * np.uint64(
                0x9E3779B97F4A7C15
            ) + valid.astype(np.uint64)
            combined ^= combined >> np.uint64(29)
        some |= valid
    hashed = np.empty(count, np.int64)
    hash_words(combined, np.uint64(key.low), np.uint64(key.high), hashed)
    return pa.array(hashed, mask=~some)


def _filler(kind: pa.DataType) -> object:
    if pa.types.is_boolean(kind):
        return False
    return 0.0 if pa.types.is_floating(kind) else 0
