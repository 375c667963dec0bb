"""Fits a calibration on cases of known truth, and says how good it is on worlds left out.

Worlds are left out of the fit by turns; what the models say of the worlds they have not seen
gives the final calibration, the bounds and the figures (metrics and ELUB bounds by `lir`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from gauger.model.population import Floats
from gauger.weigh.calibration.additive import additive, design, fit_additive, unit_weights
from gauger.weigh.calibration.cases import Bools, Cases
from gauger.weigh.calibration.metrics import bounds, figures, rescaled
from gauger.weigh.calibration.model import Component, Figures, Layers, Weight
from gauger.weigh.calibration.one_thread import one_thread
from gauger.weigh.evidence.membership import SOMETIMES, families_of
from gauger.weigh.layers import LAYERS

FOLDS: Final = 5
OPTIONAL: Final = ("infrastructure", "identity")
"""Layers that a provider's logs often have nothing for."""


@dataclass(frozen=True, slots=True)
class Task:
    """One weight to fit: cases, which of them are true, and the statistics it may use."""

    cases: Cases
    true: Bools
    components: Mapping[str, float]
    names: tuple[str, ...]


def layer_sets() -> Iterator[Layers]:
    """Every set of layers that a weight is fitted for."""
    names = [layer.name for layer in LAYERS]
    for size in range(1, len(names) + 1):
        yield from (frozenset(chosen) for chosen in combinations(names, size))


def statistics_of(layers: Layers) -> tuple[str, ...]:
    """Names of the statistics of some layers."""
    return tuple(
        statistic.name for layer in LAYERS if layer.name in layers for statistic in layer.statistics
    )


def fit_coordination(
    cases: Cases, components: Mapping[str, float], processes: int
) -> dict[Layers, Weight]:
    """Weights for "one operator runs these accounts", for every set of layers."""
    sets = list(layer_sets())
    tasks = [Task(cases, cases.operated, components, statistics_of(held)) for held in sets]
    return dict(zip(sets, _fitted(tasks, processes), strict=True))


def fit_extraction(
    cases: Cases, explanations: Sequence[str], indicators: Sequence[str], processes: int
) -> dict[str, dict[Layers, Weight]]:
    """Weights for "harvesting" against each ordinary explanation."""
    keys: list[tuple[str, Layers]] = []
    tasks: list[Task] = []
    every = frozenset(layer.name for layer in LAYERS)
    for explanation in explanations:
        chosen = cases.harvests | (cases.explanation == explanation)
        held = cases.where(chosen)
        for left in (frozenset(), *map(frozenset, _subsets(OPTIONAL))):
            names = (*statistics_of(every - frozenset(OPTIONAL) | left), *indicators)
            keys.append((explanation, left))
            tasks.append(Task(held, held.harvests, {"": 1.0}, names))
    found: dict[str, dict[Layers, Weight]] = {}
    for (explanation, left), weight in zip(keys, _fitted(tasks, processes), strict=True):
        found.setdefault(explanation, {})[left] = weight
    return found


def fit_membership(cases: Cases, processes: int) -> dict[Layers, Weight]:
    """Weights for "this account belongs to the network", for every set of families that logs may
    have something for; the cases are accounts, read family by family."""
    sets = [frozenset(held) for held in ((), *_subsets(SOMETIMES))]
    tasks = [Task(cases, cases.operated, {"": 1.0}, families_of(held)) for held in sets]
    return dict(zip(sets, _fitted(tasks, processes), strict=True))


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(names) + 1):
        yield from combinations(names, size)


def _fitted(tasks: list[Task], processes: int) -> list[Weight]:
    if processes == 1:
        return [fit_weight(task) for task in tasks]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(fit_weight, tasks, chunksize=1))


def fit_weight(task: Task) -> Weight:
    """One weight, with figures from worlds left out by turns."""
    with one_thread():
        return _left_out_by_turns(task)


def _left_out_by_turns(task: Task) -> Weight:
    cases, pieces = task.cases, design(task.cases.readings, task.names)
    worlds = np.unique(cases.world)
    fold = np.searchsorted(worlds, cases.world) % FOLDS
    whole = _fit(task, pieces, np.ones(len(cases), np.bool_))
    left_out = np.zeros(len(cases))
    for turn in range(FOLDS):
        parts = _components(task, _fit(task, pieces, fold != turn, whole))
        held = cases.where(fold == turn)
        left_out[fold == turn] = Weight(parts, *_AS_IT_IS).raw(held.readings)
    scores, true = left_out[cases.counted], task.true[cases.counted]
    scale, shift = rescaled(scores, true)
    lrs = scale * scores + shift
    lower, upper = bounds(lrs, true)
    return Weight(
        _components(task, whole),
        round(scale, 4), round(shift, 4), round(lower, 2), round(upper, 2),
        figures(np.clip(lrs, lower, upper), true, len(worlds)),
    )  # fmt: skip


def _fit(
    task: Task, pieces: Floats, seen: Bools, start: Mapping[str, Floats] | None = None
) -> dict[str, Floats]:
    """Weights of every component from the seen cases."""
    fitted: dict[str, Floats] = {}
    for name in task.components:
        chosen = seen & (~task.true | ((task.cases.component == name) if name else True))
        true = task.true[chosen]
        weight = unit_weights(true, task.cases.world[chosen], task.cases.unit[chosen])
        begin = None if start is None else start[name]
        fitted[name] = fit_additive(pieces[chosen], true, weight, begin)
    return fitted


def _components(task: Task, fitted: Mapping[str, Floats]) -> tuple[Component, ...]:
    return tuple(
        Component(name, share, additive(fitted[name], task.names))
        for name, share in task.components.items()
    )


_AS_IT_IS: Final = (1.0, 0.0, -np.inf, np.inf, Figures(0, 0, 0, 1.0, 1.0))
