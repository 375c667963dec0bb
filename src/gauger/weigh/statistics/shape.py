"""The shape of a statistic of groups, and what all of them are made of."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gauger.model.population import Floats, Ints, Population

Bools = NDArray[np.bool_]


class Statistic(Protocol):
    """One number per group; `telling` is +1 where one operator raises it, -1 where it lowers."""

    @property
    def name(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def telling(self) -> int: ...

    def of(self, population: Population, groups: Ints) -> Floats:
        """The statistic of every group (rows of `groups`)."""
        ...


def mean_of(values: Floats, present: Bools) -> Floats:
    """Mean of the present values of each row, NaN with fewer than three."""
    count = present.sum(axis=1)
    total = np.where(present, values, 0.0).sum(axis=1)
    return np.where(count >= 3, total / np.maximum(count, 1), np.nan)


def median_of(values: Floats, present: Bools) -> Floats:
    """Median of the present values of each row, NaN with fewer than three."""
    count = present.sum(axis=1)
    ordered = np.sort(np.where(present, values, np.inf), axis=1)
    row = np.arange(len(values))
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, values.shape[1] - 1)
    return np.where(count >= 3, (ordered[row, low] + ordered[row, high]) / 2.0, np.nan)


def rows_of(population: Population, groups: Ints) -> Ints:
    """Rows of the members in the pool, -1 where they have none."""
    return np.where(groups >= 0, population.row[groups], -1)
