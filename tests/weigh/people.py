"""Populations made by hand, every account in the pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gauger.model.counts import Counts, Gathering
from gauger.model.population import Clocks, Holdings, Population, Spread

HOUR = 3600 * 1_000_000


def people(
    size: int,
    *,
    spreads: Mapping[str, NDArray[np.int64]] | None = None,
    hashed: bool = False,
    clocks: NDArray[np.float64] | None = None,
    bin_hours: int = 1,
    **known: Any,
) -> Population:
    """A population of `size` accounts with what a test needs of it, and no more."""
    counts = np.zeros((size, 1)) if clocks is None else clocks
    return Population(
        account_ids=tuple(f"acct_{number:04d}" for number in range(size)),
        exchanges=known.get("exchanges", np.full(size, 50, np.int64)),
        first_seen=known.get("first_seen", np.zeros(size, np.int64)),
        last_seen=known.get("last_seen", np.full(size, 240 * HOUR, np.int64)),
        profile=known.get("profile", {}),
        traits=known.get("traits", {}),
        row=known.get("row", np.arange(size)),
        spreads={
            name: Spread.of(counted(held), hashed=hashed) for name, held in (spreads or {}).items()
        },
        clocks=Clocks(counted(counts), bin_hours),
        holdings=known.get("holdings", {}),
    )


def counted(dense: NDArray[Any]) -> Counts:
    """Counts that are given as one line a row."""
    row, column = np.nonzero(dense)
    gathering = Gathering(*dense.shape)
    gathering.add(row, column, dense[row, column])
    return gathering.together()


def holdings(*held: Mapping[int, float]) -> Holdings:
    """What each account holds in turn: weight by number of the thing."""
    counts = [len(things) for things in held]
    thing = np.array([number for things in held for number in things], np.int64)
    weight = np.array([weight for things in held for weight in things.values()], np.float64)
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Holdings(start, thing, weight, int(thing.max(initial=-1)) + 1)


def group(*accounts: int, pad: int = 0) -> NDArray[np.int64]:
    """One group as statistics take it, padded with -1."""
    return np.array([[*accounts, *[-1] * pad]], np.int64)


def everyone(population: Population) -> NDArray[np.int64]:
    """All accounts as one group."""
    return np.arange(population.size)[None, :]
