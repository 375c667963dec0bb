"""Accounts tied to shared things, with weights: rare things and habitual ones bind most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

KIND_WEIGHT: Final = {
    "frame": 1.0,
    "system": 1.0,
    "item": 1.0,
    "tools": 0.5,
    "payment": 2.0,
    "phone": 2.0,
    "email": 1.5,
    "credential": 2.0,
    "address": 1.0,
    "range": 0.7,
    "block": 0.3,
    "client": 0.3,
    "parameters": 0.2,
}
"""How much all ties of one kind can bind one account: the first guess of an analyst, not fitted."""

KINDS: Final = tuple(KIND_WEIGHT)
_LEAST_RARITY = 0.02

_SPARSE: Final = 50
"""Numbers of which fewer than one in so many occur are sorted rather than counted in a table."""

HABIT: Final = 0.02
"""Part of an account's traffic below which a thing is a trace and no habit."""

ROWS: Final = pa.schema(
    [
        ("account", pa.int64()),
        ("kind", pa.string()),
        ("thing", pa.int64()),
        ("exchanges", pa.int64()),
        ("accounts", pa.int64()),
        ("prints", pa.int64()),
    ]
)
"""One row per account and shared thing: `accounts` hold it, `prints` are its fingerprints."""


@dataclass(frozen=True)
class Ties:
    """Edges between accounts (positions) and things (numbers), parallel arrays.

    `share` is the part of the account's exchanges that hold the thing (1 for identity);
    `holders[t]` is the number of accounts that hold thing t, `kinds[t]` the position of its
    kind in KINDS; `weight` is what linkage cuts by.
    """

    accounts_total: int
    account: NDArray[np.int64]
    thing: NDArray[np.int64]
    share: NDArray[np.float64]
    weight: NDArray[np.float64]
    kinds: NDArray[np.int64]
    holders: NDArray[np.int64]
    prints: NDArray[np.int64]

    def of_kinds(self, names: frozenset[str]) -> NDArray[np.bool_]:
        """Which edges belong to things of the named kinds."""
        wanted = np.array([name in names for name in KINDS])
        return wanted[self.kinds[self.thing]]

    @cached_property
    def kinds_held(self) -> frozenset[str]:
        """Names of the kinds that any thing is of: logs without text hold no frames."""
        return frozenset(KINDS[kind] for kind in np.unique(self.kinds))

    @cached_property
    def _thing_starts(self) -> NDArray[np.int64]:
        # Edges are in the order of their things.
        return np.searchsorted(self.thing, np.arange(len(self.kinds) + 1))

    @cached_property
    def _by_account(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self.account, kind="stable")
        starts = np.searchsorted(self.account[order], np.arange(self.accounts_total + 1))
        return order, starts

    @cached_property
    def habitual(self) -> NDArray[np.bool_]:
        """Which edges are a habit: more than a trace of the account's traffic, or an item, which
        a dataset deals out once."""
        return (self.share >= HABIT) | self.of_kinds(frozenset({"item"}))

    @cached_property
    def habitual_holders(self) -> NDArray[np.int64]:
        """Accounts that hold each thing as a habit."""
        return np.bincount(self.thing, self.habitual, len(self.kinds)).astype(np.int64)

    def things_of(self, accounts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Every thing of every account, with the place of its holder in `accounts`."""
        order, starts = self._by_account
        lengths = starts[accounts + 1] - starts[accounts]
        edges = order[_ranges(starts[accounts], starts[accounts + 1])]
        return np.repeat(np.arange(len(accounts)), lengths), self.thing[edges]

    def around(self, accounts: NDArray[np.int64], least: int, most: float = float("inf")) -> Ties:
        """The ties of everybody to the things that at least `least` of `accounts` hold, and at
        most `most` of all accounts as a habit.

        Costs what those things hold, not what the whole graph holds.
        """
        order, starts = self._by_account
        edges = order[_ranges(starts[accounts], starts[accounts + 1])]
        things, held = _counted(self.thing[edges], len(self.kinds))
        things = things[(held >= least) & (self.habitual_holders[things] <= most)]
        begin, end = self._thing_starts[things], self._thing_starts[things + 1]
        edges = _ranges(begin, end)
        thing = np.repeat(np.arange(len(things)), end - begin)
        return Ties(
            self.accounts_total, self.account[edges], thing,
            self.share[edges], self.weight[edges], self.kinds[things], self.holders[things],
            self.prints[things],
        )  # fmt: skip


def _counted(numbers: NDArray[np.int64], total: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which of the numbers below `total` occur, ascending, and how often each."""
    if _SPARSE * len(numbers) < total:
        return np.unique(numbers, return_counts=True)
    often = np.bincount(numbers, minlength=total)
    occurs = np.flatnonzero(often)
    return occurs, often[occurs]


def _ranges(begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """All integers of the half-open ranges, one range after the other."""
    lengths = end - begin
    offsets = np.cumsum(lengths) - lengths
    return np.repeat(begin - offsets, lengths) + np.arange(int(lengths.sum()))


def shared_rows(
    shared: pa.Table,
    keys_to_positions: Callable[[NDArray[np.int64]], NDArray[np.int64]],
    identity: pa.Table | None,
) -> pa.Table:
    """Things shared in traffic and in account records as one table of rows for `tie`."""
    account = keys_to_positions(np.asarray(shared["account_key"].to_numpy(), np.int64))
    rows = shared.drop_columns(["account_key"]).append_column("account", pa.array(account))
    rows = rows.select(ROWS.names).cast(ROWS)
    return (
        rows
        if identity is None
        else pa.concat_tables([rows, identity.select(ROWS.names).cast(ROWS)])
    )


def tie(rows: pa.Table, exchanges: NDArray[np.int64]) -> Ties:
    """Weighs rows (account, kind, thing, exchanges, accounts, prints) into ties.

    `exchanges[a]` is the number of exchanges of account a. Edges and things come out in an
    order that depends on who holds what, not on the keyed value of any fingerprint.
    """
    total = len(exchanges)
    kind = np.asarray(pc.index_in(rows["kind"], pa.array(KINDS)).to_numpy(), np.int64)
    thing_key = np.asarray(rows["thing"].to_numpy(), np.int64)
    account = np.asarray(rows["account"].to_numpy(), np.int64)
    count = np.asarray(rows["exchanges"].to_numpy(), np.float64)
    held_by = np.asarray(rows["accounts"].to_numpy(), np.int64)
    prints = np.asarray(rows["prints"].to_numpy(), np.int64)
    order = np.lexsort((account, thing_key, held_by, kind))
    kind, thing_key, account = kind[order], thing_key[order], account[order]
    count, held_by, prints = count[order], held_by[order], prints[order]
    starts = np.ones(len(order), np.bool_)
    starts[1:] = (kind[1:] != kind[:-1]) | (thing_key[1:] != thing_key[:-1])
    number = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)
    things = len(first)
    # Renumber by the accounts that hold the thing, so that the key leaves no trace in the order.
    lowest = account[first] if things else np.empty(0, np.int64)
    mass = np.bincount(number, (account + 1.0) ** 1.5, things) if things else np.empty(0)
    rank = np.empty(things, np.int64)
    rank[np.lexsort((mass, lowest, held_by[first], kind[first]))] = np.arange(things)
    number = rank[number]
    again = np.lexsort((account, number))
    number, account, count = number[again], account[again], count[again]
    kinds = np.empty(things, np.int64)
    holders = np.empty(things, np.int64)
    print_counts = np.empty(things, np.int64)
    kinds[rank], holders[rank], print_counts[rank] = kind[first], held_by[first], prints[first]
    per_account = np.maximum(exchanges[account], 1)
    is_identity = np.isin(
        kinds[number], [KINDS.index(name) for name in ("payment", "phone", "email")]
    )
    share = np.where(is_identity, 1.0, np.minimum(count / per_account, 1.0))
    return Ties(
        total, account, number, share,
        _weights(account, number, share, kinds, holders, total), kinds, holders, print_counts,
    )  # fmt: skip


def _weights(
    account: NDArray[np.int64],
    thing: NDArray[np.int64],
    share: NDArray[np.float64],
    kinds: NDArray[np.int64],
    holders: NDArray[np.int64],
    total: int,
) -> NDArray[np.float64]:
    """Rarity times habit, held so that no kind binds an account by more than its weight.

    A frame of fifty words is many fingerprints of one habit: without the hold it would drown
    every other kind of tie.
    """
    rarity = np.maximum(np.log(total / holders) / np.log(max(total, 2)), _LEAST_RARITY)
    group = account * len(KINDS) + kinds[thing]
    together = np.bincount(group, share, total * len(KINDS))
    held = share / np.maximum(together[group], 1.0)
    strength = np.array(list(KIND_WEIGHT.values()))
    weighed: NDArray[np.float64] = held * rarity[thing] * strength[kinds[thing]]
    return weighed
