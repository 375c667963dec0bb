"""The inner loops of who belongs to a network: one pass over what is held, without arrays of the
size of the population.

`place` is a table of -1 for every account (`met` of 0 for every thing) that a loop writes into
and leaves as it found it.
"""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def common(accounts, order, begin, thing, met, least):
    """Things that at least `least` of the accounts hold, in the order they are met, and by how
    many. The edges of account a stand from `begin[a]` to `begin[a + 1]` in `order`."""
    known = 0
    for i in range(len(accounts)):
        known += begin[accounts[i] + 1] - begin[accounts[i]]
    things = np.empty(known, np.int64)
    known = 0
    for i in range(len(accounts)):
        for e in range(begin[accounts[i]], begin[accounts[i] + 1]):
            t = thing[order[e]]
            if met[t] == 0:
                things[known] = t
                known += 1
            met[t] += 1
    held = np.empty(known, np.int64)
    kept = 0
    for i in range(known):
        t = things[i]
        if met[t] >= least:
            things[kept] = t
            held[kept] = met[t]
            kept += 1
        met[t] = 0
    return things[:kept], held[:kept]


@nb.njit(cache=True, nogil=True)
def telling(
    things, most, starts, account, habitual, holders, members, outside, place, others, neither,
    fewest, ratio,
):  # fmt: skip
    """Whether at least `fewest` members hold each thing as a habit, and at a rate that is at least
    `ratio` times that of the others.

    Its holders stand from `starts[thing]` to `starts[thing + 1]`, `holders[thing]` of them by
    habit; `outside` flags accounts, and `neither` is how many are neither inside nor outside. No
    more than `most` members hold a thing so, and past what these could outweigh no further holder
    is looked at.
    """
    told = np.zeros(len(things), np.bool_)
    for i in range(len(members)):
        place[members[i]] = i
    size = max(len(members), 1)
    for i in range(len(things)):
        thing = things[i]
        highest = most[i] / size
        if highest < ratio * ((holders[thing] - most[i] - neither + 0.5) / (others + 1.0)):
            continue
        within, beyond = 0, 0
        common = False
        for e in range(starts[thing], starts[thing + 1]):
            if habitual[e]:
                if place[account[e]] >= 0:
                    within += 1
                elif outside[account[e]]:
                    beyond += 1
                    if highest < ratio * ((beyond + 0.5) / (others + 1.0)):
                        common = True
                        break
        if not common and within >= fewest:
            told[i] = within / size >= ratio * ((beyond + 0.5) / (others + 1.0))
    for i in range(len(members)):
        place[members[i]] = -1
    return told


@nb.njit(cache=True, nogil=True)
def carried(things, family, families, starts, account, share, first, place):
    """How much of its traffic every account carries of the things, by their family.

    Rows are the accounts of `first` in their order, and then whoever else holds any of the
    things, as they are met. Returns accounts, shares and whether anything is held.
    """
    most = len(first)
    for i in range(len(things)):
        most += starts[things[i] + 1] - starts[things[i]]
    # There may be as many rows as accounts, and mostly are far fewer: none is touched before it is
    # known to be one.
    accounts = np.empty(min(most, len(place)), np.int64)
    shares = np.empty((len(accounts), families))
    holds = np.empty(len(accounts), np.bool_)
    for i in range(len(first)):
        place[first[i]] = i
        accounts[i] = first[i]
        shares[i] = 0.0
        holds[i] = False
    known = len(first)
    for i in range(len(things)):
        of = family[i]
        for e in range(starts[things[i]], starts[things[i] + 1]):
            row = place[account[e]]
            if row < 0:
                row = known
                known += 1
                place[account[e]] = row
                accounts[row] = account[e]
                shares[row] = 0.0
            shares[row, of] += share[e]
            holds[row] = True
    for row in range(known):
        place[accounts[row]] = -1
    return accounts[:known], shares[:known], holds[:known]


@nb.njit(cache=True, nogil=True)
def classed(accounts, shares, holds, members, outside, edges, nothing):
    """The class of every share, `standing * classes + class`, and how many fall in each.

    The first rows are the `members`. Who is none and holds nothing counts in no class, and gets
    `nothing`.
    """
    rows, families = shares.shape
    classes = len(edges) + 1
    found = np.empty((rows, families), np.uint8)
    count = np.zeros((families, 3 * classes), np.int64)
    for row in range(rows):
        if row >= members and not holds[row]:
            found[row] = nothing
            continue
        standing = 1 if row < members else (2 if outside[accounts[row]] else 0)
        for of in range(families):
            held = min(shares[row, of], 1.0)
            number = 0
            while number < len(edges) and edges[number] <= held:
                number += 1
            found[row, of] = standing * classes + number
            count[of, standing * classes + number] += 1
    return found, count


@nb.njit(cache=True, nogil=True)
def kinds_of(classes, rows):
    """The number of each of the rows among classes that are not alike, and one row of each such
    number. There are at most eight classes of a byte in a row, which are looked up as one."""
    kind = np.empty(len(rows), np.int64)
    example = np.empty(len(rows), np.int64)
    known = 0
    size = 1024
    table = np.full(size, -1, np.int64)
    of = np.empty(size, np.uint64)
    for i in range(len(rows)):
        if 2 * known >= size:
            size *= 2
            table = np.full(size, -1, np.int64)
            of = np.empty(size, np.uint64)
            for number in range(known):
                together = _together(classes, example[number])
                at = _place_of(together, size)
                while table[at] >= 0:
                    at = (at + 1) & (size - 1)
                table[at], of[at] = number, together
        together = _together(classes, rows[i])
        at = _place_of(together, size)
        while table[at] >= 0 and of[at] != together:
            at = (at + 1) & (size - 1)
        if table[at] < 0:
            table[at], of[at] = known, together
            example[known] = rows[i]
            known += 1
        kind[i] = table[at]
    return kind, example[:known]


@nb.njit(inline="always")
def _together(classes, row):
    together = np.uint64(0)
    for of in range(classes.shape[1]):
        together = (together << np.uint64(8)) | np.uint64(classes[row, of])
    return together


@nb.njit(inline="always")
def _place_of(together, size):
    return np.int64((together * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(33)) & (size - 1)


@nb.njit(cache=True, nogil=True)
def gathered(start, bucket, share, rows):
    """What some rows do, one row after the other: where each begins, buckets and shares.

    What row r does stands from `start[r]` to `start[r + 1]` in `bucket` and `share`.
    """
    starts = np.zeros(len(rows) + 1, np.int64)
    for i in range(len(rows)):
        starts[i + 1] = starts[i] + start[rows[i] + 1] - start[rows[i]]
    buckets = np.empty(starts[-1], bucket.dtype)
    shares = np.empty(starts[-1], share.dtype)
    for i in range(len(rows)):
        begin = start[rows[i]]
        for e in range(starts[i + 1] - starts[i]):
            buckets[starts[i] + e] = bucket[begin + e]
            shares[starts[i] + e] = share[begin + e]
    return starts, buckets, shares


@nb.njit(cache=True, nogil=True)
def chances(start, bucket, share, buckets):
    """Part of all rows' exchanges in each bucket, no bucket being impossible."""
    chance = np.full(buckets, 1.0 / buckets)
    for e in range(start[-1]):
        chance[bucket[e]] += share[e]
    return chance / chance.sum()


@nb.njit(cache=True, nogil=True)
def log_ratios(start, bucket, share, members, chance):
    """Mean log ratio of exchanges under the habits of members (rows) and under those of outsiders,
    which are `chance`: of every bucket, and of each member, left out of its own comparison.

    What row r does stands from `start[r]` to `start[r + 1]` in `bucket` and `share`.
    """
    total = np.zeros(len(chance))
    known = 0
    for row in members:
        if start[row + 1] > start[row]:
            known += 1
        for e in range(start[row], start[row + 1]):
            total[bucket[e]] += share[e]
    count = max(known, 1)
    kept = (count - 1) / count
    whole = np.log((total * kept + chance) / (chance * count))
    inside = np.zeros(len(members))
    for i in range(len(members)):
        for e in range(start[members[i]], start[members[i] + 1]):
            b = bucket[e]
            held = np.float64(share[e])
            inside[i] += held * np.log((total[b] - held + chance[b]) / (chance[b] * count))
    return whole, inside


@nb.njit(cache=True, nogil=True)
def scored_all(start, bucket, share, whole):
    """Mean of the log ratios of buckets over the exchanges of each of all rows."""
    found = np.zeros(len(start) - 1)
    for i in range(len(found)):
        for e in range(start[i], start[i + 1]):
            found[i] += np.float64(share[e]) * whole[bucket[e]]
    return found


@nb.njit(cache=True, nogil=True)
def scored(start, bucket, share, whole, rows):
    """The same of some rows."""
    found = np.zeros(len(rows))
    for i in range(len(rows)):
        for e in range(start[rows[i]], start[rows[i] + 1]):
            found[i] += np.float64(share[e]) * whole[bucket[e]]
    return found


@nb.njit(cache=True, nogil=True)
def summed(classes, parts, nothing, silenced):
    """Sum over families of what each row's class adds, one line for every set of families that
    are `silenced`, which add `nothing`."""
    rows, families = classes.shape
    found = np.zeros((len(silenced), rows))
    for row in range(rows):
        for out in range(len(silenced)):
            total = 0.0
            for of in range(families):
                if silenced[out, of]:
                    total += nothing[of]
                else:
                    total += parts[of, classes[row, of]]
            found[out, row] = total
    return found
