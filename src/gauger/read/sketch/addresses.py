"""Network addresses as keyed fingerprints: the address, its range and its block.

One operator's exits share ranges and blocks long after single addresses have changed.
"""

from __future__ import annotations

import hashlib
import ipaddress
import socket
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gauger.read.sketch.hashing import hash_words
from gauger.read.sketch.key import SketchKey

_REMEMBERED: Final = 1 << 16
"""Addresses of which the levels are remembered, some 20 MB: most come again in a later batch."""


@dataclass(frozen=True, slots=True)
class AddressPrints:
    """Three fingerprints per row; null where the row has no address."""

    address: pa.Array
    range: pa.Array
    block: pa.Array


def address_prints(column: pa.Array, key: SketchKey) -> AddressPrints:
    """Fingerprints of a column of addresses as logs write them, with or without a port.

    Parses each distinct address once; a value that is no address keeps a fingerprint of its
    own as address and none as range or block.
    """
    encoded = column.dictionary_encode()
    parsed = map(_levels, encoded.dictionary.to_pylist())
    values = np.fromiter(chain.from_iterable(parsed), np.uint64).reshape(-1, 3)
    prints = []
    for level in range(3):
        hashed = np.empty(len(values), np.int64)
        hash_words(
            np.ascontiguousarray(values[:, level]), np.uint64(key.low), np.uint64(key.high), hashed
        )
        known: NDArray[np.bool_] = values[:, level] == 0
        prints.append(pc.take(pa.array(hashed, mask=known), encoded.indices))
    return AddressPrints(*prints)


@lru_cache(maxsize=_REMEMBERED)
def _levels(text: str) -> tuple[int, int, int]:
    try:
        # Most are written as plainly as can be, and the system knows that one spelling.
        plain = int.from_bytes(socket.inet_pton(socket.AF_INET, text))
    except (OSError, ValueError):
        return _parsed(text)
    return _levels_4(plain)


def _parsed(text: str) -> tuple[int, int, int]:
    """Levels of an address in any other spelling."""
    bare = text.strip().strip("[]")
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    elif "]:" in bare:
        bare = bare.partition("]:")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return _number("text", bare), 0, 0
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    number = int(mapped or address)
    if address.version == 4 or mapped:
        return _levels_4(number)
    # The interface half of an IPv6 address changes at will; the /64 stands for the address.
    return (
        _number("6/64", number >> 64),
        _number("6/48", number >> 80),
        _number("6/32", number >> 96),
    )


def _levels_4(number: int) -> tuple[int, int, int]:
    return _number("4", number), _shared("4/24", number >> 8), _shared("4/16", number >> 16)


@lru_cache(maxsize=_REMEMBERED)
def _shared(level: str, value: int) -> int:
    return _number(level, value)


def _number(level: str, value: int | str) -> int:
    """A 64-bit value for a prefix, never 0 and never that of another level."""
    digest = hashlib.blake2b(f"{level}:{value}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little") | 1
