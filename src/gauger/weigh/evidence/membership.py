"""What all evidence of an account for belonging to a network is worth together.

Families of evidence are dependent (one exit gives address and client), so their LRs are not
added: a calibration weighs them, fitted on accounts of operators and on the strangers that
linkage put beside them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.ties import Ties
from gauger.model.population import Floats, Ints, Population
from gauger.weigh.calibration.model import Calibration, Layers
from gauger.weigh.evidence.likeness import Likeness, evenly
from gauger.weigh.evidence.members import FAMILIES, shared_with
from gauger.weigh.evidence.question import Ownership, Question
from gauger.weigh.evidence.reading import Reading
from gauger.weigh.evidence.telling import Held

ALWAYS: Final = "behaviour"
"""The family that every log has something for."""
HABITUAL: Final = "habits"
"""Stands for the likeness of accounts whose habits were fetched: a sample of a large network's."""
SOMETIMES: Final = ("content", "infrastructure", "identity", HABITUAL)
"""What logs may lack, or what may not be known of an account."""
STRANGE: Final = 0.0
"""log10 LR below which an account is likelier to be a stranger."""
_ENOUGH: Final = 1_000
"""Accounts of a part that speak for all of it, whose median is among the middle of theirs."""
_A_FEW: Final = 64
"""The same where an estimate will do."""
_RECENT: Final = 8
"""Questions kept: one step of a scan asks again what the step before it asked."""
_Key = tuple[bytes, bytes]


def _key(members: Ints, outsiders: NDArray[np.bool_]) -> _Key:
    return members.tobytes(), np.packbits(outsiders).tobytes()


class Membership:
    """Weighs accounts of one population for belonging to networks, with so many `threads` where
    there are many of them."""

    def __init__(
        self, population: Population, ties: Ties, calibration: Calibration, threads: int = 1
    ) -> None:
        self.threads = threads
        self.population = population
        self.ties = ties
        self._likeness = Likeness(population)
        known = families_known(ties)
        self._by_things = calibration.membership[known]
        self._by_all = calibration.membership[known | {HABITUAL}]
        self._recent: OrderedDict[_Key, Question] = OrderedDict()
        self._lock = Lock()
        self._beside = ThreadPoolExecutor(1)
        self._begun: dict[_Key, Future[Question]] = {}

    def of(
        self, members: Ints, outsiders: NDArray[np.bool_], besides: Ints | None = None
    ) -> Ownership:
        """Evidence of every account for belonging to `members`, calibrated; those who have too
        little to join stand in it if they are asked for `besides`.

        The bounds are the least and the most that it becomes when all that has one cause is left
        out.
        """
        return self._question(members, outsiders).everybody(besides)

    def among(self, members: Ints, outsiders: NDArray[np.bool_]) -> Ownership:
        """The same of the members alone, in their order."""
        return self._question(members, outsiders).among

    def log10_among(self, members: Ints, outsiders: NDArray[np.bool_]) -> Floats:
        """log10 LR of the members alone, in their order."""
        return self._question(members, outsiders).log10_among

    def about(self, accounts: Ints, members: Ints, outsiders: NDArray[np.bool_]) -> Ownership:
        """The same of the given accounts alone, none of which is a member."""
        question = self._asked(members, outsiders, asked=accounts)
        return question.about(len(accounts))

    def belongs(
        self,
        part: Ints,
        rest: Ints,
        outsiders: NDArray[np.bool_],
        least: float,
        held: Held | None = None,
    ) -> bool:
        """Whether the median account of one part of a network has a log10 LR of `least` for
        belonging to the rest; `held` is what the rest holds, where that is known already.

        A card of its own is not held against a part: one operator may have several, and the parts
        of its network are then those of its cards. Of a large part a sample is asked.
        """
        asked = evenly(part, _ENOUGH)
        return self._asked(rest, outsiders, held, asked).median_reaches(least, len(asked))

    def medians(
        self, parts: Sequence[Ints], rest: Ints, outsiders: NDArray[np.bool_], held: Held
    ) -> Floats:
        """The median log10 LR of some accounts of each part for belonging to the rest, asked all
        at once; `outsiders` may flag them, so it is an estimate, and on the low side."""
        asked = [evenly(part, _A_FEW) for part in parts]
        question = self._asked(rest, outsiders, held, np.concatenate(asked))
        return question.medians([len(some) for some in asked])

    def ahead(self, members: Ints, outsiders: NDArray[np.bool_]) -> None:
        """Begins to work out a question that is likely to be asked soon, if there is a thread for
        it; the answer is the same."""
        if self.threads < 2:
            return
        key = _key(members, outsiders)
        for begun in self._begun.values():
            begun.cancel()
        self._begun = {key: self._beside.submit(self._worked_out, key, members, outsiders)}

    def _question(self, members: Ints, outsiders: NDArray[np.bool_]) -> Question:
        key = _key(members, outsiders)
        begun = self._begun.get(key)
        if begun is not None and not begun.cancel():
            return begun.result()
        with self._lock:
            question = self._recent.get(key)
            if question is not None:
                self._recent.move_to_end(key)
                return question
        question = self._asked(members, outsiders)
        self._remember(key, question)
        return question

    def _worked_out(self, key: _Key, members: Ints, outsiders: NDArray[np.bool_]) -> Question:
        question = self._asked(members, outsiders)
        question.everybody()
        self._remember(key, question)
        return question

    def _remember(self, key: _Key, question: Question) -> None:
        with self._lock:
            self._recent[key] = question
            if len(self._recent) > _RECENT:
                self._recent.popitem(last=False)

    def _asked(
        self,
        members: Ints,
        outsiders: NDArray[np.bool_],
        held: Held | None = None,
        asked: Ints | None = None,
    ) -> Question:
        shared = shared_with(self.ties, members, outsiders, held, asked)
        like = self._likeness.to(members, outsiders)
        return Question(
            self.population, shared, like, self._by_things, self._by_all, self.threads
        )  # fmt: skip


def families_of(known: Layers) -> tuple[str, ...]:
    """The families that speak where so much is known."""
    families = [ALWAYS, *(name for name in SOMETIMES[:3] if name in known)]
    if HABITUAL in known:
        families += ["hours", "shape", "gear"]
        families += ["subject"] if "content" in known else []
        families += ["origin"] if "infrastructure" in known else []
    return tuple(families)


def as_reading(log10: Floats) -> Reading:
    """A family's LR as calibrations read it."""
    return Reading(log10, np.full(len(log10), np.nan))


def families_known(ties: Ties) -> Layers:
    """Which families of things, besides the one they always have, logs have something for."""
    return frozenset(name for name in SOMETIMES[:3] if FAMILIES[name] & ties.kinds_held)
