"""Do accounts differ at all, and what do they have in common of what they use?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gauger.model.population import Floats, Ints, Population
from gauger.weigh.kernels import companions, meetings
from gauger.weigh.statistics.shape import mean_of, median_of, rows_of

_KNOWN_SHARE = 0.3
"""A trait known of a smaller part of a group says nothing about the group."""


@dataclass(frozen=True, slots=True)
class Alikeness:
    """Do accounts differ at all? Chance that an exchange of the median account meets another
    account's in a bucket, over the chance that two exchanges of one account meet.

    1 where which account sent an exchange says nothing about it, as when one operator deals
    work out; clearly less for independent customers, who each have their own hours, subjects
    and habits. It is the complement of the fixation index F_ST (Wright, 1951) over buckets.
    """

    feature: str
    meaning: str
    telling: int = 1

    @property
    def name(self) -> str:
        return f"alike in {self.feature}"

    def of(self, population: Population, groups: Ints) -> Floats:
        spread = population.spreads.get(self.feature)
        if spread is None:
            return np.full(len(groups), np.nan)
        between, within = _collisions(population, groups, self.feature)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.where(within > 1e-9, between / within, np.nan)
        return np.clip(ratio, 0.0, 1.5)


@dataclass(frozen=True, slots=True)
class Sharing:
    """Chance that an exchange of the median account meets another account's in a bucket."""

    feature: str
    meaning: str
    telling: int = 1

    @property
    def name(self) -> str:
        return f"shared {self.feature}"

    def of(self, population: Population, groups: Ints) -> Floats:
        if self.feature not in population.spreads:
            return np.full(len(groups), np.nan)
        return _collisions(population, groups, self.feature)[0]


def _collisions(population: Population, groups: Ints, feature: str) -> tuple[Floats, Floats]:
    """Collision chance of the median account with the others, and mean of it within accounts."""
    spread = population.spreads[feature]
    scale = 1.0 - spread.chance
    rows = rows_of(population, groups)
    met = meetings(spread.start, spread.bucket, spread.share, spread.buckets, rows)
    present = (rows >= 0) & spread.known[rows]
    repeated = present & np.isfinite(spread.within[rows])
    inner = np.where(repeated, spread.within[rows], 0.0)
    between = np.maximum((median_of(met, present) - spread.chance) / scale, 0.0)
    return between, (mean_of(inner, repeated) - spread.chance) / scale


@dataclass(frozen=True, slots=True)
class Clumping:
    """Part of the others that the median account has a trait in common with."""

    trait: str
    name: str
    meaning: str
    telling: int = 1

    def of(self, population: Population, groups: Ints) -> Floats:
        values = population.traits.get(self.trait)
        if values is None:
            return np.full(len(groups), np.nan)
        met = companions(values, groups)
        known = np.isfinite(met)
        enough = known.sum(axis=1) >= _KNOWN_SHARE * (groups >= 0).sum(axis=1)
        return np.where(enough, median_of(met, known), np.nan)
