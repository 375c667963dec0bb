"""Measures groups of one population by every statistic, each single group once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Final

import numpy as np

from gauger.find.linkage.ties import KINDS, Ties
from gauger.model.population import Floats, Ints, Population
from gauger.weigh.statistics import Statistic

MOST_THINGS: Final = 400
"""Things of one kind that natural groups are drawn from."""
_FEWEST_HOLDERS: Final = 5
_WORTH_THREADS: Final = 100
"""With fewer groups, handing statistics to threads costs more than they take."""


class Measuring:
    """Statistics of groups of accounts of one population, and the natural groups in it.

    Statistics are independent of each other, so `threads` of them are worked out at a time.
    """

    def __init__(
        self,
        population: Population,
        ties: Ties,
        statistics: Sequence[Statistic],
        threads: int = 1,
    ) -> None:
        self.population = population
        self.statistics = tuple(statistics)
        self._ties = ties
        self._threads = threads
        self._known: dict[bytes, dict[str, Floats]] = {}

    def of(self, groups: Ints) -> dict[str, Floats]:
        """Every statistic of the given groups (rows), by name."""
        if self._threads > 1 and len(groups) >= _WORTH_THREADS:
            with ThreadPoolExecutor(self._threads) as pool:
                found = list(
                    pool.map(lambda held: held.of(self.population, groups), self.statistics)
                )
        else:
            found = [statistic.of(self.population, groups) for statistic in self.statistics]
        return {held.name: values for held, values in zip(self.statistics, found, strict=True)}

    def of_one(self, accounts: Ints) -> dict[str, Floats]:
        """Every statistic of one group; several looks at a network ask for the same."""
        self._measure([accounts])
        return self._known[accounts.tobytes()]

    def of_each(self, groups: Sequence[Ints]) -> dict[str, Floats]:
        """The same of several groups, all of one size."""
        self._measure(groups)
        held = [self._known[accounts.tobytes()] for accounts in groups]
        return {
            statistic.name: np.array([values[statistic.name][0] for values in held])
            for statistic in self.statistics
        }

    def _measure(self, groups: Sequence[Ints]) -> None:
        unknown = {accounts.tobytes(): accounts for accounts in groups}
        unknown = {key: held for key, held in unknown.items() if key not in self._known}
        if unknown:
            found = self.of(np.array(list(unknown.values())))
            for number, key in enumerate(unknown):
                self._known[key] = {
                    name: values[number : number + 1] for name, values in found.items()
                }

    @cached_property
    def holders(self) -> list[list[Ints]]:
        """Pooled holders of things, grouped by the thing's kind, widest-held things first."""
        ties = self._ties
        pooled = self.population.row[ties.account] >= 0
        account, thing = ties.account[pooled].astype(np.int64), ties.thing[pooled]
        starts = np.flatnonzero(np.diff(thing, prepend=-1))
        lengths = np.diff(starts, append=len(thing))
        by_kind: list[list[Ints]] = []
        for kind in range(len(KINDS)):
            enough = (ties.kinds[thing[starts]] == kind) & (lengths >= _FEWEST_HOLDERS)
            widest = np.flatnonzero(enough)
            widest = widest[np.argsort(-lengths[widest], kind="stable")][:MOST_THINGS]
            if len(widest):
                by_kind.append([account[starts[n] : starts[n] + lengths[n]] for n in widest])
        return by_kind
