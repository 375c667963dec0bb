"""What could not be weighed, and why: said before anything is concluded from silence.

A field may be missing because a format has no place for it, or because these logs leave it
empty. Either way the layer that needs it had less to weigh, and the run says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from gauger.find.profiles.facts import AccountFacts
from gauger.model.evidence import CalibrationRecord
from gauger.model.finding import Measured
from gauger.model.manifest import MissingFields, PassedOver
from gauger.tell.calibration_words import population_words

_CONSEQUENCE: Final = {
    "source_ip": ("client address", "the infrastructure layer had nothing to weigh"),
    "user_agent": ("user agent", "the behaviour layer weighed no client fingerprint from it"),
    "ja4": ("TLS fingerprint", "clients are told apart by their user agent only, if at all"),
    "prompt": ("prompt text", "the content layer had nothing to weigh"),
    "system": ("system prompt", "frames were sought in prompts only"),
    "response": ("answers", "their shape was not weighed"),
    "organization_id": (
        "organization",
        "declared organizations must come from the account records",
    ),
    "temperature": ("sampling settings", "the behaviour layer weighed no settings"),
    "tools": ("tool schema", "tools were not compared"),
    "conversation_id": ("conversation", "turns were taken as the log numbers them"),
    "credential_id": ("credential", "keys were not compared"),
}


@dataclass(frozen=True, slots=True)
class _Held:
    """A part of a sketch: the log fields it is made of, what it is, and what its absence means."""

    fields: tuple[str, ...]
    what: str
    consequence: str


def _alone(field: str) -> _Held:
    return _Held((field,), *_CONSEQUENCE[field])


_HELD: Final = {
    "address": _alone("source_ip"),
    "client": _Held(
        ("user_agent", "ja4"),
        "user agent or TLS fingerprint",
        "the behaviour layer weighed no client fingerprint",
    ),
    "prompt": _alone("prompt"),
    "system": _alone("system"),
    "response": _alone("response"),
    "output_tokens": _Held(
        ("output_tokens",),
        "count of output tokens",
        "the behaviour layer weighed no lengths of answers",
    ),
    "parameters": _alone("temperature"),
    "tools": _alone("tools"),
    "conversation": _alone("conversation_id"),
    "credential": _alone("credential_id"),
    "organization_id": _alone("organization_id"),
}

_RECORDED: Final = {
    "payment_fingerprint": ("payment instrument", "the identity layer compared no payments"),
    "email": ("e-mail", "the identity layer compared no e-mails"),
    "created_at": ("time of sign-up", "the identity layer weighed no sign-ups"),
    "contract": ("contract", "check that none of these accounts may distil"),
}


class Declares(Protocol):
    """What a reading of logs says about itself."""

    def missing(self) -> Sequence[MissingFields]: ...
    def asserted_by_client(self) -> tuple[str, ...]: ...
    def passed_over(self) -> Sequence[PassedOver]: ...


def notes(
    logs: Declares,
    facts: AccountFacts,
    calibration: CalibrationRecord | None = None,
    measured: Measured | None = None,
) -> tuple[str, ...]:
    """Who was not weighed, and what was missing, only asserted, or unlike what the calibration
    was fitted on."""
    return (
        *_unweighed(measured),
        *_missing(logs.missing()),
        *_empty(logs.missing(), facts),
        *_unrecorded(facts),
        *_asserted(logs.asserted_by_client()),
        *_passed_over(logs.passed_over()),
        *([population_words(calibration)] if calibration and calibration.outside else ()),
    )


def _unweighed(measured: Measured | None) -> list[str]:
    if measured is None or measured.weighed is None:
        return []
    return [
        f"Weighed {measured.weighed:,} of {measured.accounts:,} accounts: those that changed since "
        "an earlier scan, by what they did since, some of every network that stood then, and "
        "others to compare with. "
        "Counts of holders are among these; what the others do was weighed in that scan."
    ]


def _missing(formats: Sequence[MissingFields]) -> list[str]:
    said = []
    for missing in formats:
        for name in missing.fields:
            what, consequence = _CONSEQUENCE.get(name, (name, "it was not weighed"))
            said.append(f"No {what} in this source (`{missing.format}`): {consequence}.")
    return said


def _empty(formats: Sequence[MissingFields], facts: AccountFacts) -> list[str]:
    """Fields that a format has a place for and that no exchange of these logs fills."""
    told = {name for missing in formats for name in missing.fields}
    said = []
    for name, held in _HELD.items():
        if facts.filled[name] or told.issuperset(held.fields):
            continue
        if name == "organization_id" and any(facts.organization):
            continue
        consequence = held.consequence
        if name == "conversation" and not facts.filled["turn"]:
            consequence = "every exchange was taken to open a conversation of its own"
        said.append(f"No {held.what} in any exchange: {consequence}.")
    return said


def _unrecorded(facts: AccountFacts) -> list[str]:
    if facts.records is None:
        return ["No account records were given: the identity layer had nothing to weigh."]
    return [
        f"No {what} in any account record: {consequence}."
        for name, (what, consequence) in _RECORDED.items()
        if facts.records[name].null_count == facts.records.num_rows
    ]


def _asserted(fields: Sequence[str]) -> list[str]:
    if not fields:
        return []
    names = ", ".join(f"`{name}`" for name in fields)
    return [f"The client itself asserts {names} in these logs, and can forge it."]


def _passed_over(kinds: Sequence[PassedOver]) -> list[str]:
    return [
        f"Beside exchanges, this source (`{kind.format}`) held {kind.what}: {kind.records:,}."
        for kind in kinds
    ]
