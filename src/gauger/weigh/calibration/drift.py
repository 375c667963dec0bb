"""Does a population look like those that a calibration was fitted on?

Places are relative to the population at hand and carry over to other ordinary customers; levels
do not. Where a statistic's ordinary values lie where none of the fitted worlds had them, its levels
are moved by as much as its middle lies off, and the lower bound is widened to what remains without
the statistic. Where most are out of range the calibration says nothing about this provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from gauger.find.linkage.ties import Ties
from gauger.model.population import Floats, Population
from gauger.weigh.calibration.model import Calibration, Range
from gauger.weigh.evidence.reading import Reading, Readings, levels
from gauger.weigh.measures import STATISTICS
from gauger.weigh.measuring import Measuring
from gauger.weigh.ordinary import Ordinary

_GROUP: Final = (14, 4)
"""Size and activity of the random groups whose middle value is compared."""
_GROUPS: Final = 200
_MARGIN: Final = 0.25
"""How far beyond the fitted worlds' range, as a part of it, a middle may lie."""
_HIGHEST: Final = 2.0
"""No level of a share goes beyond this; nor does one that is moved."""
WITHHELD: Final = 0.5
"""Part of the statistics out of range from which nothing is weighed with the calibration."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Statistics whose ordinary values lie outside those of the fitted worlds.

    `usual` holds the level that is in the middle of the fitted worlds, `moved` by how much the
    level of a statistic in `outside` is moved to lie as far from it as from the middle here.
    """

    outside: frozenset[str]
    compared: int
    usual: Mapping[str, float]
    moved: Mapping[str, float]

    @property
    def withheld(self) -> bool:
        """Whether the population is too unlike those fitted on for any LR."""
        return self.compared > 0 and len(self.outside) >= WITHHELD * self.compared


UNKNOWN: Final = Drift(frozenset(), 0, {}, {})
"""Nothing was compared."""


def carried_over(readings: Readings, drift: Drift) -> Readings:
    """The readings as they would be in the fitted worlds; an unknown level is the usual one."""
    return {name: Reading(held.place, _level(name, held, drift)) for name, held in readings.items()}


def without(readings: Readings, drift: Drift) -> Readings:
    """The readings in which statistics out of range do not speak for one operator."""
    return {
        name: Reading(
            np.minimum(held.place, 0.0), np.full_like(held.level, drift.usual.get(name, np.nan))
        )
        if name in drift.outside
        else held
        for name, held in readings.items()
    }


def _level(name: str, held: Reading, drift: Drift) -> Floats:
    known = np.isfinite(held.level)
    moved = np.clip(held.level + drift.moved.get(name, 0.0), -_HIGHEST, _HIGHEST)
    return np.asarray(np.where(known, moved, drift.usual.get(name, np.nan)))


def middles(population: Population, ties: Ties) -> dict[str, float]:
    """Median of every statistic over random groups of the population, where it is known."""
    groups = Ordinary(Measuring(population, ties, STATISTICS), natural=False, groups=_GROUPS)
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
    fitted = {name: (held.low + held.high) / 2.0 for name, held in calibration.ranges.items()}
    usual = _levels(fitted)
    at_hand = _levels({name: value for name, value in here.items() if name in outside})
    moved = {name: usual[name] - level for name, level in at_hand.items() if name in usual}
    return Drift(frozenset(outside), compared, usual, moved)


def _levels(values: Mapping[str, float]) -> dict[str, float]:
    """Levels of those statistics that have one."""
    found = {
        name: float(levels(name, _TELLING[name], np.array([value]))[0])
        for name, value in values.items()
        if name in _TELLING
    }
    return {name: level for name, level in found.items() if np.isfinite(level)}


_TELLING: Final = {statistic.name: statistic.telling for statistic in STATISTICS}
