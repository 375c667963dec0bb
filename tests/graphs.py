"""Accounts and shared things made by hand, tied as a scan ties them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa

from gauger.find.linkage.ties import HELD, Ties, tie

Thing = tuple[str, int, Mapping[int, int]]
"""Kind, fingerprint, and how many exchanges of each holder carry it."""


def rows(things: Iterable[Thing]) -> dict[str, pa.Table]:
    """For each kind one row per holder of every thing."""
    things = list(things)
    return {
        kind: _rows([thing for thing in things if thing[0] == kind])
        for kind in dict.fromkeys(kind for kind, _, _ in things)
    }


def _rows(things: Iterable[Thing]) -> pa.Table:
    made = [
        {
            "account": account,
            "thing": thing,
            "exchanges": count,
            "accounts": len(holders),
            "prints": 1,
        }
        for _, thing, holders in things
        for account, count in holders.items()
    ]
    return pa.Table.from_pylist(made, HELD)


def tied(things: Iterable[Thing], accounts: int, exchanges: int = 20) -> Ties:
    """Ties of accounts that are all equally active."""
    return tie(rows(things).items(), np.full(accounts, exchanges, np.int64))


def planted(seed: int, groups: int, size: int, strangers: int, key: int = 0) -> list[Thing]:
    """Groups that share five things each, among strangers who share a few in twos and threes.

    Fingerprints change with `key`, who holds what does not.
    """
    rng = np.random.default_rng(seed)
    total = groups * size + strangers
    named: list[tuple[str, Mapping[int, int]]] = []
    for group in range(groups):
        members = range(group * size, (group + 1) * size)
        for kind in ("frame", "frame", "item", "range", "payment"):
            held = [a for a in members if rng.random() < 0.9]
            named.append((kind, {a: int(rng.integers(5, 20)) for a in held}))
    for _ in range(strangers):
        pair = rng.choice(total, int(rng.integers(2, 4)), replace=False)
        named.append((str(rng.choice(["item", "client", "range"])), {int(a): 1 for a in pair}))
    named.append(("parameters", dict.fromkeys(range(total), 20)))
    prints = np.random.default_rng(key).permutation(1 << 20)[: len(named)] - (1 << 19)
    return [(kind, int(number), held) for (kind, held), number in zip(named, prints, strict=True)]
