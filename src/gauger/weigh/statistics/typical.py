"""What the median account of a group does, how unequal accounts are, and how broad the group is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gauger.model.population import Floats, Ints, Population
from gauger.weigh.kernels import sums
from gauger.weigh.statistics.shape import mean_of, median_of, rows_of


@dataclass(frozen=True, slots=True)
class Typical:
    """Median over the accounts of a profile value."""

    column: str
    name: str
    meaning: str
    telling: int = 1

    def of(self, population: Population, groups: Ints) -> Floats:
        column = population.profile.get(self.column)
        if column is None:
            return np.full(len(groups), np.nan)
        values = column[groups]
        known = (groups >= 0) & np.isfinite(values)
        return median_of(np.where(known, values, 0.0), known)


@dataclass(frozen=True, slots=True)
class Unevenness:
    """Standard deviation over the accounts of a profile value's natural logarithm."""

    column: str
    name: str
    meaning: str
    telling: int = -1

    def of(self, population: Population, groups: Ints) -> Floats:
        logs = np.log(np.maximum(population.profile[self.column][groups], 1e-9))
        present = groups >= 0
        mean = mean_of(logs, present)
        return np.sqrt(np.maximum(mean_of(np.square(logs), present) - mean**2, 0.0))


@dataclass(frozen=True, slots=True)
class Breadth:
    """Shannon entropy (nats) of what the group as a whole asks for."""

    feature: str
    name: str
    meaning: str
    telling: int = 1

    def of(self, population: Population, groups: Ints) -> Floats:
        spread = population.spreads.get(self.feature)
        out = np.full(len(groups), np.nan)
        if spread is None:
            return out
        rows = rows_of(population, groups)
        members = ((rows >= 0) & spread.known[rows]).sum(axis=1)
        summed = sums(spread.start, spread.bucket, spread.share, spread.buckets, rows)
        for index in np.flatnonzero(members >= 3):
            share = summed[index] / members[index]
            positive = share[share > 0]
            out[index] = -(positive * np.log(positive)).sum()
        return out
