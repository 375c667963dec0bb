"""Refits a calibration to a provider's own cases: its curves are kept, their worth is not.

A few dozen cases cannot tell what fifty curves look like. They can tell whether the sum of these
curves is worth, at this provider, what it was worth where the curves were fitted: two numbers,
scale and shift, for every weight. Bounds and figures come from cases that were left out of the
refit by turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from gauger.model.population import Floats
from gauger.weigh.calibration.cases import Bools
from gauger.weigh.calibration.drift import carried_over, drift
from gauger.weigh.calibration.known import WeighedCases
from gauger.weigh.calibration.metrics import bounds, figures, rescaled
from gauger.weigh.calibration.model import Calibration, Layers, Made, Range, Weight
from gauger.weigh.calibration.one_thread import one_thread
from gauger.weigh.calibration.support import FEWEST, Fewest, require
from gauger.weigh.evidence.reading import Readings

TURNS: Final = 200
"""Every case is left out by itself up to so many; beyond, several are left out together."""
_NARROWEST: Final = 0.25


@dataclass(frozen=True, slots=True)
class Refit:
    """One claim on the cases: Cllr of the weight as it was, and the weight as it was refitted.

    `explanation` is the ordinary explanation that extraction is weighed against, "" for "one
    operator runs these accounts".
    """

    explanation: str
    before: float
    weight: Weight


@dataclass(frozen=True, slots=True)
class Kept:
    """An explanation that too few cleared cases name: its weights stay as they were."""

    explanation: str
    cleared: int


@dataclass(frozen=True)
class Recalibrated:
    """A refitted calibration, what it became worth, and what could not be refitted."""

    calibration: Calibration
    one_operator: Refit
    against: tuple[Refit, ...]
    kept: tuple[Kept, ...]
    unfitted: tuple[Layers, ...]
    """Smallest sets of layers that too few cases have something for: what is said together by all
    of one set is not counted."""


def recalibrate(
    weighed: WeighedCases,
    base: Calibration,
    here: Mapping[str, float],
    made: Made,
    fewest: Fewest = FEWEST,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> Recalibrated:
    """Refits `base` to the cases of a population whose statistics have the middles `here`.

    A weight is refitted on the cases in which all of its layers have something to weigh. Where
    these are too few, the weight of fewer layers stands in for it, so that a layer which was
    never tried on this provider's cases adds nothing. Raises UsageError where there are too few
    cases, MissingExtra without `lir`.
    """
    cases = weighed.cases
    require(int(cases.operated.sum()), int((~cases.operated).sum()), fewest, _IN_LOGS)
    drifted = drift(here, base)
    refitting = _Refitting(weighed, carried_over(cases.readings, drifted), fewest)
    total = 1 + len(base.extraction)
    every = np.ones(len(cases), np.bool_)
    operator = refitting.all_of(base.coordinated, every, cases.operated)
    if not operator:
        require(0, 0, fewest, "in which the same layers have something to weigh")
    advance(1, total)
    extraction: dict[str, Mapping[Layers, Weight]] = {}
    against: list[Refit] = []
    kept: list[Kept] = []
    for name, weights in base.extraction.items():
        side = cases.harvests | (cases.explanation == name)
        found = refitting.all_of(weights, side, cases.harvests)
        if found:
            extraction[name] = _standing_in(weights, found)
            against.append(replace(_widest(found), explanation=name))
        else:
            extraction[name] = weights
            kept.append(Kept(name, int((cases.explanation == name).sum())))
        advance(1 + len(extraction), total)
    unfitted = [layers for layers in base.coordinated if layers not in operator]
    return Recalibrated(
        Calibration(
            made, _standing_in(base.coordinated, operator), extraction, base.membership,
            own_ranges(here, base.ranges, drifted.outside),
        ),
        _widest(operator),
        tuple(against),
        tuple(kept),
        tuple(held for held in unfitted if not any(other < held for other in unfitted)),
    )  # fmt: skip


@dataclass(frozen=True)
class _Refitting:
    """The cases that weights are refitted on, and their readings as the base would take them."""

    weighed: WeighedCases
    as_read: Readings
    fewest: Fewest

    def all_of(
        self, weights: Mapping[Layers, Weight], chosen: Bools, true: Bools
    ) -> dict[Layers, Refit]:
        """Refits of one claim for the sets of layers that enough chosen cases have."""
        found: dict[Layers, Refit] = {}
        for layers, weight in weights.items():
            here = chosen & np.array([layers <= held for held in self.weighed.layers], np.bool_)
            side = true[here]
            if side.sum() >= self.fewest.confirmed and (~side).sum() >= self.fewest.cleared:
                before = figures(weight.log10(self.as_read)[here], side, 1).cllr
                raw = weight.raw(self.weighed.cases.readings)[here]
                found[layers] = Refit("", before, refitted(weight, raw, side))
        return found


def _standing_in(
    base: Mapping[Layers, Weight], found: Mapping[Layers, Refit]
) -> dict[Layers, Weight]:
    """A weight for every set of layers of the base that holds a refitted set, the widest."""
    weights: dict[Layers, Weight] = {}
    for layers in base:
        held = {other: refit for other, refit in found.items() if other <= layers}
        if held:
            weights[layers] = _widest(held).weight
    return weights


def _widest(found: Mapping[Layers, Refit]) -> Refit:
    """The refit for most layers; of several the one on most cases."""

    def rank(layers: Layers) -> tuple[int, int, list[str]]:
        figures = found[layers].weight.figures
        return len(layers), figures.true_trials + figures.false_trials, sorted(layers)

    return found[max(found, key=rank)]


_IN_LOGS: Final = "among those that these logs hold enough accounts of"


def own_ranges(
    here: Mapping[str, float],
    base: Mapping[str, Range],
    outside: frozenset[str] = frozenset(),
) -> dict[str, Range]:
    """Ranges around a provider's own middles, by which later scans see whether it has changed.

    One population gives one value per statistic and no range. Curves held across the whole width
    of the worlds they were fitted on, so that width is laid around the provider's own value; a
    statistic that did not vary there, or was never seen, may move by a quarter of its value.
    Where these logs say nothing of a statistic the base keeps its word: curves met it only there.
    So it does of those `outside`, whose levels were moved for the refit and must be for a scan.
    """
    found = dict(base)
    for name, value in here.items():
        if name in outside:
            continue
        held = base.get(name)
        width = 0.0 if held is None else (held.high - held.low) / 2.0
        half = max(width, _NARROWEST * abs(value))
        found[name] = Range(round(value - half, 5), round(value + half, 5))
    return dict(sorted(found.items()))


def refitted(weight: Weight, raw: Floats, true: Bools) -> Weight:
    """The weight with scale, shift, bounds and figures from cases with these raw log10 LRs."""
    with one_thread():
        scale, shift = rescaled(raw, true)
        lrs = _left_out(raw, true)
    lower, upper = bounds(lrs, true)
    return Weight(
        weight.components, round(scale, 4), round(shift, 4), round(lower, 2), round(upper, 2),
        figures(np.clip(lrs, lower, upper), true, 1),
    )  # fmt: skip


def _left_out(raw: Floats, true: Bools) -> Floats:
    """log10 LR of every case by a refit that has not seen it."""
    turn = np.empty(len(raw), np.int64)
    # Dealt out side by side, so that every turn leaves out its part of either side.
    turn[np.argsort(true, kind="stable")] = np.arange(len(raw)) % TURNS
    lrs = np.empty(len(raw))
    for number in range(min(TURNS, len(raw))):
        left = turn == number
        scale, shift = rescaled(raw[~left], true[~left])
        lrs[left] = scale * raw[left] + shift
    return lrs
