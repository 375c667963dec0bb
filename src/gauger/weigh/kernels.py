"""The inner loops of statistics that compare accounts with the rest of their group.

Every group is one pass over its members for the sum and one for each member against it, so a
thousand ordinary groups cost what their members cost and no square of it. `rows` holds one group
per line, -1 where it has no further member; results have its shape, NaN where nothing is known.
"""

from __future__ import annotations

import numba as nb
import numpy as np

_QUICK = {"reassoc", "contract"}
"""Sums may be reordered, which vector units need; infinities and NaN keep their meaning."""


@nb.njit(cache=True, nogil=True, fastmath=_QUICK)
def meetings(share, usable, rows):
    """Chance that an exchange of each member falls into a bucket with another member's.

    `share[r]` sums to 1 over the buckets; members whose `usable` is false are left out.
    """
    groups, most = rows.shape
    buckets = share.shape[1]
    met = np.full((groups, most), np.nan)
    for g in range(groups):
        total = np.zeros(buckets)
        count = 0
        for i in range(most):
            row = rows[g, i]
            if row >= 0 and usable[row]:
                count += 1
                for b in range(buckets):
                    total[b] += share[row, b]
        for i in range(most):
            row = rows[g, i]
            if row >= 0 and usable[row]:
                both = 0.0
                own = 0.0
                for b in range(buckets):
                    held = np.float64(share[row, b])
                    both += held * total[b]
                    own += held * held
                met[g, i] = (both - own) / max(count - 1, 1)
    return met


@nb.njit(cache=True, nogil=True, fastmath=_QUICK)
def movements(residual, variance, rows):
    """Correlation over time of each member with the sum of the others.

    `residual[r]` has a mean of 0 on every account's own rhythm and `variance[r]` over time.
    """
    groups, most = rows.shape
    times = residual.shape[1]
    found = np.full((groups, most), np.nan)
    for g in range(groups):
        total = np.zeros(times)
        for i in range(most):
            row = rows[g, i]
            if row >= 0 and variance[row] > 0:
                for t in range(times):
                    total[t] += residual[row, t]
        mean = total.mean()
        spread = 0.0
        for t in range(times):
            spread += (total[t] - mean) ** 2
        spread /= times
        for i in range(most):
            row = rows[g, i]
            if row >= 0 and variance[row] > 0:
                own = np.float64(variance[row])
                both = 0.0
                for t in range(times):
                    both += residual[row, t] * total[t]
                both /= times
                rest = spread - 2.0 * both + own
                if rest > 1e-12:
                    found[g, i] = (both - own) / np.sqrt(own * rest)
    return found


@nb.njit(cache=True, nogil=True)
def companions(values, groups):
    """Part of the other members that have each member's value; NaN where it is unknown (-1)."""
    rows, most = groups.shape
    found = np.full((rows, most), np.nan)
    for g in range(rows):
        known = 0
        for i in range(most):
            if groups[g, i] >= 0 and values[groups[g, i]] >= 0:
                known += 1
        for i in range(most):
            if groups[g, i] < 0 or values[groups[g, i]] < 0:
                continue
            same = -1
            for j in range(most):
                if groups[g, j] >= 0 and values[groups[g, j]] == values[groups[g, i]]:
                    same += 1
            found[g, i] = same / max(known - 1, 1)
    return found


@nb.njit(cache=True, nogil=True)
def commons(start, thing, weight, things, rows):
    """Weight of what each member holds that another member holds as well; NaN without a row."""
    groups, most = rows.shape
    found = np.full((groups, most), np.nan)
    held = np.zeros(things, np.int32)
    for g in range(groups):
        for i in range(most):
            row = rows[g, i]
            if row >= 0:
                for e in range(start[row], start[row + 1]):
                    held[thing[e]] += 1
        for i in range(most):
            row = rows[g, i]
            if row >= 0:
                both = 0.0
                for e in range(start[row], start[row + 1]):
                    if held[thing[e]] > 1:
                        both += weight[e]
                found[g, i] = both
        for i in range(most):
            row = rows[g, i]
            if row >= 0:
                for e in range(start[row], start[row + 1]):
                    held[thing[e]] = 0
    return found


@nb.njit(cache=True, nogil=True)
def reach(start, thing, things, rows):
    """Part of its group that holds a thing which two members or more hold, a mean over holders;
    NaN where nothing is held twice."""
    groups, most = rows.shape
    found = np.full(groups, np.nan)
    held = np.zeros(things, np.int32)
    for g in range(groups):
        members = 0
        for i in range(most):
            row = rows[g, i]
            if row >= 0:
                members += 1
                for e in range(start[row], start[row + 1]):
                    held[thing[e]] += 1
        total = 0.0
        count = 0
        for i in range(most):
            row = rows[g, i]
            if row >= 0:
                for e in range(start[row], start[row + 1]):
                    if held[thing[e]] > 1:
                        total += (held[thing[e]] - 1) / (members - 1)
                        count += 1
        for i in range(most):
            row = rows[g, i]
            if row >= 0:
                for e in range(start[row], start[row + 1]):
                    held[thing[e]] = 0
        if count > 0:
            found[g] = total / count
    return found


@nb.njit(cache=True, nogil=True, fastmath=_QUICK)
def totals(counts, rows):
    """Sum over the members of each group, one line of `counts` per member."""
    groups, most = rows.shape
    times = counts.shape[1]
    found = np.zeros((groups, times))
    for g in range(groups):
        for i in range(most):
            row = rows[g, i]
            if row >= 0:
                for t in range(times):
                    found[g, t] += counts[row, t]
    return found
