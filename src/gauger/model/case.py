"""A case: an account that was answered, what the answer rested on, and what a person decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gauger.model.decision import Answer, Place, Reason
from gauger.model.evidence import Verdict


class CaseState(StrEnum):
    """What was decided of a case; one that waits for a person is `open` whatever it was."""

    ANSWERED = "answered"
    """Nobody has appealed, and nobody has looked at it."""
    CLEARED = "cleared"
    UPHELD = "upheld"
    NARROWED = "narrowed"
    """The answer holds for some models only."""


DECIDED = (CaseState.CLEARED, CaseState.UPHELD, CaseState.NARROWED)
"""What a person can decide."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer rested on, so that the same evidence is known again.

    Bounds are lower ones of log10 LRs. `core` is a sample of hashes of the accounts in the core of
    the network, `core_accounts` how many there are. `traits` are kinds of thing that a record
    shared with a network or with accounts closed before; `suspension` digests what two people
    wrote.
    """

    reason: Reason
    network_id: str | None = None
    verdict: Verdict | None = None
    place: Place | None = None
    coordinated: float | None = None
    extraction: float | None = None
    account: float | None = None
    core: tuple[int, ...] = ()
    core_accounts: int = 0
    traits: tuple[str, ...] = ()
    suspension: str | None = None


@dataclass(frozen=True, slots=True)
class Clearance:
    """What people's decision in one case leaves of an answer, as long as the basis is the same:
    nothing, or `models` for which it holds on."""

    reference: str
    account_id: str
    basis: Basis
    models: tuple[str, ...] = ()
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it has not ended."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Given:
    """A live answer but to allow, as it is remembered; `changed` says what is different from a
    case that was cleared before, `follows` which one that was."""

    reference: str
    account_id: str
    answer: Answer
    rule: str | None
    policy_version: int
    basis: Basis
    given: datetime
    expires: datetime | None
    changed: tuple[str, ...] = ()
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that happened in a case; `words` are for people, `told` for the account."""

    moment: datetime
    what: str
    by: str
    words: str
    told: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it stands; `events` are null where they were not asked for."""

    reference: str
    account_id: str
    answer: Answer
    rule: str | None
    policy_version: int
    basis: Basis
    basis_sha256: str
    first_given: datetime
    last_given: datetime
    expires: datetime | None
    state: CaseState
    opened: datetime | None
    decided: datetime | None
    until: datetime | None
    models: tuple[str, ...]
    events: tuple[CaseEvent, ...] | None = None

    @property
    def waits(self) -> bool:
        """Whether somebody has appealed since a person last decided."""
        return self.opened is not None and (self.decided is None or self.opened > self.decided)

    @property
    def stands(self) -> str:
        """Its state in a word: `open` while it waits for a person."""
        return "open" if self.waits else self.state.value
