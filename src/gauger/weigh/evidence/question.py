"""One question of who belongs to some accounts, and its answer: evidence of every account that
anybody could ask about."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.once import once
from gauger.model.population import Floats, Ints, Population
from gauger.weigh.calibration.model import Classed, Weight
from gauger.weigh.evidence.kernels import kinds_of
from gauger.weigh.evidence.likeness import HABITS, UNKNOWN, LikenessTo
from gauger.weigh.evidence.members import FAMILIES, Shared, rows_of

CAUSES: Final = (
    ("content", "subject"),
    ("infrastructure", "origin"),
    ("identity",),
    ("behaviour", "gear"),
    ("shape",),
    ("hours",),
)
"""Families that one ordinary cause would explain together: one exit gives the same addresses and
the same ranges."""

JOINS: Final = 2.5
"""log10 LR of its own with which an account that nobody proposed joins a network."""
_AT_ONCE: Final = 1 << 16
"""Accounts weighed together: bounds the memory of a question about half a population."""
_NEAR: Final = 1.0
"""log10 LR of a family from which the habits of an account that is no member are compared."""
_FAMILIES: Final = (*FAMILIES, *HABITS)
_IDENTITY: Final = _FAMILIES.index("identity")


@dataclass(frozen=True)
class Ownership:
    """log10 LR of accounts for belonging to the network, with its families; parallel arrays.

    Only members, accounts with evidence enough to join, and those asked for besides stand in
    `accounts` (ascending). All others are given the values of the last row, which are those of
    whoever holds nothing telling: a telling thing may have half a million holders, and of most
    of them no more is ever asked than whether they would join.
    """

    accounts: Ints
    log10: Floats
    lower: Floats
    upper: Floats
    families: dict[str, Floats]
    marked: Floats
    """Part of each account's exchanges that carry content which is telling for the network."""

    def of(self, accounts: Ints) -> Ownership:
        """The rows of the given accounts, in their order."""
        row = rows_of(self.accounts, accounts)
        families = {name: held[row] for name, held in self.families.items()}
        return Ownership(
            accounts, self.log10[row], self.lower[row], self.upper[row], families, self.marked[row]
        )


@dataclass(frozen=True)
class Question:
    """Who belongs to some members? Each part of the answer is worked out when it is asked for:
    most questions are about the members alone, and most who share anything with them are strangers
    whose habits nobody needs.

    Rows are those of `shared`: the members, then accounts that were asked for, then others.
    """

    population: Population
    shared: Shared
    like: LikenessTo
    by_things: Weight
    by_all: Weight
    threads: int

    def everybody(self, besides: Ints | None = None) -> Ownership:
        """Evidence of the members, of all who have enough to join or are asked for besides, and
        of strangers."""
        wanted = np.zeros(len(self.shared.accounts) + 1, np.bool_)
        wanted[self._joining] = True
        if besides is not None:
            asked = np.zeros(self.population.size, np.bool_)
            asked[besides] = True
            wanted[:-1] |= asked[self.shared.accounts] & self.shared.holds
        rows = np.flatnonzero(wanted)
        rows = np.append(rows[np.argsort(self.shared.accounts[rows])], len(self.shared.accounts))
        return self._ownership(rows, (rows < self.shared.members) | self._near(rows))

    @once
    def _joining(self) -> Ints:
        """Rows of the members and of all others with evidence enough to join; where strangers
        have it, those of all who hold anything telling."""
        members, strangers = self.shared.members, np.array([len(self.shared.accounts)])
        others = members + np.flatnonzero(self.shared.holds[members:])
        if self._log10(*self._classed(strangers, np.zeros(1, np.bool_)))[0, 0] < JOINS:
            some = [others[n : n + _AT_ONCE] for n in range(0, len(others), _AT_ONCE)]
            if len(some) > 1:
                # What all rows need is worked out before there are two threads that would.
                _ = self.like.lr
                with ThreadPoolExecutor(self.threads) as pool:
                    joining = list(pool.map(self._joining_of, some))
            else:
                joining = [self._joining_of(each) for each in some]
            others = np.concatenate([others[:0], *joining])
        return np.concatenate([np.arange(members), others])

    def _joining_of(self, rows: Ints) -> Ints:
        # Of a hundred thousand accounts most fall in the same few classes, which say for all of
        # them that no habit could bring them up to it.
        kind, example = kinds_of(self.shared.classes, rows)
        able = self._at_best(example) >= JOINS
        rows = rows[able[kind]]
        joins = self._log10(*self._classed(rows, self._near(rows)))[0] >= JOINS
        return np.asarray(rows[joins])

    def _at_best(self, rows: Ints) -> Floats:
        """The most that accounts with the classes of these rows could have, whether their habits
        are known or not: no habit speaks more for one than the best of its classes does."""
        near, none = self._near(rows), np.zeros(len(rows), np.bool_)
        compared = self._classed(rows, near, at_best=True)[0]
        by_things = self._classed(rows, none)[0]
        return np.asarray(
            np.maximum(self._log10(compared, near)[0], self._log10(by_things, none)[0])
        )

    @once
    def among(self) -> Ownership:
        """Evidence of the members."""
        rows = np.arange(self.shared.members)
        return self._ownership(rows, np.ones(len(rows), np.bool_))

    @once
    def log10_among(self) -> Floats:
        """log10 LR of the members."""
        rows = np.arange(self.shared.members)
        return np.asarray(self._log10(*self._classed(rows, np.ones(len(rows), np.bool_)))[0])

    def about(self, asked: int) -> Ownership:
        """Evidence of so many accounts that were asked for."""
        rows = np.arange(self.shared.members, self.shared.members + asked)
        return self._ownership(rows, self._near(rows))

    def median_reaches(self, least: float, asked: int) -> bool:
        """Whether the median of so many accounts that were asked for has `least`, if nobody's own
        cards speak against it."""
        rows = np.arange(self.shared.members, self.shared.members + asked)
        holds = self.shared.holds[rows]
        strangers = rows[~holds]
        if 2 * len(strangers) > asked:
            # Strangers are all alike.
            rows, holds = strangers[:1], holds[~holds][:1]
        return bool(np.median(self._but_cards(rows, holds)) >= least)

    def medians(self, sizes: Sequence[int]) -> Floats:
        """The median of each of several parts, of so many accounts that were asked for one after
        the other, if nobody's own cards speak against it."""
        rows = np.arange(self.shared.members, self.shared.members + sum(sizes))
        log10 = self._but_cards(rows, self.shared.holds[rows])
        return np.array([np.median(each) for each in np.split(log10, np.cumsum(sizes)[:-1])])

    def _but_cards(self, rows: Ints, compared: NDArray[np.bool_]) -> Floats:
        classed, pooled = self._classed(rows, compared)
        identity = classed.values[_IDENTITY]
        np.maximum(identity, 0.0, out=identity)
        return np.asarray(self._log10(classed, pooled)[0])

    def _near(self, rows: Ints) -> NDArray[np.bool_]:
        """Who shares enough for their habits to be compared."""
        near = np.zeros(len(rows), np.bool_)
        known = np.flatnonzero(rows < len(self.shared.accounts))
        known = known[self.shared.holds[rows[known]]]
        classes = self.shared.classes[rows[known]]
        for number, lr in enumerate(self.shared.lr):
            near[known] |= (lr >= _NEAR)[classes[:, number]]
        return near

    def _ownership(self, rows: Ints, compared: NDArray[np.bool_]) -> Ownership:
        """Evidence of these rows, by their habits as well where they are `compared`."""
        classed, pooled = self._classed(rows, compared)
        without = self._log10(classed, pooled, ((), *CAUSES))
        families = {
            name: classed.values[number][classed.classes[:, number]]
            for number, name in enumerate(_FAMILIES)
        }
        return Ownership(
            self.shared.accounts[rows[rows < len(self.shared.accounts)]], without[0],
            without.min(axis=0), without.max(axis=0), families, self.shared.marked[rows],
        )  # fmt: skip

    def _classed(
        self, rows: Ints, compared: NDArray[np.bool_], *, at_best: bool = False
    ) -> tuple[Classed, NDArray[np.bool_]]:
        """The classes of these rows in every family, and whose habits are known; `at_best` with
        the habits that would say most for them, whatever theirs are."""
        at = np.flatnonzero(compared)
        accounts = self.shared.accounts[rows[at]]
        values = np.zeros((len(_FAMILIES), UNKNOWN + 1))
        values[: len(FAMILIES), : self.shared.lr.shape[1]] = self.shared.lr
        classes = np.full((len(rows), len(_FAMILIES)), UNKNOWN, np.uint8)
        classes[:, : len(FAMILIES)] = self.shared.classes[rows]
        pooled = np.zeros(len(rows), np.bool_)
        if len(at):
            values[len(FAMILIES) :] = self.like.lr
            pooled[at] = self.population.row[accounts] >= 0
            if at_best:
                classes[at, len(FAMILIES) :] = self.like.lr.argmax(axis=1)
            else:
                classes[at, len(FAMILIES) :] = self.like.classes(accounts)
        return Classed(_FAMILIES, values, classes), pooled

    def _log10(
        self,
        classed: Classed,
        pooled: NDArray[np.bool_],
        left_out: Sequence[tuple[str, ...]] = ((),),
    ) -> Floats:
        """One row for each set of families that are left out."""
        log10 = np.empty((len(left_out), len(pooled)))
        for rows, weight in ((pooled, self.by_all), (~pooled, self.by_things)):
            if rows.any():
                log10[:, rows] = weight.log10_classed(classed.of(rows), left_out)
        return log10
