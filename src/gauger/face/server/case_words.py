"""What an affected customer reads of a case: in words, and nothing of a network or of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gauger.act.cases.appeals import APPEALED
from gauger.model.case import DECIDED, Case, CaseState
from gauger.model.decision import Answer, Reason

ANSWERS: Final = {
    Answer.ALLOW: "Nothing is limited.",
    Answer.SLOW: "Requests of this account are slowed for now.",
    Answer.STEP_UP: "This account is asked to verify before it goes on.",
    Answer.HOLD: "This account is on hold.",
}
_SEVERAL: Final = "What this account sends looks like coordinated use by several accounts."
_SIGN_UP: Final = "Details given at sign-up need to be verified."
"""The same whatever they are tied to: what other accounts share or were closed for is theirs."""
SIGN_UP_DETAILS: Final = "sign_up_details"
REASONS: Final = {
    Reason.MEMBER: _SEVERAL,
    Reason.RECOGNISED: _SEVERAL,
    Reason.NETWORK_QUOTA: _SEVERAL,
    Reason.TIER_REQUIRED: "The model that was asked for is open to verified accounts only.",
    Reason.SUSPENDED: "Two people at the provider have decided this after looking at the account.",
    Reason.TIED_TO_NETWORK: _SIGN_UP,
    Reason.TIED_TO_CLOSED: _SIGN_UP,
}
_WHO: Final = "Tell who runs this account, and what its answers are used for."
CLEARS: Final = {
    Reason.MEMBER: (
        _WHO,
        "Name the organization if several accounts of it are in use.",
        "Name the tool or the public dataset that prompts come from, if they come from one.",
        "Verify at the address that was given with the answer, if one was.",
    ),
    Reason.TIER_REQUIRED: ("Have the account verified for this model.",),
    Reason.SUSPENDED: (_WHO, "Answer what the provider has asked."),
    Reason.TIED_TO_NETWORK: (
        "Verify a payment instrument and a phone number of your own.",
        "Name the organization that the account belongs to, if it does.",
        "Say why details are shared: a household, an employer, a platform that signs up for you.",
    ),
}
_CLEARS_LIKE: Final = {
    Reason.RECOGNISED: Reason.MEMBER,
    Reason.NETWORK_QUOTA: Reason.MEMBER,
    Reason.TIED_TO_CLOSED: Reason.TIED_TO_NETWORK,
}
STATES: Final = {
    "answered": "Nobody has looked at it yet; an appeal brings it to a person.",
    "open": "It waits for a person.",
    "cleared": "A person has cleared it; it is not held against the account again on the same "
    "evidence.",
    "upheld": "A person has looked at it and upheld the answer.",
    "narrowed": "A person has looked at it: the answer holds for some models only.",
}


@dataclass(frozen=True, slots=True)
class CaseTold:
    """A case as its customer sees it."""

    reference: str
    answer: Answer
    answer_in_words: str
    reason: str
    reason_in_words: str
    since: datetime
    expires: datetime | None
    would_clear: tuple[str, ...]
    state: str
    state_in_words: str
    appealed: datetime | None
    decided: datetime | None
    decision_in_words: str | None
    decision_ends: datetime | None
    models: tuple[str, ...]
    """For which the answer holds on, where it was narrowed."""


def reason_told(reason: Reason) -> str:
    """The code that a customer reads."""
    tied = reason in (Reason.TIED_TO_NETWORK, Reason.TIED_TO_CLOSED)
    return SIGN_UP_DETAILS if tied else reason.value


def would_clear(reason: Reason) -> tuple[str, ...]:
    """What would clear an answer, in words."""
    return CLEARS[_CLEARS_LIKE.get(reason, reason)]


def told(case: Case) -> CaseTold:
    """What its customer may know of a case."""
    reason, state = case.basis.reason, case.stands
    decided = [each.value for each in DECIDED]
    said = [event.told for event in case.events or () if event.what in decided and event.told]
    answer = Answer.ALLOW if state == CaseState.CLEARED else case.answer
    return CaseTold(
        reference=case.reference,
        answer=answer,
        answer_in_words=ANSWERS[answer],
        reason=reason_told(reason),
        reason_in_words=REASONS.get(reason, _SEVERAL),
        since=case.first_given,
        expires=case.expires,
        would_clear=would_clear(reason),
        state=state,
        state_in_words=STATES[state],
        appealed=max((e.moment for e in case.events or () if e.what == APPEALED), default=None),
        decided=case.decided,
        decision_in_words=said[-1] if said else None,
        decision_ends=case.until,
        models=case.models,
    )
