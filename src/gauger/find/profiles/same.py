"""Things that exactly the same accounts hold are one thing: the many runs of one long frame.

What `shared_things` says in the engine, said in compiled loops of the pieces in which things were
told apart; a set of accounts stands in a row as a 64-bit hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numba as nb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.engine import Engine, scattered
from gauger.engine.shelf import Shelf
from gauger.find.linkage.ties import HELD
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.things import numbers
from gauger.model.ahead import worked_ahead

_ROWS: Final = 1_000_000
"""Things of a part."""
_ROOM: Final = 300_000_000
"""Bytes of each of two kinds of row that wait in memory for their part."""

Columns = tuple[NDArray[Any], ...]


def held_here(
    engine: Engine, shelf: Shelf, facts: AccountFacts, busy: NDArray[np.bool_], name: str
) -> pa.Table:
    """Rows (HELD) of the things on a shelf; what `busy` accounts (flags) held once is left out."""
    parts = parts_of(shelf.rows)
    sets = engine.scattered(f"{name}-sets", parts, _ROOM, (np.int64, np.int32))
    rows = engine.scattered(f"{name}-rows", parts, _ROOM, (np.int64, np.int32, np.int32))

    def holders(piece: pa.Table) -> Columns:
        account = facts.positions(numbers(piece["account_key"])).astype(np.int32)
        return holders_of(piece, account, busy)

    with engine.told(f"shared things: {name}"):
        for of_things, held, *kept in worked_ahead(holders, shelf.pieces(), engine.threads):
            sets.add(of_things, held)
            rows.add(*kept)
        sets.whole()
        rows.whole()
        of_part = worked_ahead(
            lambda part: together(*sets.take(part), *rows.take(part)), range(parts), engine.threads
        )
        return table_of(list(of_part))


def parts_of(rows: int) -> int:
    """Into how many parts sets of holders are scattered, by the rows of their things."""
    return scattered.parts_for(rows // 2, _ROWS)


def holders_of(piece: pa.Table, account: NDArray[np.int32], busy: NDArray[np.bool_]) -> Columns:
    """Of things whose rows stand together, held by accounts by their number: the set of holders of
    each and how many they are; and rows (set, account, how often) but for what busy accounts held
    once."""
    thing, times = numbers(piece["thing"]), numbers(piece["exchanges"])
    found: Columns = _holders(thing, account, times, busy)
    return found


def together(
    sets: NDArray[Any], held: NDArray[Any], of: NDArray[Any], account: NDArray[Any],
    times: NDArray[Any],
) -> Columns:  # fmt: skip
    """Rows as in HELD of such sets of one part, and of their rows."""
    found: Columns = _together(sets, held, of, account, times)
    return found


def table_of(parts: Sequence[Columns]) -> pa.Table:
    """Rows (HELD) of parts."""
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return pa.table(columns, ["account", "thing", "exchanges", "accounts", "prints"]).cast(HELD)


@nb.njit(cache=True, nogil=True)
def _mixed(number):  # type: ignore[no-untyped-def]
    key = np.uint64(number) + np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))


@nb.njit(cache=True, nogil=True)
def _holders(thing, account, times, busy):  # type: ignore[no-untyped-def]
    """The set of holders of every thing and how many they are; and rows (set, account, times).

    All rows of a thing stand together.
    """
    sets, held = np.empty(len(thing), np.int64), np.empty(len(thing), np.int32)
    of, kept = np.empty(len(thing), np.int64), np.empty(len(thing), np.int32)
    often = np.empty(len(thing), np.int32)
    things = rows = begin = 0
    while begin < len(thing):
        end = begin
        together, met = np.uint64(0), np.uint64(0)
        while end < len(thing) and thing[end] == thing[begin]:
            mixed = _mixed(account[end])
            together += mixed
            met ^= _mixed(mixed)
            end += 1
        number = np.int64(_mixed(together ^ _mixed(met + np.uint64(end - begin))))
        sets[things], held[things] = number, end - begin
        things += 1
        for row in range(begin, end):
            if times[row] > 1 or not busy[account[row]]:
                of[rows], kept[rows], often[rows] = number, account[row], times[row]
                rows += 1
        begin = end
    return sets[:things], held[:things], of[:rows], kept[:rows], often[:rows]


@nb.njit(cache=True, nogil=True)
def _together(sets, held, of, account, times):  # type: ignore[no-untyped-def]
    """Rows (account, set, most often, accounts, prints), each account and set once."""
    size = 16
    while size < 2 * len(sets):
        size *= 2
    mask = np.uint64(size - 1)
    table = np.full(size, -1, np.int32)
    key, accounts = np.empty(len(sets), np.int64), np.empty(len(sets), np.int32)
    prints = np.zeros(len(sets), np.int32)
    slots = 0
    for i in range(len(sets)):
        at = _mixed(sets[i]) & mask
        while table[at] >= 0 and key[table[at]] != sets[i]:
            at = (at + np.uint64(1)) & mask
        if table[at] < 0:
            table[at] = slots
            key[slots], accounts[slots] = sets[i], held[i]
            slots += 1
        prints[table[at]] += 1
    slot = np.empty(len(of), np.int32)
    starts = np.zeros(slots + 1, np.int64)
    for i in range(len(of)):
        at = _mixed(of[i]) & mask
        while key[table[at]] != of[i]:
            at = (at + np.uint64(1)) & mask
        slot[i] = table[at]
        starts[slot[i] + 1] += 1
    for place in range(slots):
        starts[place + 1] += starts[place]
    free = starts[:-1].copy()
    holder, often = np.empty(len(of), np.int32), np.empty(len(of), np.int32)
    for i in range(len(of)):
        holder[free[slot[i]]], often[free[slot[i]]] = account[i], times[i]
        free[slot[i]] += 1
    found = 0
    thing, most = np.empty(len(of), np.int64), np.empty(len(of), np.int32)
    by, shown = np.empty(len(of), np.int32), np.empty(len(of), np.int32)
    whose = np.empty(len(of), np.int32)
    for place in range(slots):
        begin = starts[place]
        last = -1
        for e in np.argsort(holder[begin : starts[place + 1]]):
            row = begin + e
            if holder[row] == last:
                most[found - 1] = max(most[found - 1], often[row])
                continue
            last = holder[row]
            whose[found], thing[found], most[found] = last, key[place], often[row]
            by[found], shown[found] = accounts[place], prints[place]
            found += 1
    return whose[:found], thing[:found], most[:found], by[:found], shown[:found]
