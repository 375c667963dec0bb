"""Fingerprints of a copy: one bijection of 64 bits for each copy, the identity for the first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Words = NDArray[np.uint64]
"""Fingerprints as unsigned integers, for arithmetic that wraps around."""

_HEX: Final = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), "<u2")


@dataclass(frozen=True, slots=True)
class Mixing:
    """The bijection of one copy of a world drawn with `seed`; copy 0 is the world itself."""

    seed: int
    copy: int

    @property
    def salt(self) -> np.uint64:
        """What the values of this copy are mixed with."""
        named = hashlib.blake2b(f"{self.seed}:{self.copy}".encode(), digest_size=8).digest()
        return np.uint64(int.from_bytes(named, "little"))

    def of(self, values: Words) -> Words:
        """The values of this copy, as many and as different as those of the world."""
        return values if self.copy == 0 else mixed(values ^ self.salt)


def mixed(values: Words) -> Words:
    """SplitMix64's finaliser (Steele, Lea and Flood, 2014): every bit reaches every bit."""
    out: Words = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    out ^= out >> np.uint64(27)
    out *= np.uint64(0x94D049BB133111EB)
    out ^= out >> np.uint64(31)
    return out


def words_of(texts: list[str]) -> Words:
    """A 64-bit value for each text."""
    digests = b"".join(hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, np.uint64)


def uniform(values: Words) -> NDArray[np.float64]:
    """Numbers from 0 to 1 that the values decide."""
    return np.asarray(mixed(values) >> np.uint64(11), np.float64) / float(1 << 53)


def tokens(values: Words, prefix: str, digits: int = 16) -> pa.StringArray:
    """Identifiers as the world writes them: a prefix and hexadecimal digits."""
    head = prefix.encode()
    width = len(head) + digits
    rows = np.empty((len(values), width), np.uint8)
    rows[:, : len(head)] = np.frombuffer(head, np.uint8)
    written = _HEX[values.view(np.uint8).reshape(-1, 8)].view(np.uint8).reshape(-1, 16)
    rows[:, len(head) :] = written[:, :digits]
    offsets = np.arange(len(values) + 1, dtype=np.int32) * width
    return pa.StringArray.from_buffers(
        len(values), pa.py_buffer(offsets.tobytes()), pa.py_buffer(rows.tobytes())
    )
