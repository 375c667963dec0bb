"""The places of accounts by their keys, for tables with more rows than a search may cost each."""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """Keys in ascending order, each with its place, and where those of one beginning start.

    Keys are fingerprints, so their leading bits spread them evenly: of a million, one or two
    begin alike, and finding a key looks at these alone. Others are found as well, more slowly.
    """

    keys: Ints
    place: Ints
    starts: Ints
    shift: int

    @classmethod
    def of(cls, keys: Ints) -> Places:
        """An index of keys, each there once, whose places are those in `keys`."""
        place = np.argsort(keys)
        bits = max(len(keys) - 1, 1).bit_length()
        ascending = keys[place]
        beginning = _beginning(ascending, 64 - bits)
        starts = np.concatenate(([0], np.cumsum(np.bincount(beginning, minlength=1 << bits))))
        return cls(ascending, place, starts, 64 - bits)

    def find(self, keys: Ints) -> Ints:
        """The places of keys, all of which are there."""
        found: Ints = _find(self.keys, self.place, self.starts, self.shift, keys)
        return found


def _beginning(keys: Ints, shift: int) -> Ints:
    return np.asarray((keys >> shift) + (np.int64(1) << (63 - shift)), np.int64)


@nb.njit(cache=True, nogil=True)
def _find(ascending, place, starts, shift, keys):  # type: ignore[no-untyped-def]
    found = np.empty(len(keys), np.int64)
    half = np.int64(1) << (63 - shift)
    for i in range(len(keys)):
        key = keys[i]
        beginning = (key >> shift) + half
        low, high = starts[beginning], starts[beginning + 1] - 1
        while low < high:
            middle = (low + high) >> 1
            if ascending[middle] < key:
                low = middle + 1
            else:
                high = middle
        found[i] = place[low]
    return found
