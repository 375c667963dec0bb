"""How often the timing layer supports groups of accounts drawn at random: it should hardly ever.

A group is judged beside groups of the largest listed size that is not above its own, so sizes on
that list and sizes just below the next are both tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from bench.starscout.profiled import Profiled
from bench.starscout.scoring import SUPPORT, Scorer
from gauger.model.population import Ints
from gauger.weigh.layers.timing import TIMING
from gauger.weigh.ordinary import ACTIVITY_FLOORS, SIZES

_GROUPS: Final = 200
_LARGEST: Final = 69
_SEED: Final = 20261123


@dataclass(frozen=True, slots=True)
class Supported:
    """Of random groups of one size, the part that timing supports."""

    size: int
    judged_beside: int
    quiet: float
    """Of groups of accounts with two events or more, the fewest that can be weighed."""
    active: float
    """Of groups of accounts with as many events as the reference groups' have."""


def supported_strangers(profiled: Profiled, scorer: Scorer) -> tuple[Supported, ...]:
    """One row per size that the population is large enough for."""
    population = profiled.population
    pooled = population.row >= 0
    quiet = np.flatnonzero(pooled)
    active = np.flatnonzero(pooled & (population.exchanges >= ACTIVITY_FLOORS[0]))
    rng = np.random.default_rng(_SEED)
    rows: list[Supported] = []
    for at, above in pairwise(SIZES):
        for size in (at, above - 1):
            if size <= min(_LARGEST, len(active) // 4):
                shares = (_share(scorer, _drawn(pool, size, rng)) for pool in (quiet, active))
                rows.append(Supported(size, at, *shares))
    return tuple(rows)


def _drawn(pool: Ints, size: int, rng: np.random.Generator) -> list[Ints]:
    return [np.sort(rng.choice(pool, size, replace=False)) for _ in range(_GROUPS)]


def _share(scorer: Scorer, groups: Sequence[Ints]) -> float:
    return float(np.mean(scorer.score(groups).by_name[TIMING.name] >= SUPPORT))


def table(rows: Sequence[Supported]) -> str:
    """The rows in Markdown."""
    lines = [
        "| accounts in the group | judged beside groups of | supported, two stars or more "
        "| supported, three stars or more |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row.size} | {row.judged_beside} | {row.quiet:.3f} | {row.active:.3f} |" for row in rows
    ]
    return "\n".join(lines)
