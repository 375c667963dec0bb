"""The inner loops of how statistics are read: a few values at a time, many thousand times a scan.

Written out in NumPy each of a score of operations would cost more than all values together.
"""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def places_on(known, held, slack, beyond):
    """log10 odds of the `known` values (ascending, not empty) being less than each that is `held`,
    ties counted half; NaN where nothing can be compared.

    Values that lie no more than `slack` apart, as a part of them where they are larger than 1, are
    ties. Past the highest of those known it grows on with the logarithm of the distance, in spans
    of the upper half, by `beyond` at most.
    """
    count = len(known)
    lowest, highest = known[0], known[-1]
    middle, high = known[count // 2], known[int(0.95 * count)]
    found = np.full(len(held), np.nan)
    for i in range(len(held)):
        value = held[i]
        if not np.isfinite(value):
            continue
        near = slack * max(1.0, abs(value))
        below = np.searchsorted(known, value - near, side="left")
        upto = np.searchsorted(known, value + near, side="right")
        # Where all of them have the very value there is nothing to compare.
        if upto - below == count and highest - lowest <= near:
            continue
        beaten = (count - upto + 0.5 * (upto - below) + 0.5) / (count + 1.0)
        found[i] = np.log10((1.0 - beaten) / beaten)
        if below == count and high > middle:
            far = np.log10(1.0 + max(value - highest, 0.0) / (high - middle))
            found[i] += min(far, beyond)
    return found


@nb.njit(cache=True, nogil=True)
def pieces_of(place, level, cuts):
    """Piecewise linear parts of every place, cut at `cuts`, and of every level, cut at 0; one row
    per group. What is not finite counts as 0."""
    last = len(cuts) + 1
    parts = np.empty((len(place), last + 2))
    for i in range(len(place)):
        at = place[i] if np.isfinite(place[i]) else 0.0
        parts[i, 0] = min(at - cuts[0], 0.0)
        for c in range(len(cuts)):
            part = max(at - cuts[c], 0.0)
            parts[i, c + 1] = min(part, cuts[c + 1] - cuts[c]) if c + 1 < len(cuts) else part
        size = level[i] if np.isfinite(level[i]) else 0.0
        parts[i, last] = min(size, 0.0)
        parts[i, last + 1] = max(size, 0.0)
    return parts
