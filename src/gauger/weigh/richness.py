"""How much of a source of tasks its samples have seen: Good-Turing and Chao1.

Coverage: I. J. Good, *The population frequencies of species and the estimation of population
parameters*, Biometrika 40 (1953). Lower bound: A. Chao, *Nonparametric estimation of the number of
classes in a population*, Scandinavian Journal of Statistics 11 (1984), in the form corrected for
bias, which also stands where no task came twice; interval: A. Chao, *Estimating the population
size for capture-recapture data with unequal catchability*, Biometrics 43 (1987). Effective number:
M. O. Hill, *Diversity and evenness*, Ecology 54 (1973), of order 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gauger.model.taken import Richness

Z_95: Final = 1.959963984540054
FEWEST_REPEATS: Final = 10
"""Samples that asked for a task again, below which the size of the source is not estimated: the
estimate rests on them alone, and one chance repeat among thousands of samples would put it at
millions. Set by judgement, in the range that capture-recapture asks for."""
PLANNED_SHARE: Final = 0.8
"""Part of the tasks that must have come equally often, twice or more, to look like a plan: drawn
at random, fewer than a third do."""
PLANNED_FEWEST: Final = 20
"""Tasks below which even numbers say nothing."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How many tasks came how often: pairs (times, tasks), times from 1 and each once."""

    counts: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Frequencies:
        """The pairs in order of times."""
        return cls(tuple(sorted(pairs)))

    @property
    def samples(self) -> int:
        """Samples in all."""
        return sum(times * tasks for times, tasks in self.counts)

    @property
    def tasks(self) -> int:
        """Distinct tasks."""
        return sum(tasks for _, tasks in self.counts)

    def that_came(self, times: int) -> int:
        """Tasks that came exactly so often."""
        return dict(self.counts).get(times, 0)


def richness(frequencies: Frequencies) -> Richness:
    """Counts, and the estimates that they carry.

    Without samples there is no coverage. Where no task came twice, coverage is 0 and the size of
    the source cannot be estimated: every size that is large enough fits alike. Few repeats are
    hardly better.
    """
    samples, tasks = frequencies.samples, frequencies.tasks
    once, twice = frequencies.that_came(1), frequencies.that_came(2)
    estimable = samples - tasks >= FEWEST_REPEATS
    at_least = lower_bound(tasks, once, twice) if estimable else None
    lower, upper = (None, None) if at_least is None else interval(tasks, once, twice)
    return Richness(
        samples=samples,
        tasks=tasks,
        once=once,
        twice=twice,
        coverage=1 - once / samples if samples else None,
        at_least=at_least,
        lower=lower,
        upper=upper,
        planned=_planned(frequencies),
    )


def lower_bound(tasks: int, once: int, twice: int) -> float:
    """Chao1, from the tasks seen, those that came once and those that came twice."""
    return tasks + once * (once - 1) / (2 * (twice + 1))


def interval(tasks: int, once: int, twice: int) -> tuple[float, float] | tuple[None, None]:
    """Log-normal 95% interval of `lower_bound`: the unseen part cannot be negative."""
    at_least = lower_bound(tasks, once, twice)
    unseen = at_least - tasks
    if unseen <= 0:
        # Nothing is added to what was counted, and the formula has no spread for nothing.
        return None, None
    spread = math.exp(Z_95 * math.sqrt(math.log1p(_variance(once, twice, at_least) / unseen**2)))
    return tasks + unseen / spread, tasks + unseen * spread


def _variance(once: int, twice: int, at_least: float) -> float:
    if twice == 0:
        return once * (once - 1) / 2 + once * (2 * once - 1) ** 2 / 4 - once**4 / (4 * at_least)
    return (
        once * (once - 1) / (2 * (twice + 1))
        + once * (2 * once - 1) ** 2 / (4 * (twice + 1) ** 2)
        + once**2 * twice * (once - 1) ** 2 / (4 * (twice + 1) ** 4)
    )


def _planned(frequencies: Frequencies) -> int | None:
    """How often nearly every task came, twice or more; None where chance would do."""
    if frequencies.tasks < PLANNED_FEWEST:
        return None
    times, tasks = max(frequencies.counts, key=lambda pair: pair[1])
    return times if times > 1 and tasks >= PLANNED_SHARE * frequencies.tasks else None


def effective_number(counts: Iterable[int]) -> float | None:
    """exp of the Shannon entropy of shares; None where there is nothing to share."""
    held = [count for count in counts if count > 0]
    total = sum(held)
    if not total:
        return None
    return math.exp(-math.fsum(count / total * math.log(count / total) for count in held))
