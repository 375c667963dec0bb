"""What could not be weighed, and why: said before anything is concluded from silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from gauger.find.profiles.facts import AccountFacts

_CONSEQUENCE = {
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


class Declares(Protocol):
    """What a reading of logs says about itself."""

    def missing(self) -> tuple[Missing, ...]: ...
    def asserted_by_client(self) -> tuple[str, ...]: ...


class Missing(Protocol):
    """A format and the linking fields it can never fill."""

    @property
    def format(self) -> str: ...
    @property
    def fields(self) -> tuple[str, ...]: ...


def notes(logs: Declares, facts: AccountFacts, strangers: Sequence[str]) -> tuple[str, ...]:
    """One sentence for everything that was missing, only asserted, or explained away.

    `strangers` names the explanation of each group that looks coordinated and is not said to be.
    """
    said: list[str] = []
    for missing in logs.missing():
        for name in missing.fields:
            what, consequence = _CONSEQUENCE.get(name, (name, "it was not weighed"))
            said.append(f"No {what} in this source (`{missing.format}`): {consequence}.")
    if facts.records is None:
        said.append("No account records were given: the identity layer had nothing to weigh.")
    asserted = logs.asserted_by_client()
    if asserted:
        names = ", ".join(f"`{name}`" for name in asserted)
        said.append(f"The client itself asserts {names} in these logs, and can forge it.")
    for name, count in sorted(Counter(strangers).items()):
        groups = "One group looks" if count == 1 else f"{count} groups look"
        said.append(
            f"{groups} alike for an ordinary reason (“{name}”): not listed, and nobody in it is "
            "accused."
        )
    return tuple(said)
