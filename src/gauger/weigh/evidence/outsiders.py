"""Some accounts outside a network whose habits its own are compared with.

Many questions are asked beside the same ones, so what they do is gathered from among everybody's
once and lies together.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gauger.model.population import Floats, Ints, Population, Spread
from gauger.weigh.evidence.kernels import chances, gathered


@dataclass(frozen=True)
class Gathered:
    """How the exchanges of some accounts spread over the buckets of one feature.

    Those of account i stand from `start[i]` to `start[i + 1]` in `bucket` and `share`; `chance` is
    that of every bucket for all of them together, `known` says who has any.
    """

    start: Ints
    bucket: NDArray[np.int16]
    share: NDArray[np.float32]
    chance: Floats
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, spread: Spread, rows: Ints) -> Gathered:
        """Of some rows of a spread."""
        start, bucket, share = gathered(spread.start, spread.bucket, spread.share, rows)
        # A pseudo-account of their habits keeps what no member of a network does from being
        # impossible. It weighs alike for whoever is left out and whoever is not.
        chance = chances(start, bucket, share, spread.buckets)
        return cls(start, bucket, share, chance, np.diff(start) > 0)


@dataclass(frozen=True)
class Outsiders:
    """Some pooled accounts, all outside a network."""

    population: Population
    accounts: Ints
    _gathered: dict[str, Gathered] = field(default_factory=dict, init=False, repr=False)

    def spread(self, feature: str) -> Gathered:
        """How their exchanges spread over the buckets of a feature that the population has."""
        held = self._gathered.get(feature)
        if held is None:
            rows = self.population.row[self.accounts]
            held = self._gathered[feature] = Gathered.of(self.population.spreads[feature], rows)
        return held
