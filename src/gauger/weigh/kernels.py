"""The inner loops of statistics that compare accounts with the rest of their group.

Every group is one pass over its members for the sum and one for each member against it, so a
thousand ordinary groups cost what their members cost and no square of it. `rows` holds one group
per line, -1 where it has no further member; results have its shape, NaN where nothing is known.
"""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def meetings(start, bucket, share, buckets, rows):
    """Chance that an exchange of each member falls into a bucket with another member's.

    What row r does stands from `start[r]` to `start[r + 1]` in `bucket` and `share`, which sum to
    1; members who do nothing are left out.
    """
    groups, most = rows.shape
    met = np.full((groups, most), np.nan)
    total = np.zeros(buckets)
    for g in range(groups):
        total[:] = 0.0
        count = 0
        for i in range(most):
            row = rows[g, i]
            if row >= 0 and start[row + 1] > start[row]:
                count += 1
                for e in range(start[row], start[row + 1]):
                    total[bucket[e]] += share[e]
        for i in range(most):
            row = rows[g, i]
            if row >= 0 and start[row + 1] > start[row]:
                both = 0.0
                own = 0.0
                for e in range(start[row], start[row + 1]):
                    held = np.float64(share[e])
                    both += held * total[bucket[e]]
                    own += held * held
                met[g, i] = (both - own) / max(count - 1, 1)
    return met


@nb.njit(cache=True, nogil=True)
def movements(start, column, count, times, period, variance, rows):
    """Correlation over time of each member's residual with that of the others together.

    A residual is what stands in a column less the mean of all columns that lie whole periods
    away; `variance[r]` is that of row r's over the first `times` columns, whole periods.
    """
    groups, most = rows.shape
    found = np.full((groups, most), np.nan)
    total = np.zeros(times)
    for g in range(groups):
        total[:] = 0.0
        for i in range(most):
            row = rows[g, i]
            if row >= 0 and variance[row] > 0:
                for e in range(start[row], start[row + 1]):
                    if column[e] < times:
                        total[column[e]] += count[e]
        _less_its_rhythm(total, period)
        spread = 0.0
        for t in range(times):
            spread += total[t] * total[t]
        spread /= times
        for i in range(most):
            row = rows[g, i]
            if row >= 0 and variance[row] > 0:
                own = variance[row]
                # The total's residual has no rhythm left that the member's own could meet.
                both = 0.0
                for e in range(start[row], start[row + 1]):
                    if column[e] < times:
                        both += count[e] * total[column[e]]
                both /= times
                rest = spread - 2.0 * both + own
                if rest > 1e-9:
                    found[g, i] = (both - own) / np.sqrt(own * rest)
    return found


@nb.njit(cache=True, nogil=True)
def residuals(start, column, count, times, period, rows):
    """What all members of each group do together in the first `times` columns, whole periods,
    less the mean of all columns that lie whole periods away."""
    found = sums(start, column, count, times, rows)
    for g in range(len(found)):
        _less_its_rhythm(found[g], period)
    return found


@nb.njit(cache=True, nogil=True)
def _less_its_rhythm(total, period):
    repeats = len(total) // period
    for p in range(period):
        mean = 0.0
        for t in range(p, len(total), period):
            mean += total[t]
        mean /= repeats
        for t in range(p, len(total), period):
            total[t] -= mean


@nb.njit(cache=True, nogil=True)
def sums(start, column, value, columns, rows):
    """The sum by column over the members of each group; what stands beyond `columns` is left."""
    groups, most = rows.shape
    found = np.zeros((groups, columns))
    for g in range(groups):
        for i in range(most):
            row = rows[g, i]
            if row >= 0:
                for e in range(start[row], start[row + 1]):
                    if column[e] < columns:
                        found[g, column[e]] += value[e]
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
def commons(start, thing, weight, held, rows):
    """Weight of what each member holds that another member holds as well; NaN without a row.

    `held` is a table of 0 for every thing, which is left as it was found.
    """
    groups, most = rows.shape
    found = np.full((groups, most), np.nan)
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
def reach(start, thing, held, rows):
    """Part of its group that holds a thing which two members or more hold, a mean over holders;
    NaN where nothing is held twice. `held` as above."""
    groups, most = rows.shape
    found = np.full(groups, np.nan)
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
