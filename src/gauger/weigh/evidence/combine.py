"""Several pieces of evidence as one, with their dependence in mind.

Adding log LRs is right for independent pieces only: one proxy service gives the same ranges, the
same client and the same hours. How far pieces move together is measured on the ordinary groups.
The strongest piece counts whole; each further one counts by the part of it that does not move
with a stronger piece already counted. Evidence against always counts whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.evidence import LogLR
from gauger.model.population import Floats

CAP: Final = 6.0
"""No combination of comparisons with a thousand groups supports more than a million."""


def dependence(null_scores: Sequence[Floats]) -> Floats:
    """Positive correlation of every pair of pieces over ordinary groups, a square array."""
    pieces = len(null_scores)
    together = np.eye(pieces)
    for first in range(pieces):
        for second in range(first):
            one, other = null_scores[first], null_scores[second]
            if len(one) == len(other) > 2 and np.ptp(one) > 0 and np.ptp(other) > 0:
                correlation = max(float(np.corrcoef(one, other)[0, 1]), 0.0)
                together[first, second] = together[second, first] = correlation
    return together


def combine(log10_lrs: Sequence[float], correlation: Floats) -> LogLR:
    """The pieces as one LR, bounded.

    The lower bound is what remains without the strongest piece, so no single piece can carry a
    claim; the upper bound is the plain sum of what speaks for it, capped.
    """
    pieces = np.asarray(log10_lrs, np.float64)
    if not len(pieces):
        return LogLR(0.0, 0.0, 0.0)
    order = np.argsort(-pieces, kind="stable")
    value = _bounded(_summed(pieces, correlation, order))
    without = _bounded(_summed(pieces, correlation, order[1:]))
    upper = _bounded(float(np.maximum(pieces, 0.0).sum()))
    return LogLR(value, min(value, without), max(value, upper))


def _summed(pieces: Floats, correlation: Floats, order: NDArray[np.int64]) -> float:
    total = 0.0
    for place, piece in enumerate(order):
        stronger = correlation[piece, order[:place]]
        own_part = 1.0 - float(stronger.max(initial=0.0))
        total += pieces[piece] * (own_part if pieces[piece] > 0 else 1.0)
    return total


def _bounded(log10: float) -> float:
    return float(np.clip(log10, -CAP, CAP))
