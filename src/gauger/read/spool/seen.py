"""Which exchanges came before, by their keys: the latest few million, in eight bytes each."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]

MOST: Final = 4_000_000
"""Keys that are remembered, about; never fewer than the latest half of them."""


class Seen:
    """Two generations of keys, of which the older is forgotten once the younger is full.

    Keys are held in sorted runs, each at least twice as long as the next, so that few have to be
    looked through and each key is sorted a few times at most.
    """

    def __init__(self, most: int = MOST) -> None:
        self._full = max(most // 2, 1)
        self._older: list[Keys] = []
        self._younger: list[Keys] = []

    def __len__(self) -> int:
        return sum(len(run) for run in (*self._older, *self._younger))

    def fresh(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of `keys` did not come before, within them neither: of several the first."""
        found = np.zeros(len(keys), np.bool_)
        _, firsts = np.unique(keys, return_index=True)
        found[firsts] = True
        for run in (*self._younger, *self._older):
            places = np.searchsorted(run, keys)
            places[places == len(run)] = 0
            found &= run[places] != keys
        return found

    def add(self, keys: Keys) -> None:
        """Remembers keys."""
        if not len(keys):
            return
        self._younger.append(np.sort(keys))
        while len(self._younger) > 1 and len(self._younger[-2]) < 2 * len(self._younger[-1]):
            last = self._younger.pop()
            self._younger[-1] = np.sort(np.concatenate([self._younger[-1], last]), kind="stable")
        if sum(map(len, self._younger)) >= self._full:
            self._older = [np.sort(np.concatenate(self._younger))]
            self._younger = []
