"""What a score is worth: members of the network beside outsiders that had the same.

Classes of scores whose worth would fall although the score rises are pooled (pool adjacent
violators; Ayer et al. 1955), and one more outsider is counted in every class than was seen, so
that no LR goes further than the accounts at hand support.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.population import Floats
from gauger.model.signature import Worth

FLOORS: Final = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25)
LEAST: Final = -2.0
HIGHEST: Final = 2.5
"""Bounds of a family's log10 LR: no single one may carry a recognition."""


def worth_of(family: str, exchanges: int, members: Floats, outsiders: Floats) -> Worth:
    """From the scores of members and of outsiders, NaN where nothing was said."""
    inside, outside = _counts(members), _counts(outsiders)
    blocks = _pooled(inside, outside)
    log10 = np.empty(len(FLOORS))
    for first, last in blocks:
        m, o = inside[first:last].sum(), outside[first:last].sum()
        rate = (m + 0.5) / (inside.sum() + 1.0), (o + 1.0) / (outside.sum() + 1.0)
        log10[first:last] = np.log10(rate[0] / rate[1])
    log10 = np.clip(np.maximum.accumulate(log10), LEAST, HIGHEST)
    if not inside.sum() or not outside.sum():
        log10 = np.zeros(len(FLOORS))
    return Worth(
        family, exchanges, FLOORS, tuple(log10.tolist()), tuple(inside.tolist()),
        tuple(outside.tolist()),
    )  # fmt: skip


def log10_of(worth: Worth, scores: Floats) -> Floats:
    """log10 LR of every score; 0 where nothing was said."""
    place = np.searchsorted(worth.floors, np.nan_to_num(scores), side="right") - 1
    return np.where(np.isnan(scores), 0.0, np.array(worth.log10)[place])


def _counts(scores: Floats) -> NDArray[np.int64]:
    held = scores[~np.isnan(scores)]
    place = np.searchsorted(FLOORS, held, side="right") - 1
    return np.bincount(place, minlength=len(FLOORS)).astype(np.int64)


def _pooled(inside: NDArray[np.int64], outside: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Neighbouring classes (first, past the last) within which the part of members would not
    rise; a class that nobody was in goes with the one below."""
    blocks: list[tuple[int, int]] = []
    for number in range(len(inside)):
        blocks.append((number, number + 1))
        while len(blocks) > 1:
            (first, middle), (_, last) = blocks[-2:]
            m, o = inside[first:middle].sum(), outside[first:middle].sum()
            above, beyond = inside[middle:last].sum(), outside[middle:last].sum()
            # The part of members is compared crosswise: either class may be empty.
            if above + beyond > 0 and above * (m + o) > m * (above + beyond):
                break
            blocks[-2:] = [(first, last)]
    return blocks
