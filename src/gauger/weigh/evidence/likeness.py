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
_DECIMALS: Final = 5
"""Of scores, which are sums of single-precision shares."""


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
        inside = _some(members[row[members] >= 0], _MEMBERS)
        outside = self._shuffled[outsiders[self._shuffled]][:_OUTSIDERS]
        found = {name: np.zeros(len(accounts)) for name in HABITS}
        if len(inside) < _FEWEST_MEMBERS or len(outside) < _FEWEST_OUTSIDERS:
            return found
        at = np.flatnonzero(row[accounts] >= 0)
        every = np.concatenate([inside, outside, accounts[at]])
        for name, features in HABITS.items():
            held = [self._population.spreads.get(feature) for feature in features]
            spreads = [spread for spread in held if spread is not None]
            if not spreads:
                continue
            known = np.any([spread.known[row[every]] for spread in spreads], axis=0)
            scores = np.sum(
                [_scores(spread, row[every], len(inside), len(outside)) for spread in spreads],
                axis=0,
            )
            # Equal up to rounding is equal: sums in another order must not make evidence.
            lr = _lr(np.round(scores, _DECIMALS), known, every, len(inside), len(outside))
            found[name][at] = np.where(known, lr, 0.0)[len(inside) + len(outside) :]
        return found


def _some(accounts: Ints, most: int) -> Ints:
    """At most so many of them, evenly spaced."""
    if len(accounts) <= most:
        return accounts
    return np.asarray(accounts[np.linspace(0, len(accounts) - 1, most).astype(np.int64)])


def _scores(spread: Spread, rows: Ints, members: int, outsiders: int) -> Floats:
    """Mean log ratio of the exchanges of every row; the first are `members`, each left out of its
    own comparison, and the next `outsiders`."""
    share, known = spread.share, spread.known
    inside, others = rows[:members], rows[members:]
    within = share[inside].astype(np.float64)
    total, count = within.sum(axis=0), max(float(known[inside].sum()), 1.0)
    chance = share[others[:outsiders]].sum(axis=0, dtype=np.float64) + 1.0 / share.shape[1]
    chance /= chance.sum()
    # A pseudo-account of outsiders' habits keeps what no member does from being impossible. It
    # weighs alike for whoever is left out and whoever is not.
    whole = np.log((total * (count - 1.0) / count + chance) / (chance * count))
    left = np.where(known[inside][:, None], total - within, total * (count - 1.0) / count)
    apart = np.log((left + chance) / (chance * count))
    of_members = (within * apart).sum(axis=1)
    of_others = (share[others] @ whole.astype(np.float32)).astype(np.float64)
    asked = others[outsiders:]
    ascending = np.argsort(inside)
    place = np.minimum(np.searchsorted(inside, asked, sorter=ascending), members - 1)
    itself = inside[ascending[place]] == asked
    of_others[outsiders:][itself] = of_members[ascending[place[itself]]]
    return np.concatenate([of_members, of_others])


def _lr(
    scores: Floats, known: NDArray[np.bool_], accounts: Ints, members: int, outsiders: int
) -> Floats:
    """LR of the class of scores that each account falls in; those not known count in none."""
    compared = members + outsiders
    inside, outside = np.arange(members), np.arange(members, compared)
    inside, outside = inside[known[inside]], outside[known[outside]]
    if len(inside) < _FEWEST_MEMBERS or len(outside) < _FEWEST_OUTSIDERS:
        return np.zeros(len(scores))
    # Who ties with a quantile lies no further out than it.
    edges = np.quantile(scores[outside], _QUANTILES)
    of = np.searchsorted(edges, scores, side="left")
    bins = len(edges) + 1
    count_in = np.bincount(of[inside], minlength=bins)
    count_out = np.bincount(of[outside], minlength=bins)
    standing = MEMBER * np.isin(accounts, accounts[inside])
    standing += OUTSIDER * np.isin(accounts, accounts[outside])
    return np.asarray(class_lr(count_in, count_out)[standing, of])
