"""How like a network's accounts another one is in what it does, whatever it shares with them.

Who shares no address, card or frame with the others may still keep their hours, ask in their
shapes and for their subjects. For each habit the network's exchanges and those of outsiders give
two distributions over buckets; an account's score is the mean log ratio of its exchanges under
the two, and its LR is how frequent scores like its own are among the members, itself left out,
and among outsiders. Where the members differ from each other as outsiders do, that is no evidence.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.once import once
from gauger.model.population import Floats, Ints, Population, Spread
from gauger.weigh.evidence.classes import MEMBER, NEITHER, OUTSIDER, STANDINGS, class_lr
from gauger.weigh.evidence.kernels import log_ratios, scored, scored_all
from gauger.weigh.evidence.outsiders import Outsiders

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
_CLASSES: Final = len(_QUANTILES) + 1
UNKNOWN: Final = STANDINGS * _CLASSES
"""The class of an account that cannot be compared, of which nothing is said."""
_MEMBERS: Final = 128
_OUTSIDERS: Final = 800
_RECENT: Final = 4
"""Samples of outsiders that are remembered, with what was gathered of them."""
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
        self._recent: OrderedDict[bytes, Outsiders] = OrderedDict()
        self._lock = Lock()

    def to(self, members: Ints, outsiders: NDArray[np.bool_]) -> LikenessTo:
        """What tells `members` from outsiders; a member that is flagged as one is none."""
        outside = outsiders
        if outsiders[members].any():
            outside = outsiders.copy()
            outside[members] = False
        inside = evenly(members[self._population.row[members] >= 0], _MEMBERS)
        return LikenessTo(self._population, inside, self._outside(outside))

    def log10(
        self, accounts: Ints, members: Ints, outsiders: NDArray[np.bool_]
    ) -> dict[str, Floats]:
        """log10 LR of every account for being like `members`, by habit; 0 where nothing is known.

        `outsiders` flags the accounts taken as not belonging.
        """
        like = self.to(members, outsiders)
        classes = like.classes(accounts)
        return {name: like.lr[number][classes[:, number]] for number, name in enumerate(HABITS)}

    def _outside(self, outsiders: NDArray[np.bool_]) -> Outsiders:
        """A sample of the outsiders, the same for as long as they are."""
        first = self._shuffled[: 2 * _OUTSIDERS]
        chosen = first[outsiders[first]]
        if len(chosen) < _OUTSIDERS:
            chosen = self._shuffled[outsiders[self._shuffled]]
        chosen = chosen[:_OUTSIDERS]
        with self._lock:
            key = chosen.tobytes()
            held = self._recent.pop(key, None) or Outsiders(self._population, chosen)
            self._recent[key] = held
            if len(self._recent) > _RECENT:
                self._recent.popitem(last=False)
        return held


@dataclass(frozen=True)
class LikenessTo:
    """What tells accounts that are `inside` a network from some `outside`, habit by habit."""

    population: Population
    inside: Ints
    outside: Outsiders

    @once
    def lr(self) -> Floats:
        """log10 LR of every class of a habit (rows); the last class says nothing."""
        return np.vstack([habit.lr for habit in self._habits])

    def classes(self, accounts: Ints) -> NDArray[np.uint8]:
        """The class of every account in each habit (columns)."""
        found = np.full((len(accounts), len(HABITS)), UNKNOWN, np.uint8)
        pooled = self.population.row[accounts] >= 0
        asked = accounts[pooled]
        if not len(asked):
            return found
        rows = self.population.row[asked]
        member, outsider = _places(self.inside, asked), _places(self.outside.accounts, asked)
        standing = np.where(member >= 0, MEMBER, np.where(outsider >= 0, OUTSIDER, NEITHER))
        itself = np.flatnonzero(member >= 0)
        for number, habit in enumerate(self._habits):
            if habit.spreads:
                scores, known = habit.scores(rows)
                scores[itself] = habit.members[member[itself]]
                found[pooled, number] = np.where(known, habit.classes(scores, standing), UNKNOWN)
        return found

    @once
    def _habits(self) -> list[_Habit]:
        if len(self.inside) < _FEWEST_MEMBERS or len(self.outside.accounts) < _FEWEST_OUTSIDERS:
            return [_NO_HABIT] * len(HABITS)
        inside = self.population.row[self.inside]
        return [
            _Habit.of(self.population, names, inside, self.outside) for names in HABITS.values()
        ]


def evenly(accounts: Ints, most: int) -> Ints:
    """At most so many of them, evenly spaced."""
    if len(accounts) <= most:
        return accounts
    return np.asarray(accounts[np.linspace(0, len(accounts) - 1, most).astype(np.int64)])


def _places(among: Ints, accounts: Ints) -> Ints:
    """The place of each account among those, -1 where it is none of them."""
    if not len(among):
        return np.full(len(accounts), -1)
    order = np.argsort(among)
    ascending = among[order]
    at = np.minimum(np.searchsorted(ascending, accounts), len(among) - 1)
    return np.where(ascending[at] == accounts, order[at], -1)


@dataclass(frozen=True)
class _Habit:
    """One habit of members and outsiders: where scores are cut, and what each class says."""

    spreads: Sequence[Spread]
    ratios: Sequence[Floats]
    """Log ratio of every bucket, one array per spread."""
    members: Floats
    """Scores of the members, each left out of its own comparison."""
    edges: Floats
    lr: Floats

    @classmethod
    def of(
        cls, population: Population, names: Sequence[str], inside: Ints, outside: Outsiders
    ) -> _Habit:
        """Of the features with these `names`, from the rows of members and from outsiders."""
        names = [name for name in names if name in population.spreads]
        if not names:
            return _NO_HABIT
        spreads = [population.spreads[name] for name in names]
        theirs = [outside.spread(name) for name in names]
        ratios = []
        members, others = np.zeros(len(inside)), np.zeros(len(outside.accounts))
        for spread, held in zip(spreads, theirs, strict=True):
            whole, ours = log_ratios(spread.start, spread.bucket, spread.share, inside, held.chance)
            ratios.append(whole)
            members += ours
            others += scored_all(held.start, held.bucket, held.share, whole)
        members, others = np.round(members, _DECIMALS), np.round(others, _DECIMALS)
        within = members[_known(spreads, inside)]
        beyond = others[np.any([held.known for held in theirs], axis=0)]
        if len(within) < _FEWEST_MEMBERS or len(beyond) < _FEWEST_OUTSIDERS:
            return _NO_HABIT
        # Who ties with a quantile lies no further out than it.
        edges = quantiles(beyond, _QUANTILES)
        lr = class_lr(_counted(edges, within), _counted(edges, beyond))
        return cls(spreads, ratios, members, edges, np.append(lr.ravel(), 0.0))

    def scores(self, rows: Ints) -> tuple[Floats, NDArray[np.bool_]]:
        """Score of every row, and whether it has any."""
        scores = np.zeros(len(rows))
        for spread, whole in zip(self.spreads, self.ratios, strict=True):
            scores += scored(spread.start, spread.bucket, spread.share, whole, rows)
        # Equal up to rounding is equal: sums in another order must not make evidence.
        return np.round(scores, _DECIMALS), _known(self.spreads, rows)

    def classes(self, scores: Floats, standing: Ints) -> Ints:
        """The class of each score."""
        return standing * _CLASSES + np.searchsorted(self.edges, scores, side="left")


_NO_HABIT: Final = _Habit((), (), np.empty(0), np.empty(0), np.zeros(UNKNOWN + 1))
"""Where too little is known."""


def _known(spreads: Sequence[Spread], rows: Ints) -> NDArray[np.bool_]:
    """Rows with an exchange under any of the features."""
    known = np.zeros(len(rows), np.bool_)
    for spread in spreads:
        known |= spread.known[rows]
    return known


def quantiles(values: Floats, at: Sequence[float]) -> Floats:
    """The same as NumPy's, which takes longer to be called than this to be worked out."""
    ascending = np.sort(values)
    place = (len(ascending) - 1) * np.asarray(at)
    low = np.floor(place).astype(np.int64)
    below, above = ascending[low], ascending[np.minimum(low + 1, len(ascending) - 1)]
    part, step = place - low, above - below
    return np.asarray(np.where(part >= 0.5, above - step * (1 - part), below + step * part))


def _counted(edges: Floats, scores: Floats) -> Ints:
    """How many scores fall in each class."""
    return np.bincount(np.searchsorted(edges, scores, side="left"), minlength=len(edges) + 1)
