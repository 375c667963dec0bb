"""How like a network's accounts another one is in what it does, whatever it shares with them.

Who shares no address, card or frame with the others may still keep their hours, ask in their
shapes and for their subjects. For each habit the network's exchanges and those of outsiders give
two distributions over buckets; an account's score is the mean log ratio of its exchanges under
the two, and its LR is how frequent scores like its own are among the members, itself left out,
and among outsiders. Where the members differ from each other as outsiders do, that is no evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.population import Floats, Ints, Population, Spread
from gauger.weigh.evidence.classes import MEMBER, NEITHER, OUTSIDER, class_lr
from gauger.weigh.kernels import log_ratios

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
        row, spreads = self._population.row, self._population.spreads
        inside = _some(members[row[members] >= 0], _MEMBERS)
        outside = self._outside(outsiders)
        found = {name: np.zeros(len(accounts)) for name in HABITS}
        if len(inside) < _FEWEST_MEMBERS or len(outside) < _FEWEST_OUTSIDERS:
            return found
        at = np.flatnonzero(row[accounts] >= 0)
        compared = _Compared.of(inside, outside, accounts[at], self._population)
        for name, features in HABITS.items():
            held = [spreads[feature] for feature in features if feature in spreads]
            if held:
                found[name][at] = compared.log10(held)
        return found

    def _outside(self, outsiders: NDArray[np.bool_]) -> Ints:
        """A sample of the outsiders, the same for as long as they are."""
        first = self._shuffled[: 2 * _OUTSIDERS]
        chosen = first[outsiders[first]]
        if len(chosen) < _OUTSIDERS:
            chosen = self._shuffled[outsiders[self._shuffled]]
        return np.asarray(chosen[:_OUTSIDERS])


def _some(accounts: Ints, most: int) -> Ints:
    """At most so many of them, evenly spaced."""
    if len(accounts) <= most:
        return accounts
    return np.asarray(accounts[np.linspace(0, len(accounts) - 1, most).astype(np.int64)])


@dataclass(frozen=True)
class _Compared:
    """Rows of members, of outsiders, and of the accounts that are asked for, one after another.

    `standing` says of each asked account whether it is one of the members or outsiders as well,
    and `member` which of the members; what it says of the others means nothing.
    """

    rows: Ints
    members: int
    outsiders: int
    standing: Ints
    member: Ints

    @classmethod
    def of(cls, inside: Ints, outside: Ints, asked: Ints, population: Population) -> _Compared:
        """From accounts that all have rows."""
        standing = np.full(population.size, NEITHER)
        standing[inside], standing[outside] = MEMBER, OUTSIDER
        member = np.zeros(population.size, np.int64)
        member[inside] = np.arange(len(inside))
        rows = population.row[np.concatenate([inside, outside, asked])]
        return cls(rows, len(inside), len(outside), standing[asked], member[asked])

    def log10(self, spreads: Sequence[Spread]) -> Floats:
        """log10 LR of every asked account by one habit."""
        known = np.zeros(len(self.rows), np.bool_)
        scores = np.zeros(len(self.rows))
        for spread in spreads:
            known |= spread.known[self.rows]
            scores += self._scores(spread)
        # Equal up to rounding is equal: sums in another order must not make evidence.
        return self._lr(np.round(scores, _DECIMALS), known)

    def _scores(self, spread: Spread) -> Floats:
        held, buckets = spread.filled, spread.share.shape[1]
        scores: Floats = log_ratios(
            held.start, held.bucket, held.share, buckets, self.rows, self.members, self.outsiders
        )
        asked, itself = scores[self.members + self.outsiders :], self.standing == MEMBER
        asked[itself] = scores[self.member[itself]]
        return scores

    def _lr(self, scores: Floats, known: NDArray[np.bool_]) -> Floats:
        """LR of the class of scores that each account falls in; those not known count in none."""
        begin = self.members + self.outsiders
        inside = scores[: self.members][known[: self.members]]
        outside = scores[self.members : begin][known[self.members : begin]]
        if len(inside) < _FEWEST_MEMBERS or len(outside) < _FEWEST_OUTSIDERS:
            return np.zeros(len(self.standing))
        # Who ties with a quantile lies no further out than it.
        edges = np.quantile(outside, _QUANTILES)
        lr = class_lr(_counted(edges, inside), _counted(edges, outside))
        of = np.searchsorted(edges, scores[begin:], side="left")
        return np.where(known[begin:], lr[self.standing, of], 0.0)


def _counted(edges: Floats, scores: Floats) -> Ints:
    """How many scores fall in each class."""
    return np.bincount(np.searchsorted(edges, scores, side="left"), minlength=len(edges) + 1)
