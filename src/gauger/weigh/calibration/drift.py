"""Does a population look like those that a calibration was fitted on?

Places are relative to the population at hand and carry over to other ordinary customers; levels
do not: where a statistic's ordinary values lie where none of the fitted worlds had them, its level
no longer speaks for one operator, and the lower bound is widened to what remains without the
statistic altogether. Where most are out of range the calibration says nothing about this provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from gauger.find.linkage.ties import Ties
from gauger.model.population import Population
from gauger.weigh.calibration.model import Calibration, Range
from gauger.weigh.evidence.reading import Reading, Readings
from gauger.weigh.measures import STATISTICS
from gauger.weigh.ordinary import Ordinary

_GROUP: Final = (14, 4)
"""Size and activity of the random groups whose middle value is compared."""
_GROUPS: Final = 200
_MARGIN: Final = 0.25
"""How far beyond the fitted worlds' range, as a part of it, a middle may lie."""
WITHHELD: Final = 0.5
"""Part of the statistics out of range from which nothing is weighed with the calibration."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Statistics whose ordinary values lie outside those of the fitted worlds."""

    outside: frozenset[str]
    compared: int

    @property
    def withheld(self) -> bool:
        """Whether the population is too unlike those fitted on for any LR."""
        return self.compared > 0 and len(self.outside) >= WITHHELD * self.compared


def without_levels(readings: Readings, outside: frozenset[str]) -> Readings:
    """The readings in which the levels of statistics out of range no longer speak for one
    operator."""
    return {
        name: Reading(held.place, np.minimum(held.level, 0.0)) if name in outside else held
        for name, held in readings.items()
    }


def without(readings: Readings, outside: frozenset[str]) -> Readings:
    """The readings in which statistics out of range no longer speak for one operator at all."""
    return {
        name: Reading(np.minimum(held.place, 0.0), np.minimum(held.level, 0.0))
        if name in outside
        else held
        for name, held in readings.items()
    }


def middles(population: Population, ties: Ties) -> dict[str, float]:
    """Median of every statistic over random groups of the population, where it is known."""
    groups = Ordinary(population, ties, STATISTICS, natural=False, groups=_GROUPS)
    values = groups.of_kind(_GROUP).values
    return {
        name: float(np.nanmedian(held))
        for name, held in values.items()
        if len(held) and np.isfinite(held).mean() > 0.5
    }


def ranges(worlds: list[dict[str, float]]) -> dict[str, Range]:
    """Lowest and highest middle of every statistic over the fitted worlds."""
    names = sorted({name for held in worlds for name in held})
    return {
        name: Range(
            round(min(held[name] for held in worlds if name in held), 5),
            round(max(held[name] for held in worlds if name in held), 5),
        )
        for name in names
    }


UNKNOWN: Final = Drift(frozenset(), 0)
"""Nothing was compared."""


def drift(here: Mapping[str, float], calibration: Calibration) -> Drift:
    """Compares the middles of a population with the ranges of a calibration."""
    outside = set()
    compared = 0
    for name, value in here.items():
        held = calibration.ranges.get(name)
        if held is None:
            continue
        compared += 1
        margin = _MARGIN * (held.high - held.low) + 1e-6
        if not held.low - margin <= value <= held.high + margin:
            outside.add(name)
    return Drift(frozenset(outside), compared)
