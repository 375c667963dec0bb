"""Accounts tied to shared things, with weights: rare things and habitual ones bind most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.find.linkage.narrowing import BOUNDS, Bounds, kept_each, strongest
from gauger.model.ahead import worked_ahead

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
_IDENTITY: Final = ("payment", "phone", "email")
_LEAST_RARITY = 0.02

SPARSE: Final = 50
"""Numbers of which fewer than one in so many occur are sorted rather than counted in a table."""

HABIT: Final = 0.02
"""Part of an account's traffic below which a thing is a trace and no habit."""

HELD: Final = pa.schema(
    [
        ("account", pa.int32()),
        ("thing", pa.int64()),
        ("exchanges", pa.int32()),
        ("accounts", pa.int32()),
        ("prints", pa.int32()),
    ]
)
"""One row per account and shared thing of one kind: `accounts` hold it, `prints` are its
fingerprints. A thing has one number, whoever holds it."""


@dataclass(frozen=True)
class Ties:
    """Edges between accounts (positions) and things (numbers), parallel arrays.

    `share` is the part of the account's exchanges that hold the thing (1 for identity);
    `holders[t]` is the number of accounts that hold thing t, `kinds[t]` the position of its
    kind in KINDS; `weight` is what linkage cuts by. There are tens of edges for every account,
    so their numbers are as narrow as they can be.
    """

    accounts_total: int
    account: NDArray[np.int32]
    thing: NDArray[np.int32]
    share: NDArray[np.float64]
    weight: NDArray[np.float64]
    kinds: NDArray[np.int64]
    holders: NDArray[np.int32]
    prints: NDArray[np.int32]

    def of_kinds(self, names: frozenset[str]) -> NDArray[np.bool_]:
        """Which edges belong to things of the named kinds."""
        wanted = np.array([name in names for name in KINDS])
        return wanted[self.kinds[self.thing]]

    @cached_property
    def kinds_held(self) -> frozenset[str]:
        """Names of the kinds that any thing is of: logs without text hold no frames."""
        return frozenset(KINDS[kind] for kind in np.unique(self.kinds))

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the edges of each thing begin, and of the last one end: edges are in the order of
        their things."""
        held = np.bincount(self.thing, minlength=len(self.kinds))
        return np.concatenate(([0], np.cumsum(held)))

    @cached_property
    def by_account(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The edges in the order of their accounts, and where those of each account begin there."""
        order = np.argsort(self.account, kind="stable").astype(np.int32)
        held = np.bincount(self.account, minlength=self.accounts_total)
        return order, np.concatenate(([0], np.cumsum(held)))

    @cached_property
    def habitual(self) -> NDArray[np.bool_]:
        """Which edges are a habit: more than a trace of the account's traffic, or an item, which
        a dataset deals out once."""
        return (self.share >= HABIT) | self.of_kinds(frozenset({"item"}))

    @cached_property
    def habitual_holders(self) -> NDArray[np.int64]:
        """Accounts that hold each thing as a habit."""
        return np.bincount(self.thing, self.habitual, len(self.kinds)).astype(np.int64)

    def edges_of(self, accounts: NDArray[np.int64]) -> NDArray[np.int32]:
        """The edges of the accounts, one account's after the other's.

        Costs what these accounts hold, not what the whole graph holds.
        """
        order, starts = self.by_account
        return order[ranges(starts[accounts], starts[accounts + 1])]

    def holdings_of(self, things: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """The edges of the things, one thing's after the other's."""
        return ranges(self.starts[things], self.starts[things + 1])

    def things_of(self, accounts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Every thing of every account, with the place of its holder in `accounts`."""
        starts = self.by_account[1]
        lengths = starts[accounts + 1] - starts[accounts]
        return np.repeat(np.arange(len(accounts)), lengths), self.thing[self.edges_of(accounts)]


def ranges(begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """All integers of the half-open ranges, one range after the other."""
    lengths = end - begin
    offsets = np.cumsum(lengths) - lengths
    return np.repeat(begin - offsets, lengths) + np.arange(int(lengths.sum()))


def tie(
    held: Iterable[tuple[str, pa.Table]],
    exchanges: NDArray[np.int64],
    bounds: Bounds = BOUNDS,
) -> Ties:
    """Weighs what accounts hold, rows (HELD) of one kind after the other, into ties.

    `exchanges[a]` is the number of exchanges of account a; `bounds` say how many ties are kept.
    Edges and things come out in an order that depends on who holds what, not on the keyed value of
    any fingerprint.
    """
    total = len(exchanges)
    most = bounds.most_ties if bounds.narrows(exchanges) else None

    def of_kind(each: tuple[str, pa.Table]) -> _Tied:
        return _tied(KINDS.index(each[0]), each[1], exchanges, most)

    # One kind at a time, while the rows of the next come: what sorting needs beside the rows is as
    # large as these.
    tied = list(worked_ahead(of_kind, (each for each in held if each[1].num_rows), 1))
    tied.sort(key=lambda each: each.kind)
    number = 0
    for each in tied:
        each.thing += np.int32(number)
        number += len(each.holders)
    return Ties(
        total,
        _joined(tied, "account", np.int32),
        _joined(tied, "thing", np.int32),
        _joined(tied, "share", np.float64),
        _joined(tied, "weight", np.float64),
        np.repeat(
            np.array([each.kind for each in tied], np.int64),
            np.array([len(each.holders) for each in tied], np.int64),
        ),
        _joined(tied, "holders", np.int32),
        _joined(tied, "prints", np.int32),
    )


@dataclass
class _Tied:
    """The ties of one kind; its things count from 0."""

    kind: int
    account: NDArray[np.int32]
    thing: NDArray[np.int32]
    share: NDArray[np.float64]
    weight: NDArray[np.float64]
    holders: NDArray[np.int32]
    prints: NDArray[np.int32]


def _joined(tied: list[_Tied], name: str, of: type[np.generic]) -> NDArray[Any]:
    """An array of all kinds; those of the single kinds are let go."""
    parts = [getattr(each, name) for each in tied]
    for each in tied:
        setattr(each, name, np.empty(0, of))
    return np.concatenate(parts) if parts else np.empty(0, of)


def _tied(kind: int, rows: pa.Table, exchanges: NDArray[np.int64], most: int | None) -> _Tied:
    total = len(exchanges)
    key = rows["thing"].to_numpy()
    order = np.argsort(key)
    key = key[order]
    starts = np.ones(len(order), np.bool_)
    starts[1:] = key[1:] != key[:-1]
    first = np.flatnonzero(starts)
    del key
    # Things by their key, and the holders of each in their order.
    code = (np.cumsum(starts) - 1) * total + rows["account"].to_numpy()[order]
    order = order[np.argsort(code)]
    del code, starts
    account = rows["account"].to_numpy()[order]
    count = rows["exchanges"].to_numpy()[order]
    holders = rows["accounts"].to_numpy()[order[first]]
    prints = rows["prints"].to_numpy()[order[first]]
    del order
    # Renumber by the accounts that hold the thing, so that the key leaves no trace in the order.
    ends = np.append(first[1:], len(account))
    number = np.repeat(np.arange(len(first), dtype=np.int32), ends - first)
    mass = np.bincount(number, (account + 1.0) ** 1.5, len(first))
    ranked = [mass, account[first], holders]
    if most:
        # What busy accounts held once is gone, so other accounts than these may have held things
        # of which nothing but this tells now.
        ranked[:0] = [np.bincount(number, count * np.sqrt(account + np.pi), len(first)), prints]
    rank = np.lexsort(ranked)
    edges = ranges(first[rank], ends[rank])
    account, count = account[edges], count[edges]
    del edges
    thing = np.repeat(np.arange(len(first), dtype=np.int32), (ends - first)[rank])
    holders, prints = holders[rank], prints[rank]
    if KINDS[kind] in _IDENTITY:
        share = np.ones(len(account))
    else:
        share = np.minimum(count / np.maximum(exchanges[account], 1), 1.0)
    del count
    each = kept_each(np.bincount(account, minlength=total), most) if most else None
    if each is not None:
        strength = share * _rarity(holders, total)[thing]
        kept = strongest(account, thing, strength, total, len(holders), each)
        del strength
        account, thing, share = account[kept], thing[kept], share[kept]
        left = np.bincount(thing, minlength=len(holders)) > 0
        thing = (np.cumsum(left, dtype=np.int32) - 1)[thing]
        holders, prints = holders[left], prints[left]
    return _Tied(
        kind, account, thing, share,
        _weights(account, thing, share, kind, holders, total), holders, prints,
    )  # fmt: skip


def _rarity(holders: NDArray[np.int32], total: int) -> NDArray[np.float64]:
    """From 1, of what hardly anybody of `total` accounts holds, to nearly nothing."""
    rarity = np.log(total / holders) / np.log(max(total, 2))
    return np.asarray(np.maximum(rarity, _LEAST_RARITY))


def _weights(
    account: NDArray[np.int32],
    thing: NDArray[np.int32],
    share: NDArray[np.float64],
    kind: int,
    holders: NDArray[np.int32],
    total: int,
) -> NDArray[np.float64]:
    """Rarity times habit, held so that no kind binds an account by more than its weight.

    A frame of fifty words is many fingerprints of one habit: without the hold it would drown
    every other kind of tie.
    """
    together = np.bincount(account, share, total)
    weighed: NDArray[np.float64] = share / np.maximum(together[account], 1.0)
    weighed *= _rarity(holders, total)[thing]
    weighed *= KIND_WEIGHT[KINDS[kind]]
    return weighed
