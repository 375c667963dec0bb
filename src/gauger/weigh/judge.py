"""Weighs one candidate: every layer against ordinary groups, and the layers together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from gauger.model.evidence import LayerEvidence, LogLR
from gauger.model.population import Ints, Population
from gauger.weigh.calibration.drift import UNKNOWN, Drift, carried_over, without
from gauger.weigh.calibration.model import Calibration, Layers
from gauger.weigh.evidence.fusing import Fused, fuse_each
from gauger.weigh.evidence.reading import FEWEST_GROUPS, Readings, apart
from gauger.weigh.layers import LAYERS
from gauger.weigh.ordinary import SIZES, Ordinary, OrdinaryGroups

ESTABLISHED: Final = 3.0
"""log10 LR from which "coordinated" is established: an LR of 1,000, strong support."""
ESTABLISHED_WITHOUT_ANY: Final = 1.0
"""What must remain whichever layer is left out: an LR of 10, moderate support."""


@dataclass(frozen=True)
class Judgement:
    """What the layers say of a set of accounts, and the readings purpose goes on with."""

    accounts: Ints
    fused: Fused
    drift: Drift
    values: Mapping[str, float]
    readings: Readings
    ordinary: OrdinaryGroups

    @property
    def established(self) -> bool:
        """Whether that one operator runs them is established."""
        return not self.reason

    @cached_property
    def reason(self) -> str:
        """Why it is not established; empty where it is.

        Worked out when it is asked for: of most groups that are weighed nobody does.
        """
        return _shortfall(self.fused, len(self.ordinary), self.drift)

    @property
    def coordinated(self) -> LogLR:
        """log10 LR of all layers together, with its bounds."""
        return self.fused.together

    @property
    def log10(self) -> float:
        """log10 LR of all layers together."""
        return self.fused.log10

    @property
    def weighed(self) -> Layers:
        """Names of the layers that had something to weigh."""
        return self.fused.layers

    @cached_property
    def layers(self) -> tuple[LayerEvidence, ...]:
        """What each layer says by itself, in words."""
        return tuple(
            layer.evidence(
                layer.compare(self.values, self.ordinary.values), self.fused.alone.get(layer.name)
            )
            for layer in LAYERS
        )


class Judge:
    """Judges sets of accounts beside the ordinary groups it was given."""

    def __init__(
        self,
        population: Population,
        ordinary: Ordinary,
        calibration: Calibration,
        drift: Drift = UNKNOWN,
    ) -> None:
        self._population = population
        self._ordinary = ordinary
        self._calibration = calibration
        self._drift = drift

    def judge(self, accounts: Ints) -> Judgement:
        """Evidence that one operator runs `accounts` (positions)."""
        return self.judge_each([accounts])[0]

    def judge_each(self, groups: Sequence[Ints]) -> list[Judgement]:
        """The same of many sets of accounts, measured and read together where they are judged
        beside the same ordinary groups."""
        asked = [self._asked(accounts) for accounts in groups]
        together: dict[tuple[int, int], list[int]] = {}
        for number, (_, beside) in enumerate(asked):
            own = -1 if beside.whole else number
            together.setdefault((id(beside.drawn), own), []).append(number)
        found: dict[int, Judgement] = {}
        for numbers in together.values():
            beside = asked[numbers[0]][1]
            samples = [asked[number][0] for number in numbers]
            judged = self._judged([groups[number] for number in numbers], samples, beside)
            found.update(zip(numbers, judged, strict=True))
        return [found[number] for number in range(len(groups))]

    def _asked(self, accounts: Ints) -> tuple[Ints, OrdinaryGroups]:
        """Who speaks for the accounts, and what they are judged beside."""
        population = self._population
        sample = sampled(accounts, population)
        activity = float(np.median(population.exchanges[accounts]))
        beside = self._ordinary.like(len(sample), activity, accounts)
        return thinned(sample, beside.size), beside

    def _judged(
        self, groups: Sequence[Ints], samples: Sequence[Ints], beside: OrdinaryGroups
    ) -> list[Judgement]:
        held = self._ordinary.measuring.of_each(samples)
        readings = carried_over(self._ordinary.readings(held, beside), self._drift)
        weighed = [
            frozenset(layer.name for layer in LAYERS if layer.has_something(each))
            for each in apart(readings, len(groups))
        ]
        fused = fuse_each(readings, weighed, self._calibration)
        if self._drift.outside:
            unlike = fuse_each(without(readings, self._drift), weighed, self._calibration)
            fused = [each.widened(other.log10) for each, other in zip(fused, unlike, strict=True)]
        return [
            Judgement(
                groups[number], fused[number], self._drift,
                {name: float(value[number]) for name, value in held.items()},
                fused[number].readings, beside,
            )
            for number in range(len(groups))
        ]  # fmt: skip


def _shortfall(fused: Fused, groups: int, drift: Drift) -> str:
    """What keeps "coordinated" from being established."""
    if groups < FEWEST_GROUPS:
        return "too few other accounts to tell what is ordinary here"
    if drift.withheld:
        return "the population is unlike those that the calibration was fitted on"
    if fused.log10 < ESTABLISHED:
        return f"the evidence together stays below a log10 LR of {ESTABLISHED:g}"
    if fused.together.lower < ESTABLISHED_WITHOUT_ANY:
        return "without one of its layers too little evidence remains"
    return ""


def sampled(accounts: Ints, population: Population) -> Ints:
    """At most the largest group size of the accounts that have rows in the pool, ascending."""
    pooled = accounts[population.row[accounts] >= 0]
    return thinned(pooled, SIZES[-1])


def thinned(accounts: Ints, size: int) -> Ints:
    """A sample of at most `size` of the accounts, ascending; the same one for the same accounts."""
    if len(accounts) <= size:
        return accounts
    rng = np.random.default_rng((len(accounts), size))
    return np.sort(rng.choice(accounts, size, replace=False))
