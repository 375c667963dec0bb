"""Which things the accounts of many rows have in common, told in compiled loops.

Rows stand in no order and are several times as many as exchanges. They are split by bits of their
things until those of one split fit a processor's cache, and told apart there by a table of things:
a grouping that an engine does in general takes several times as long.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_TOGETHER = 8_192
"""Rows told apart with one table."""


@dataclass(frozen=True)
class Met:
    """What some rows come to, parallel arrays by account and thing, and by account.

    `account`, `thing`, `times` and `sampled` (whether any row of the thing is) are of things that
    two or more accounts hold, each account and thing once; `alone` has the holder of every other
    thing. `owner` holds things of its own, `own` rows of them: sampled ones of a thing whose
    sampled rows, two or more, are all that account's.
    """

    account: NDArray[np.int32]
    thing: Ints
    times: Ints
    sampled: NDArray[np.bool_]
    alone: NDArray[np.int32]
    owner: NDArray[np.int32]
    own: Ints


def met(
    thing: Ints, account: NDArray[np.int32], times: NDArray[np.int32], sampled: NDArray[np.bool_]
) -> Met:
    """Of rows (thing, account, how often, whether sampled); a thing is in one call or in none."""
    bits = max(len(thing) // _TOGETHER, 1).bit_length() - 1
    return Met(*_met(thing, account, times, sampled, bits))


@nb.njit(cache=True, nogil=True)
def add_up(sums, place, values):  # type: ignore[no-untyped-def]
    """Adds every value to the sum at its place."""
    for i in range(len(place)):
        sums[place[i]] += values[i]


@nb.njit(cache=True, nogil=True)
def count_up(counts, place):  # type: ignore[no-untyped-def]
    """Adds one at every place."""
    for i in range(len(place)):
        counts[place[i]] += 1


@nb.njit(cache=True, nogil=True)
def mixed(thing):  # type: ignore[no-untyped-def]
    """The bits of a number, each of them made to hang on all."""
    # Parts and splits are made by bits of the things, so within one these no longer differ.
    key = np.uint64(thing)
    key ^= key >> np.uint64(33)
    key *= np.uint64(0xFF51AFD7ED558CCD)
    key ^= key >> np.uint64(33)
    key *= np.uint64(0xC4CEB9FE1A85EC53)
    key ^= key >> np.uint64(33)
    return key


@nb.njit(cache=True, nogil=True)
def _met(thing, account, times, sampled, bits):  # type: ignore[no-untyped-def]
    thing, account, times, sampled, starts = _split(thing, account, times, sampled, bits)
    most = 1
    for split in range(len(starts) - 1):
        most = max(most, starts[split + 1] - starts[split])
    size = 16
    while size < 2 * most:
        size *= 2
    table = np.empty(size, np.int32)
    slot = np.empty(most, np.int32)
    key = np.empty(most, np.int64)
    low, high = np.empty(most, np.int32), np.empty(most, np.int32)
    own_low, own_high = np.empty(most, np.int32), np.empty(most, np.int32)
    own_times = np.empty(most, np.int64)
    count = np.empty(most + 1, np.int64)
    holder, often = np.empty(most, np.int32), np.empty(most, np.int64)
    found_account = np.empty(len(thing), np.int32)
    found_thing = np.empty(len(thing), np.int64)
    found_times = np.empty(len(thing), np.int64)
    found_sampled = np.empty(len(thing), np.bool_)
    alone = np.empty(len(thing), np.int32)
    owner, own = np.empty(len(thing) // 2, np.int32), np.empty(len(thing) // 2, np.int64)
    found = owned = single = 0
    for split in range(len(starts) - 1):
        begin, rows = starts[split], starts[split + 1] - starts[split]
        size = 16
        while size < 2 * rows:
            size *= 2
        mask = np.uint64(size - 1)
        table[:size] = -1
        slots = 0
        for i in range(rows):
            row = begin + i
            at = mixed(thing[row]) & mask
            while table[at] >= 0 and key[table[at]] != thing[row]:
                at = (at + np.uint64(1)) & mask
            of = account[row]
            if table[at] < 0:
                table[at] = slots
                key[slots] = thing[row]
                low[slots] = high[slots] = of
                own_low[slots], own_high[slots] = 2147483647, -1
                own_times[slots] = count[slots] = 0
                slots += 1
            place = table[at]
            slot[i] = place
            count[place] += 1
            low[place] = min(low[place], of)
            high[place] = max(high[place], of)
            if sampled[row]:
                own_low[place] = min(own_low[place], of)
                own_high[place] = max(own_high[place], of)
                own_times[place] += 1
        # From here `count` says where the holders of a thing that is shared end.
        together = 0
        for place in range(slots):
            if own_low[place] == own_high[place] and own_times[place] > 1:
                owner[owned], own[owned] = own_low[place], own_times[place]
                owned += 1
            shared = count[place]
            if low[place] == high[place]:
                shared = 0
                alone[single] = low[place]
                single += 1
            count[place] = together
            together += shared
        for i in range(rows):
            place = slot[i]
            if low[place] != high[place]:
                row = begin + i
                holder[count[place]], often[count[place]] = account[row], times[row]
                count[place] += 1
        first = 0
        for place in range(slots):
            if low[place] == high[place]:
                continue
            ranked = np.argsort(holder[first : count[place]])
            last = -1
            for e in ranked:
                of = holder[first + e]
                if of == last:
                    found_times[found - 1] += often[first + e]
                else:
                    found_account[found], found_thing[found] = of, key[place]
                    found_times[found] = often[first + e]
                    found_sampled[found] = own_times[place] > 0
                    found += 1
                    last = of
            first = count[place]
    return (
        found_account[:found].copy(), found_thing[:found].copy(), found_times[:found].copy(),
        found_sampled[:found].copy(), alone[:single].copy(),
        owner[:owned].copy(), own[:owned].copy(),
    )  # fmt: skip


@nb.njit(cache=True, nogil=True)
def _split(thing, account, times, sampled, bits):  # type: ignore[no-untyped-def]
    """The rows in the order of some bits of their things, and where those of each split begin."""
    starts = np.zeros((1 << bits) + 1, np.int64)
    for key in thing:
        starts[_number(key, bits) + 1] += 1
    for split in range(1 << bits):
        starts[split + 1] += starts[split]
    things, accounts = np.empty_like(thing), np.empty_like(account)
    often, kept = np.empty_like(times), np.empty_like(sampled)
    free = starts[:-1].copy()
    for row in range(len(thing)):
        split = _number(thing[row], bits)
        at = free[split]
        things[at], accounts[at] = thing[row], account[row]
        often[at], kept[at] = times[row], sampled[row]
        free[split] = at + 1
    return things, accounts, often, kept, starts


@nb.njit(cache=True, nogil=True)
def _number(thing, bits):  # type: ignore[no-untyped-def]
    return np.int64((mixed(thing) >> np.uint64(40)) & np.uint64((1 << bits) - 1))
