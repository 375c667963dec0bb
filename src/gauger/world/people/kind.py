"""What a kind of customer is: mostly data, made of a few habits that kinds have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gauger.world.people.persona import Clock

HABITS: Final = {
    "human": Clock(0, (11.0, 20.0), 2.6, 0.03, 0.85, 0.35, 0.8),
    "work": Clock(0, (10.3, 15.0), 1.9, 0.03, 0.18, 0.6, 0.6),
    "evening": Clock(0, (17.0, 21.0), 2.0, 0.03, 0.9, 0.4, 0.8),
    "serving": Clock(0, (11.5, 17.5), 3.6, 0.18, 0.75, 1.0, 0.25, rests=False),
    "lab": Clock(0, (14.0, 22.0), 4.0, 0.15, 0.6, 0.25, 1.0),
    "night": Clock(0, (2.0, 3.0), 0.5, 0.0, 1.0, 1.0, 0.1, rests=False),
    "steady": Clock(0, (12.0, 12.0), 5.0, 1.0, 1.0, 1.0, 0.05, steady=True, rests=False),
}
"""Hours of the day before each account moves them to its own life."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How accounts of one kind are cast.

    `shares` names what the members of one group have in common: frame, client, params, tools,
    exit, payment, organization, domain, signup, country, topics, items. A kind without `group`
    has no groups, and its accounts share nothing on purpose. `bare` is how often its frame comes
    without a system prompt, `length` how many sentences of material its prompts hold. `arrival`
    is `person`, or `serving` or `jobs` for programs, which then come as measured clients do.
    """

    name: str
    about: str
    voice: str = "talk"
    fields: tuple[str, ...] = ()
    habit: str = "human"
    arrival: str = "person"
    volume: float = 1.0
    spread: float = 1.1
    turns: float = 2.6
    chained: bool = True
    gap: float = 132.0
    clients: tuple[str, ...] = ("browser", "phone")
    prefix: str = ""
    reach: str = "home"
    frame: str | None = None
    bare: float = 0.0
    length: float = 0.0
    answer: str = "answer"
    output: float = 5.86
    code: float = 0.0
    short: float = 0.03
    step: float = 0.13
    images: float = 0.0
    organization: float = 0.0
    company: float = 0.0
    group: int = 0
    minimum: int = 1
    shares: frozenset[str] = frozenset()
    items: str | None = None
    window: str = "all"
    temperature: float | None = -1.0
    contract: str = "standard"
    role: str = "customer"
