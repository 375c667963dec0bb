"""Statistics of a group of accounts, each evaluated for many groups at once.

A group is a row of account positions, padded with -1. Every statistic says in which direction
one operator would push it; a group that it cannot be computed for gets NaN. Where accounts are
compared with each other it is the median account that speaks: a few accounts that share a card
must not make a network of the many that were put beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gauger.model.population import Floats, Ints, Population
from gauger.weigh.kernels import commons, companions, meetings, movements, reach, totals

Bools = NDArray[np.bool_]

_KNOWN_SHARE = 0.3
"""A trait known of a smaller part of a group says nothing about the group."""

_FEWEST_DAYS = 5
"""Fewer days than this say nothing about how steady daily totals are."""

_CHUNK = 64
"""Groups evaluated together: bounds the memory of the widest spreads."""


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
    rows = _rows(population, groups)
    met = meetings(spread.share, spread.known, rows)
    present = (rows >= 0) & spread.known[rows]
    repeated = present & np.isfinite(spread.within[rows])
    inner = np.where(repeated, spread.within[rows], 0.0)
    between = np.maximum((_median(met, present) - spread.chance) / scale, 0.0)
    return between, (_mean(inner, repeated) - spread.chance) / scale


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
        return np.where(enough, _median(met, known), np.nan)


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
        return _median(np.where(known, values, 0.0), known)


@dataclass(frozen=True, slots=True)
class Unevenness:
    """Standard deviation over the accounts of a profile value's natural logarithm."""

    column: str
    name: str
    meaning: str
    telling: int = -1

    def of(self, population: Population, groups: Ints) -> Floats:
        logs = np.log(np.maximum(population.profile[self.column], 1e-9))[groups]
        present = groups >= 0
        mean = _mean(logs, present)
        return np.sqrt(np.maximum(_mean(np.square(logs), present) - mean**2, 0.0))


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
        if clocks.residual.shape[1] < 8:
            return np.full(len(groups), np.nan)
        found = movements(clocks.residual, clocks.variance, _rows(population, groups))
        return _median(found, np.isfinite(found))


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
        if clocks.residual.shape[1] < 8:
            return np.full(len(groups), np.nan)
        rows = _rows(population, groups)
        together = totals(clocks.residual, rows).var(axis=1)
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
        per_day = max(24 // clocks.bin_hours, 1)
        days = clocks.counts.shape[1] // per_day
        if days < _FEWEST_DAYS:
            return np.full(len(groups), np.nan)
        daily = clocks.daily
        summed = totals(daily, _rows(population, groups))[:, 1:]
        mean = summed.mean(axis=1)
        excess = (summed.var(axis=1) - mean) / np.maximum(mean, 1e-9) ** 2
        return np.where(mean >= 1.0, excess, np.nan)


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
        rows = _rows(population, groups)
        found = commons(held.start, held.thing, held.weight, held.things, rows)
        return _median(found, np.isfinite(found))


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
        return np.asarray(reach(held.start, held.thing, held.things, _rows(population, groups)))


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
        for index, group in enumerate(groups):
            rows = population.row[group[group >= 0]]
            rows = rows[rows >= 0]
            rows = rows[spread.known[rows]]
            if len(rows) >= 3:
                share = spread.share[rows].mean(axis=0, dtype=np.float64)
                positive = share[share > 0]
                out[index] = -(positive * np.log(positive)).sum()
        return out


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
        start, end = population.first_seen.min(), population.last_seen.max()
        edge = (end - start) // 14
        times = np.linspace(start, end, 58)[1:-1]
        passing = (population.first_seen > start + edge) | (population.last_seen < end - edge)
        for begin in range(0, len(groups), _CHUNK):
            chunk = groups[begin : begin + _CHUNK]
            # An account that was there throughout can neither replace nor be replaced.
            counted = (chunk >= 0) & passing[chunk]
            born = population.first_seen[chunk][:, :, None] <= times
            living = born & (times <= population.last_seen[chunk][:, :, None])
            lives = (living & counted[:, :, None]).astype(np.float32)
            alone = lives.var(axis=2, dtype=np.float64).sum(axis=1)
            together = lives.sum(axis=1).var(axis=1, dtype=np.float64)
            enough = counted.sum(axis=1) >= np.maximum(3, 0.5 * (chunk >= 0).sum(axis=1))
            usable = enough & (alone > 0)
            out[begin : begin + _CHUNK] = np.where(
                usable, together / np.where(usable, alone, 1.0), np.nan
            )
        return out


def _mean(values: Floats, present: Bools) -> Floats:
    """Mean of the present values of each row, NaN with fewer than three."""
    count = present.sum(axis=1)
    total = np.where(present, values, 0.0).sum(axis=1)
    return np.where(count >= 3, total / np.maximum(count, 1), np.nan)


def _median(values: Floats, present: Bools) -> Floats:
    """Median of the present values of each row, NaN with fewer than three."""
    count = present.sum(axis=1)
    ordered = np.sort(np.where(present, values, np.inf), axis=1)
    row = np.arange(len(values))
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, values.shape[1] - 1)
    return np.where(count >= 3, (ordered[row, low] + ordered[row, high]) / 2.0, np.nan)


def _rows(population: Population, groups: Ints) -> Ints:
    """Rows of the members in the pool, -1 where they have none."""
    return np.where(groups >= 0, population.row[groups], -1)
