"""Live answers as they are given, kept until they are written down, so that a customer's
reference opens a case.

An answer never waits for the database: what is given waits in a bounded place, once for each
case and hour.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from gauger.act.cases.memory import NOTHING, Memory
from gauger.model.case import Basis, Given
from gauger.model.decision import Decision

WAITING: Final = 50_000
"""Cases that may wait to be written; past that the next is left to its account's next answer."""
REMEMBERED: Final = 200_000
"""References that are known to be written."""
_AGAIN: Final = timedelta(hours=1)


class GivenAnswers:
    """One per process; answers are noted by one thread, and taken by another."""

    def __init__(self) -> None:
        self._waiting: dict[str, Given] = {}
        self._noted: OrderedDict[str, datetime] = OrderedDict()
        self.dropped = 0

    def is_due(self, decision: Decision, memory: Memory, now: datetime) -> bool:
        """Whether an answer is to be noted: it affects somebody, and was not noted just now, or
        is given in spite of what a person has decided."""
        if decision.reference is None:
            return False
        if decision.account_id in memory:
            return True
        noted = self._noted.get(decision.reference)
        return noted is None or not timedelta(0) <= now - noted < _AGAIN

    def note(self, decision: Decision, basis: Basis, memory: Memory, now: datetime) -> None:
        """Notes an answer that is due."""
        reference = decision.reference
        if reference is None:
            return
        if len(self._waiting) >= WAITING and reference not in self._waiting:
            self.dropped += 1
            return
        said = NOTHING
        if decision.account_id in memory:
            said = memory.says(decision.account_id, None, basis, now)
        self._waiting[reference] = Given(
            reference, decision.account_id, decision.answer, decision.rule,
            decision.policy_version or 0, basis, now, decision.expires, said.changed, said.follows,
        )  # fmt: skip
        self._noted[reference] = now
        self._noted.move_to_end(reference)
        if len(self._noted) > REMEMBERED:
            self._noted.popitem(last=False)

    def take(self) -> list[Given]:
        """What waits, and waits no longer."""
        taken, self._waiting = self._waiting, {}
        return list(taken.values())

    def put_back(self, given: list[Given]) -> None:
        """What could not be written waits again, unless it was given once more meanwhile."""
        for each in given:
            self._waiting.setdefault(each.reference, each)
