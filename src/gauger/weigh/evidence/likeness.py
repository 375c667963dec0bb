"""How like a network's accounts another one is in what it does, whatever it shares with them.

Who shares no address, card or frame with the others may still keep their hours, ask in their
shapes and for their subjects. For each habit the network's exchanges and those of outsiders give
two distributions over buckets; an account's score is the mean log ratio of its exchanges under
the two, and its LR is how frequent scores like its own are among the members, itself left out,
and among outsiders. Where the members differ from each other as outsiders do, that is no evidence.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.population import Floats, Ints, Population, Spread
from gauger.weigh.evidence.classes import MEMBER, OUTSIDER, class_lr

HABITS: Final = {
    "hours": ("hour", "pause"),
    "shape": ("prompt length", "answer length", "turn", "parameters", "script"),
    "gear": ("client", "model"),
    "subject": ("wording", "capability"),
    "origin": ("range", "block"),
}
"""Spreads that are one habit."""

_QUANTILES: Final = (0.5, 0.8, 0.95, 0.99, 0.998)
"""Of outsiders' scores: where classes of scores are cut."""
_MEMBERS: Final = 128
_OUTSIDERS: Final = 800
_FEWEST_MEMBERS: Final = 4
_FEWEST_OUTSIDERS: Final = 100
_SEED: Final = 20261121


class Likeness:
    """Compares pooled accounts of one population with groups of them."""

    def __init__(self, population: Population) -> None:
        self._population = population
        pooled = np.flatnonzero(population.row >= 0)
        self._shuffled = np.random.default_rng(_SEED).permutation(pooled)

    def log10(
        self, accounts: Ints, members: Ints, outsiders: NDArray[np.bool_]
    ) -> dict[str, Floats]:
        """log10 LR of every account for being like `members`, by habit; 0 where nothing is known.

        `outsiders` flags the accounts taken as not belonging; no member is among them.
        """
        row = self._population.row
        inside = members[row[members] >= 0][:_MEMBERS]
        outside = self._shuffled[outsiders[self._shuffled]][:_OUTSIDERS]
        if len(inside) < _FEWEST_MEMBERS or len(outside) < _FEWEST_OUTSIDERS:
            return {name: np.zeros(len(accounts)) for name in HABITS}
        asked = accounts[row[accounts] >= 0]
        at = row[accounts] >= 0
        found: dict[str, Floats] = {}
        for name, features in HABITS.items():
            spreads = [
                self._population.spreads[feature]
                for feature in features
                if feature in self._population.spreads
            ]
            scores = sum(
                (_scores(spread, row[inside], row[outside], row[asked]) for spread in spreads),
                start=np.zeros(len(inside) + len(outside) + len(asked)),
            )
            found[name] = np.zeros(len(accounts))
            found[name][at] = _lr(scores, inside, outside, asked)
        return found


def _scores(spread: Spread, inside: Ints, outside: Ints, asked: Ints) -> Floats:
    """Mean log ratio of the exchanges of the members (each left out of its own comparison), the
    outsiders and those asked for, one after the other; 0 for those without any."""
    share, known = spread.share, spread.known
    within = share[inside].astype(np.float64)
    among = share[outside]
    total, count = within.sum(axis=0), float(known[inside].sum())
    chance = among.sum(axis=0, dtype=np.float64) + 1.0 / share.shape[1]
    chance /= chance.sum()
    # A pseudo-account of outsiders' habits keeps what no member does from being impossible.
    whole = np.log((total + chance) / (chance * (count + 1.0)))
    apart = np.log((total - within + chance) / (chance * (count - known[inside][:, None] + 1.0)))
    place = {int(row): number for number, row in enumerate(inside)}
    others = share[asked] @ whole
    for number, row in enumerate(asked):
        own = place.get(int(row))
        if own is not None:
            others[number] = within[own] @ apart[own]
    return np.concatenate([(within * apart).sum(axis=1), among @ whole, others])


def _lr(scores: Floats, inside: Ints, outside: Ints, asked: Ints) -> Floats:
    """LR of the class of scores that each account asked for falls in."""
    many = len(inside) + len(outside)
    edges = np.quantile(scores[len(inside) : many], _QUANTILES)
    of = np.searchsorted(edges, scores, side="right")
    bins = len(edges) + 1
    count_in = np.bincount(of[: len(inside)], minlength=bins)
    count_out = np.bincount(of[len(inside) : many], minlength=bins)
    standing = MEMBER * np.isin(asked, inside) + OUTSIDER * np.isin(asked, outside)
    return class_lr(count_in, count_out)[standing, of[many:]]
