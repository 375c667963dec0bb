"""Ordinary groups: what a network's statistics are judged against.

Half of them are accounts drawn at random, half are accounts that share one thing (a tool's
system prompt, an office's exit, a sign-up pattern), because those look alike for an ordinary
reason. All come from the population at hand; none is simulated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.once import once
from gauger.model.population import Floats, Ints
from gauger.weigh.evidence.reading import FEWEST_GROUPS, Readings, Scale, read
from gauger.weigh.measuring import Measuring

Bools = NDArray[np.bool_]

GROUPS: Final = 1000
SIZES: Final = (5, 8, 14, 24, 40, 70, 120)
"""What is judged is thinned to the next lower of these: several statistics move with the size of
a group alone, so unequal sizes would be taken for evidence."""
ACTIVITY_FLOORS: Final = (2, 4, 10, 30)
_OVERLAP: Final = 0.1
"""A group with more of its accounts than this inside what is being judged is not ordinary."""
_ENOUGH: Final = 0.6
_FULL: Final = 0.5
"""Holders of one thing make a natural group if they fill this part of its size."""
_OFTEN: Final = 0.01
"""Part of the groups that one account is drawn into for something that it shares: where few
accounts are of a size and activity, one circle that was not found would be most of them."""
_SEED: Final = 20260605


@dataclass(frozen=True)
class Drawn:
    """Groups of one size and activity, with each statistic evaluated once."""

    members: Ints
    values: Mapping[str, Floats]

    @once
    def ascending(self) -> Mapping[str, Ints]:
        """The order of the groups by each statistic; those that lack it come last."""
        return {name: np.argsort(held, kind="stable") for name, held in self.values.items()}

    @once
    def known(self) -> Mapping[str, Floats]:
        """The finite values of each statistic, ascending."""
        return {name: _finite(held[self.ascending[name]]) for name, held in self.values.items()}

    @once
    def _drawn(self) -> Bools:
        """Which accounts, up to the last one, are in any of the groups."""
        drawn = np.zeros(int(self.members.max(initial=-1)) + 1, np.bool_)
        drawn[self.members[self.members >= 0]] = True
        return drawn

    def apart_from(self, accounts: Ints, population: int) -> Bools:
        """Which groups hold hardly any of the accounts."""
        if not self._drawn[accounts[accounts < len(self._drawn)]].any():
            return np.ones(len(self.members), np.bool_)
        flagged = np.zeros(population, np.bool_)
        flagged[accounts] = True
        present = self.members >= 0
        inside = (flagged[self.members] & present).sum(axis=1)
        return np.asarray(inside <= _OVERLAP * present.sum(axis=1))


@dataclass(frozen=True)
class OrdinaryGroups:
    """Those of the groups drawn that something is judged beside."""

    drawn: Drawn
    chosen: Bools

    def __len__(self) -> int:
        return int(np.count_nonzero(self.chosen))

    @once
    def whole(self) -> bool:
        """Whether these are all the groups drawn."""
        return len(self) == len(self.chosen)

    @property
    def size(self) -> int:
        """Accounts in a full group."""
        return int(self.drawn.members.shape[1])

    @property
    def values(self) -> Mapping[str, Floats]:
        """Every statistic of these groups."""
        return {name: held[self.chosen] for name, held in self.drawn.values.items()}

    def scale(self, name: str, telling: int) -> Scale:
        """What places of a statistic are read on."""
        if self.whole:
            known = self.drawn.known[name]
        else:
            order = self.drawn.ascending[name]
            known = _finite(self.drawn.values[name][order[self.chosen[order]]])
        return Scale(known if telling > 0 else -known[::-1], telling)


class Ordinary:
    """Draws ordinary groups on demand and remembers them by size and activity.

    `apart` flags accounts that are not taken as ordinary. Without `natural` groups all are drawn
    at random, which is enough for a first screening and blind to ordinary reasons.
    """

    def __init__(
        self,
        measuring: Measuring,
        *,
        apart: Bools | None = None,
        natural: bool = True,
        groups: int = GROUPS,
    ) -> None:
        self.measuring = measuring
        self._population = measuring.population
        self._groups = groups
        self._apart = np.zeros(self._population.size, np.bool_) if apart is None else apart
        self._holders = measuring.holders if natural else []
        self._drawn: dict[tuple[int, int], Drawn] = {}

    def kind_of(self, size: int, activity: float) -> tuple[int, int]:
        """Size and activity floor of the groups that fit `size` accounts with a median of
        `activity` exchanges."""
        return (
            max((n for n in SIZES if n <= size), default=SIZES[0]),
            max((n for n in ACTIVITY_FLOORS if n <= activity), default=ACTIVITY_FLOORS[0]),
        )

    def of_kind(self, kind: tuple[int, int]) -> OrdinaryGroups:
        """Groups of one size and activity floor; the same ones for everybody who asks."""
        if kind not in self._drawn:
            self._drawn[kind] = self._draw(*kind, self._apart)
        return _all_of(self._drawn[kind])

    def like(self, size: int, activity: float, judged: Ints) -> OrdinaryGroups:
        """Groups of at most `size` accounts and about as active, apart from those judged.

        `activity` is the median number of exchanges of what is judged. The result holds fewer
        than FEWEST_GROUPS groups where the population has too few other accounts.
        """
        kind = self.kind_of(size, activity)
        shared = self.of_kind(kind)
        chosen = shared.drawn.apart_from(judged, self._population.size)
        apart = OrdinaryGroups(shared.drawn, chosen)
        if len(apart) >= _ENOUGH * len(shared) and len(apart) >= FEWEST_GROUPS:
            return apart
        # What is judged is a large part of the population: draw from the rest alone.
        flagged = np.zeros(self._population.size, np.bool_)
        flagged[judged] = True
        return _all_of(self._draw(*kind, self._apart | flagged))

    def readings(self, values: Mapping[str, Floats], beside: OrdinaryGroups) -> Readings:
        """The readings of groups with these statistics beside ordinary ones."""
        return {
            statistic.name: read(
                statistic.name,
                values[statistic.name],
                beside.scale(statistic.name, statistic.telling),
            )
            for statistic in self.measuring.statistics
        }

    def _nothing(self) -> dict[str, Floats]:
        return {statistic.name: np.empty(0) for statistic in self.measuring.statistics}

    def _draw(self, size: int, floor: int, judged: Bools) -> Drawn:
        rng = np.random.default_rng((_SEED, size, floor))
        population = self._population
        eligible = (population.row >= 0) & ~judged
        fewest = max(2 * size, 4 * SIZES[0])
        while floor > 1 and (eligible & (population.exchanges >= floor)).sum() < fewest:
            floor //= 2
        eligible &= population.exchanges >= max(floor, ACTIVITY_FLOORS[0])
        accounts = np.flatnonzero(eligible)
        # Groups that share most of their accounts would all say the same: keep them small.
        size = min(size, len(accounts) // 4)
        if size < SIZES[0]:
            return Drawn(np.empty((0, SIZES[0]), np.int64), self._nothing())
        drawn = self._natural(size, eligible, rng) if self._holders else []
        drawn += [
            rng.choice(accounts, size, replace=False) for _ in range(self._groups - len(drawn))
        ]
        members = np.full((len(drawn), size), -1, np.int64)
        for index, group in enumerate(drawn):
            members[index, : len(group)] = group
        return Drawn(members, self.measuring.of(members))

    def _natural(self, size: int, eligible: Bools, rng: np.random.Generator) -> list[Ints]:
        least = max(SIZES[0], round(_FULL * size))
        usable: list[list[Ints]] = []
        for things in self._holders:
            held = [holders[eligible[holders]] for holders in things]
            held = [holders for holders in held if len(holders) >= least]
            if held:
                usable.append(held)
        if not usable:
            return []
        groups: list[Ints] = []
        often = np.zeros(self._population.size, np.int64)
        for _ in range(self._groups // 2):
            things = usable[rng.integers(len(usable))]
            holders = things[rng.integers(len(things))]
            holders = holders[often[holders] < _OFTEN * self._groups]
            if len(holders) >= least:
                group = rng.choice(holders, min(size, len(holders)), replace=False)
                often[group] += 1
                groups.append(group)
        return groups


def _finite(ascending: Floats) -> Floats:
    """Those of the values that are finite; what is not known stands last."""
    begin, end = np.searchsorted(ascending, -np.inf, "right"), np.searchsorted(ascending, np.inf)
    return np.asarray(ascending[begin:end])


def _all_of(drawn: Drawn) -> OrdinaryGroups:
    return OrdinaryGroups(drawn, np.ones(len(drawn.members), np.bool_))
