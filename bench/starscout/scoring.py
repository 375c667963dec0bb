"""Layer scores of groups of accounts, beside random groups, as a scan's screening gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.starscout.profiled import Profiled
from gauger.find.linkage.candidates import MIN_ACCOUNTS, Candidate
from gauger.model.population import Floats, Ints
from gauger.weigh.calibration import shipped
from gauger.weigh.evidence.fusing import fuse_many
from gauger.weigh.evidence.membership import Membership
from gauger.weigh.evidence.reading import FEWEST_GROUPS, Readings
from gauger.weigh.judge import sampled, thinned
from gauger.weigh.layers import LAYERS, Layer
from gauger.weigh.layers.lifecycle import LIFECYCLE
from gauger.weigh.layers.timing import TIMING
from gauger.weigh.measuring import Measuring
from gauger.weigh.ordinary import Ordinary
from gauger.weigh.screen import SCREENING_GROUPS

SHOWN: Final = (TIMING, LIFECYCLE)
ALL: Final = "both layers together"
SUPPORT: Final = 0.5
"""log10 LR of a layer by itself from which it is said to support one operator."""
_APART: Final = 0.1


@dataclass(frozen=True)
class Scores:
    """By name of layer, statistic or `ALL`: one number per group, higher for one operator."""

    by_name: dict[str, Floats]


class Scorer:
    """Scores groups beside random groups of like size and activity from the same accounts."""

    def __init__(self, profiled: Profiled) -> None:
        self._population = profiled.population
        statistics = tuple(s for layer in LAYERS for s in layer.statistics)
        measuring = Measuring(profiled.population, profiled.ties, statistics)
        self._ordinary = Ordinary(measuring, natural=False, groups=SCREENING_GROUPS)

    def score(self, groups: Sequence[Ints]) -> Scores:
        """Scores of groups of pooled accounts; NaN where the layers could not be evaluated."""
        names = [ALL, *(layer.name for layer in SHOWN)]
        names += [statistic.name for layer in SHOWN for statistic in layer.statistics]
        out = {name: np.full(len(groups), np.nan) for name in names}
        for kind, numbers in self._by_kind(groups).items():
            beside = self._ordinary.of_kind(kind)
            if len(beside) < FEWEST_GROUPS:
                continue
            padded = np.full((len(numbers), beside.size), -1, np.int64)
            for row, number in enumerate(numbers):
                # As a scan does: several statistics move with the size of a group alone.
                kept = thinned(groups[number], beside.size)
                padded[row, : len(kept)] = kept
            values = self._ordinary.measuring.of(padded)
            readings = self._ordinary.readings(values, beside)
            weight = shipped().coordination(frozenset(layer.name for layer in SHOWN))
            if weight is not None:
                # Ranks are wanted, so nothing is held within bounds.
                out[ALL][numbers] = weight.raw(readings)
            for layer in SHOWN:
                out[layer.name][numbers] = by_itself(layer, readings, len(numbers))
                for statistic in layer.statistics:
                    out[statistic.name][numbers] = statistic.telling * values[statistic.name]
        return Scores(out)

    def _by_kind(self, groups: Sequence[Ints]) -> dict[tuple[int, int], list[int]]:
        found: dict[tuple[int, int], list[int]] = {}
        for number, group in enumerate(groups):
            activity = float(np.median(self._population.exchanges[group]))
            found.setdefault(self._ordinary.kind_of(len(group), activity), []).append(number)
        return found


def by_itself(layer: Layer, readings: Readings, groups: int) -> Floats:
    """log10 LR of one layer alone, of many groups."""
    return fuse_many(readings, frozenset({layer.name}), shipped(), groups)


def coincidence(trait: Ints, groups: Sequence[Ints]) -> Floats:
    """Part of a group's pairs of accounts that have the trait's value in common.

    The baseline beside `Clumping`, which lets the median account speak and so sees nothing until
    half of a group coincides.
    """
    shares = []
    for group in groups:
        met = np.unique(trait[group], return_counts=True)[1]
        shares.append((met * (met - 1)).sum() / max(len(group) * (len(group) - 1), 1))
    return np.array(shares, np.float64)


def weighable(profiled: Profiled) -> list[tuple[Candidate, Ints]]:
    """Candidates that the layers can look at, with the accounts they look at.

    Only candidates that share hardly anybody with one before: those of several views overlap,
    and a group must not count several times.
    """
    taken = np.zeros(profiled.population.size, np.bool_)
    found: list[tuple[Candidate, Ints]] = []
    for candidate in sorted(profiled.candidates, key=lambda each: len(each.accounts)):
        seen = sampled(candidate.accounts, profiled.population)
        if len(seen) >= MIN_ACCOUNTS and taken[candidate.accounts].mean() <= _APART:
            taken[candidate.accounts] = True
            found.append((candidate, seen))
    return found


def lookalikes(groups: Sequence[Ints], strata: Ints, able: Ints, seed: int) -> list[Ints]:
    """For every group, accounts outside it drawn from its members' own strata."""
    rng = np.random.default_rng(seed)
    by_stratum = {int(s): able[strata[able] == s] for s in np.unique(strata[able])}
    drawn: list[Ints] = []
    for group in groups:
        chosen: list[int] = []
        for stratum, count in zip(*np.unique(strata[group], return_counts=True), strict=True):
            free = np.setdiff1d(by_stratum[int(stratum)], group)
            chosen += rng.choice(free, min(int(count), len(free)), replace=False).tolist()
        drawn.append(np.sort(np.array(chosen, np.int64)))
    return drawn


def best_own_evidence(profiled: Profiled, candidates: Sequence[Candidate]) -> Floats:
    """Every account's strongest own evidence for belonging to a candidate that holds it.

    NaN for accounts that no candidate holds.
    """
    best = np.full(profiled.population.size, np.nan)
    everybody = np.ones(profiled.population.size, np.bool_)
    membership = Membership(profiled.population, profiled.ties, shipped())
    for candidate in candidates:
        held = membership.of(candidate.accounts, everybody).of(candidate.accounts).log10
        best[candidate.accounts] = np.fmax(best[candidate.accounts], held)
    return best
