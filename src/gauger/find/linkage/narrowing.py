"""In large populations an account keeps the strongest of its ties: memory grows with accounts, and
no longer with all they ever held.

What is kept depends on the logs alone and not on the memory at hand: one snapshot has one answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numba as nb
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much ties a population; where it has at most `many_exchanges`, everything does.

    Past that, what an account held once among more than `few` exchanges ties it to nothing, and
    of each kind every account keeps its strongest ties, so many that all accounts together have at
    most `most_ties` of that kind.
    """

    many_exchanges: int = 5_000_000
    few: int = 50
    most_ties: int = 10_000_000

    def narrows(self, exchanges: NDArray[np.int64]) -> bool:
        """Whether accounts with so many exchanges have too many together."""
        return int(exchanges.sum()) > self.many_exchanges


BOUNDS: Final = Bounds()
_FEWEST: Final = 4
"""Ties of a kind that every account keeps, whatever they come to."""


def kept_each(held: NDArray[np.int64], most: int) -> int | None:
    """How many ties of a kind an account may keep, a power of two, so that all of them come to at
    most `most`; null where nothing has to go. `held[a]` is how many account a has."""
    if int(held.sum()) <= most:
        return None
    each = _FEWEST
    while int(np.minimum(held, 2 * each).sum()) <= most:
        each *= 2
    return each


def strongest(
    account: NDArray[np.int32], thing: NDArray[np.int32], strength: NDArray[np.float64],
    accounts: int, things: int, each: int,
) -> NDArray[np.bool_]:  # fmt: skip
    """Which edges are among the `each` strongest of their account, and not alone at their thing.

    Edges stand in the order of their things, and of two alike the earlier is kept, so the answer
    depends on who holds what alone.
    """
    order = np.argsort(account, kind="stable").astype(np.int32)
    starts = np.concatenate(([0], np.cumsum(np.bincount(account, minlength=accounts))))
    kept: NDArray[np.bool_] = _strongest(order, starts, strength, each)
    left = np.bincount(thing[kept], minlength=things)
    kept &= left[thing] > 1
    return kept


@nb.njit(cache=True, nogil=True)
def _strongest(order, starts, strength, each):  # type: ignore[no-untyped-def]
    kept = np.zeros(len(order), np.bool_)
    for a in range(len(starts) - 1):
        mine = order[starts[a] : starts[a + 1]]
        if len(mine) <= each:
            for e in mine:
                kept[e] = True
            continue
        # Numba's stable sort: equal strengths stay in the order of their things.
        ranked = np.argsort(-strength[mine], kind="mergesort")
        for place in range(each):
            kept[mine[ranked[place]]] = True
    return kept
