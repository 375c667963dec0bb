"""How accounts move over time: together, against each other, and one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gauger.model.population import Floats, Ints, Population
from gauger.weigh.kernels import movements, residuals, sums
from gauger.weigh.statistics.shape import median_of, rows_of

_FEWEST_DAYS = 5
"""Fewer days than this say nothing about how steady daily totals are."""

_FEWEST_TIMES = 8
"""Fewer columns of time than this hold no movement."""

_CHUNK = 64
"""Groups evaluated together: bounds the memory of who lived when."""


@dataclass(frozen=True, slots=True)
class JointMovement:
    """Correlation over time of the median account with the rest of its group.

    Residuals of each account's own daily rhythm are compared. Independent accounts give 0; joint
    bursts and silences give more; a load balancer, under which what one account does another
    need not do, gives less.
    """

    name: str
    meaning: str
    telling: int

    def of(self, population: Population, groups: Ints) -> Floats:
        clocks = population.clocks
        if clocks.times < _FEWEST_TIMES:
            return np.full(len(groups), np.nan)
        held = clocks.counts
        found = movements(
            held.start, held.column, held.count, clocks.times, clocks.period,
            clocks.variance, rows_of(population, groups),
        )  # fmt: skip
        return median_of(found, np.isfinite(found))


@dataclass(frozen=True, slots=True)
class BalancedTotal:
    """Variance over time of the group's total, over what independent members would give.

    Residuals of each account's own daily rhythm are compared. Independent accounts give 1; under
    a load balancer, where what one account does another need not do, the total hardly moves.
    """

    name: str
    meaning: str
    telling: int = -1

    def of(self, population: Population, groups: Ints) -> Floats:
        clocks = population.clocks
        if clocks.times < _FEWEST_TIMES:
            return np.full(len(groups), np.nan)
        held, rows = clocks.counts, rows_of(population, groups)
        together = residuals(
            held.start, held.column, held.count, clocks.times, clocks.period, rows
        ).var(axis=1)
        alone = np.where(rows >= 0, clocks.variance[rows], 0.0).sum(axis=1)
        return np.where(alone > 0, together / np.where(alone > 0, alone, 1.0), np.nan)


@dataclass(frozen=True, slots=True)
class SteadyDays:
    """Variance of the group's daily totals beyond that of a Poisson count, over the mean squared.

    0 for work that is dealt out at one rate whoever does it; weekends, moods and breaks of
    independent people leave more, whatever their volume.
    """

    name: str
    meaning: str
    telling: int = -1

    def of(self, population: Population, groups: Ints) -> Floats:
        clocks = population.clocks
        if clocks.days < _FEWEST_DAYS:
            return np.full(len(groups), np.nan)
        held, per_day = clocks.counts, clocks.per_day
        hourly = sums(
            held.start, held.column, held.count, clocks.days * per_day, rows_of(population, groups)
        )
        summed = hourly.reshape(len(groups), clocks.days, per_day).sum(axis=2)[:, 1:]
        mean = summed.mean(axis=1)
        excess = (summed.var(axis=1) - mean) / np.maximum(mean, 1e-9) ** 2
        return np.where(mean >= 1.0, excess, np.nan)


@dataclass(frozen=True, slots=True)
class ConstantCrew:
    """Variance over time of the number of living accounts, over what independence would give.

    An account lives from its first exchange to its last. Where closed accounts are replaced the
    number of living ones hardly moves, although each lives briefly.
    """

    name: str
    meaning: str
    telling: int = -1

    def of(self, population: Population, groups: Ints) -> Floats:
        out = np.full(len(groups), np.nan)
        if population.size == 0:
            return out
        start, end = population.ends
        edge = (end - start) // 14
        times = np.linspace(start, end, 58)[1:-1]
        for begin in range(0, len(groups), _CHUNK):
            chunk = groups[begin : begin + _CHUNK]
            # An account that was there throughout can neither replace nor be replaced.
            first, last = population.first_seen[chunk], population.last_seen[chunk]
            counted = (chunk >= 0) & ((first > start + edge) | (last < end - edge))
            living = (first[:, :, None] <= times) & (times <= last[:, :, None])
            lives = (living & counted[:, :, None]).astype(np.float32)
            alone = lives.var(axis=2, dtype=np.float64).sum(axis=1)
            together = lives.sum(axis=1).var(axis=1, dtype=np.float64)
            enough = counted.sum(axis=1) >= np.maximum(3, 0.5 * (chunk >= 0).sum(axis=1))
            usable = enough & (alone > 0)
            out[begin : begin + _CHUNK] = np.where(
                usable, together / np.where(usable, alone, 1.0), np.nan
            )
        return out
