"""Uncommon things that accounts hold in common, and how widely each is held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gauger.model.population import Floats, Ints, Population
from gauger.weigh.evidence.tables import things_table
from gauger.weigh.kernels import commons, reach
from gauger.weigh.statistics.shape import median_of, rows_of


@dataclass(frozen=True, slots=True)
class InCommon:
    """Weight of the uncommon things that the median account holds and another member holds too."""

    family: str
    name: str
    meaning: str
    telling: int = 1

    def of(self, population: Population, groups: Ints) -> Floats:
        held = population.holdings.get(self.family)
        if held is None:
            return np.full(len(groups), np.nan)
        rows = rows_of(population, groups)
        found = commons(held.start, held.thing, held.weight, things_table(held.things), rows)
        return median_of(found, np.isfinite(found))


@dataclass(frozen=True, slots=True)
class Dealing:
    """How widely a thing that meets again within the group is held there.

    A class, a benchmark or a viral prompt reaches most of those whom it reaches at all; a
    dataset that is dealt out reaches each account with a part of its own.
    """

    family: str
    name: str
    meaning: str
    telling: int = -1

    def of(self, population: Population, groups: Ints) -> Floats:
        held = population.holdings.get(self.family)
        if held is None:
            return np.full(len(groups), np.nan)
        rows = rows_of(population, groups)
        return np.asarray(reach(held.start, held.thing, things_table(held.things), rows))
