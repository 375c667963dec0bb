"""A statistic as it is read for weighing: its place among ordinary groups, and its own level.

The place is relative to the population at hand, so it means the same at every provider; the level
is kept only for shares and counts whose size says something by itself (a group of which each
account sends three exchanges is no campaign, however it compares).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from gauger.model.once import once
from gauger.model.population import Floats
from gauger.weigh.evidence.places import pieces_of, places_on

SHARES: Final = frozenset(
    {
        "reactions", "repeats", "single turns", "items met again", "brief use", "tool loops",
        "elicitation", "promotion", "valued capabilities", "days without rest",
    }
)  # fmt: skip
"""Statistics that are parts of a whole: their level is a log odds."""
COUNTS: Final = {"long answers": 200.0, "changing ranges": 2.0}
"""Statistics that are counts, with the count that is neither high nor low."""
NATS: Final = {"breadth": 1.0}
"""Statistics that are logarithms already, with the value that is neither high nor low."""

CUTS: Final = (-1.0, 0.0, 1.0, 2.0)
"""Where the weight of a place may change: log10 odds of being more extreme than ordinary."""
_CUTS: Final = np.array(CUTS)
PLACE_PIECES: Final = len(CUTS) + 1
LEVEL_PIECES: Final = 2

FEWEST_GROUPS: Final = 200
"""With fewer ordinary groups left to compare with, nothing is weighed."""

_EDGE: Final = 0.01
_SLACK: Final = 1e-9
"""Equal up to rounding is equal: different orders of summation must not make evidence."""
_BEYOND: Final = 1.0
"""How much further than every ordinary group counts at most, in log10 units."""


@dataclass(frozen=True)
class Reading:
    """One statistic of many groups: place and level, NaN where there is nothing to read.

    Both grow in the direction in which one operator moves the statistic.
    """

    place: Floats
    level: Floats

    @property
    def known(self) -> bool:
        """Whether any group has a place."""
        return bool(np.isfinite(self.place).any())

    @once
    def pieces(self) -> Floats:
        """The piecewise linear parts that weights apply to, one row per group."""
        return np.asarray(pieces_of(self.place, self.level, _CUTS))


NOTHING: Final = Reading(np.zeros(1), np.full(1, np.nan))
"""The reading of what lies where ordinary groups lie."""

Readings = Mapping[str, Reading]


def apart(readings: Readings, groups: int) -> list[Readings]:
    """The readings of every single group."""
    return [
        {
            name: Reading(held.place[number : number + 1], held.level[number : number + 1])
            for name, held in readings.items()
        }
        for number in range(groups)
    ]


@dataclass(frozen=True)
class Scale:
    """One statistic of ordinary groups, which places are read on.

    `known` are its finite values in ascending order, turned so that they grow in the direction
    in which one operator moves them.
    """

    known: Floats
    telling: int

    @classmethod
    def of(cls, ordinary: Floats, telling: int) -> Scale:
        """From values in any order, unknown ones among them."""
        return cls(np.sort(telling * ordinary[np.isfinite(ordinary)]), telling)

    def places(self, values: Floats) -> Floats:
        """log10 odds of ordinary groups being less extreme; 0 in their middle, ties counted half,
        NaN where nothing can be compared.

        Beyond every ordinary group it grows on with the logarithm of the distance, by 1 at most:
        what lies far out is more than what lies just outside, but no model says how much more.
        """
        known = self.known
        if len(known) < FEWEST_GROUPS:
            return np.full(len(values), np.nan)
        return np.asarray(places_on(known, self.telling * values, _SLACK, _BEYOND))


def read(name: str, values: Floats, scale: Scale) -> Reading:
    """The reading of one statistic of many groups on the scale of ordinary ones."""
    return Reading(scale.places(values), levels(name, scale.telling, values))


def levels(name: str, telling: int, values: Floats) -> Floats:
    """The statistic's own size around a size that says nothing; NaN for those without one."""
    if name in SHARES:
        share = np.clip(values, 0.0, 1.0)
        level = np.log10((share + _EDGE) / (1.0 + _EDGE - share))
    elif name in COUNTS:
        level = np.log10(np.maximum(values, _EDGE) / COUNTS[name])
    elif name in NATS:
        level = values - NATS[name]
    else:
        return np.full(len(values), np.nan)
    return np.asarray(telling * level, np.float64)
