"""Replays the first exchanges of accounts against a network's traits, each account left out.

A member is scored as if it had not been there when the traits were counted, as a replacement
account is not; so is an outsider, whose own holding of a trait would otherwise speak for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.act.signatures.carrying import Carried
from gauger.act.signatures.scoring import STEPS, scores, weights
from gauger.model.population import Floats, Ints
from gauger.model.signature import FAMILIES, FAMILY_OF, TRAIT_KINDS, Traits

NEITHER, MEMBER, OUTSIDER = 0, 1, 2
_FAMILIES_AT: Final = np.array(FAMILY_OF)


@dataclass(frozen=True)
class Carriers:
    """Rows that carry something: which of them have any print of a family at all (rows by
    FAMILIES), and what they carry of traits of any network."""

    spoke: NDArray[np.bool_]
    carried: Carried

    @classmethod
    def of(cls, carried: Carried, traits: Sequence[Traits]) -> Carriers:
        """Keeps what is a trait of one of the networks: hardly anything is, and every network is
        compared with what is kept."""
        spoke = np.zeros((carried.rows, len(FAMILIES)), np.bool_)
        spoke[carried.row, _FAMILIES_AT[carried.kind]] = True
        kept = np.zeros(len(carried.row), np.bool_)
        for kind in range(len(TRAIT_KINDS)):
            prints = np.unique(np.concatenate([held.print[held.kind == kind] for held in traits]))
            mine = np.flatnonzero(carried.kind == kind)
            if len(prints) and len(mine):
                place = np.searchsorted(prints, carried.print[mine])
                place = np.minimum(place, len(prints) - 1)
                kept[mine] = prints[place] == carried.print[mine]
        return cls(
            spoke,
            Carried(carried.rows, carried.row[kept], carried.kind[kept], carried.print[kept]),
        )


@dataclass(frozen=True)
class Replayed:
    """First exchanges of accounts, and what their records carry where there are records.

    `account` and `number` (from 1) say whose exchange each row of `exchanges` is, and which;
    rows of `records` are accounts.
    """

    accounts: int
    account: Ints
    number: NDArray[np.int32]
    exchanges: Carriers
    records: Carriers | None
    positions: Ints
    """Where the accounts stand among all of the scan."""

    @cached_property
    def lengths(self) -> Ints:
        """How many of its exchanges are at hand, by account."""
        return np.bincount(self.account, minlength=self.accounts)


@dataclass(frozen=True)
class Scored:
    """Scores after each of STEPS (rows: accounts, columns: FAMILIES), NaN where nothing was said
    and in the rows of accounts with fewer exchanges."""

    steps: tuple[Floats, ...]


def replay(
    replayed: Replayed, traits: Traits, standing: NDArray[np.int8], members: int, outsiders: int
) -> Scored:
    """Scores every account; `standing` is MEMBER, OUTSIDER or NEITHER, and none of the last has
    any. `members` and `outsiders` are how many the traits were counted among."""
    counts = (members, outsiders)
    spoke = replayed.exchanges.spoke
    best = _best(replayed.exchanges, traits, standing[replayed.account], counts)
    recorded = None
    if replayed.records is not None:
        held = _best(replayed.records, traits, standing, counts)
        recorded = np.where(replayed.records.spoke, held, np.nan)
    steps = []
    for step in STEPS:
        used = replayed.number <= step
        scored = scores(replayed.account[used], best[used], spoke[used], replayed.accounts)
        if recorded is not None:
            scored = np.fmax(scored, recorded)
        scored[(replayed.lengths < step) | (standing == NEITHER)] = np.nan
        steps.append(scored)
    return Scored(tuple(steps))


def _best(
    carriers: Carriers, traits: Traits, standing: NDArray[np.int8], counts: tuple[int, int]
) -> Floats:
    """The weight of each row's best trait of every family; `standing` is that of its account."""
    best = np.zeros(carriers.spoke.shape)
    row, trait = _matched(carriers.carried, traits)
    inside = (standing[row] == MEMBER).astype(np.int64)
    outside = (standing[row] == OUTSIDER).astype(np.int64)
    weight = weights(
        np.maximum(traits.members[trait] - inside, 0),
        np.maximum(traits.outsiders[trait] - outside, 0),
        counts[0] - inside,
        counts[1] - outside,
    )
    np.maximum.at(best, (row, _FAMILIES_AT[traits.kind[trait]]), weight)
    return best


def _matched(carried: Carried, traits: Traits) -> tuple[Ints, Ints]:
    """Which rows carry which traits, by their positions."""
    rows, found = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for kind in range(len(TRAIT_KINDS)):
        first, last = np.searchsorted(traits.kind, [kind, kind + 1])
        mine = np.flatnonzero(carried.kind == kind)
        if first == last or not len(mine):
            continue
        prints = traits.print[first:last]
        place = np.minimum(np.searchsorted(prints, carried.print[mine]), len(prints) - 1)
        met = prints[place] == carried.print[mine]
        rows.append(carried.row[mine[met]])
        found.append(first + place[met])
    return np.concatenate(rows), np.concatenate(found)
