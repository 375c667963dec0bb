"""Whom people have cleared: the same evidence does not accuse an account again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gauger.act.cases.basis import what_changed
from gauger.model.case import Basis, Clearance


@dataclass(frozen=True, slots=True)
class Remembered:
    """What people's decisions say to an answer: `clears` it, or are overtaken by what `changed`
    since the case `follows`."""

    clears: bool = False
    changed: tuple[str, ...] = ()
    follows: str | None = None


NOTHING = Remembered()


@dataclass(frozen=True)
class Memory:
    """Decisions of people by account; asked with every answer, and cheap for who has none."""

    clearances: Mapping[str, tuple[Clearance, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, clearances: Iterable[Clearance]) -> Memory:
        """From clearances in the order in which they were decided."""
        held: dict[str, tuple[Clearance, ...]] = {}
        for each in clearances:
            held[each.account_id] = (*held.get(each.account_id, ()), each)
        return cls(held)

    def __contains__(self, account_id: str) -> bool:
        return account_id in self.clearances

    def says(self, account_id: str, model: str | None, basis: Basis, now: datetime) -> Remembered:
        """Whether an answer on this basis was cleared, for a request to this model."""
        latest = NOTHING
        for held in reversed(self.clearances.get(account_id, ())):
            if not held.holds(now):
                continue
            changed = what_changed(held.basis, basis)
            if not changed:
                return Remembered(clears=not held.models or model not in held.models)
            if latest is NOTHING:
                latest = Remembered(changed=changed, follows=held.reference)
        return latest
