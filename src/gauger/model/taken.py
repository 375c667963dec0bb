"""What a network took, as estimates that say what was counted and what was only inferred.

A task is a distinct prompt of some length; a sample is an exchange that asked for a task and was
not refused. Counts are exact; `Richness` and `Growth` are estimates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gauger.model.prices import ListPrice


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens over the exchanges whose records state them; None where no record does."""

    total: int | None
    stated_by: int
    """Exchanges whose records state this count."""


@dataclass(frozen=True, slots=True)
class Richness:
    """How much of a source of tasks the samples have seen, and how many tasks it holds.

    `samples`, `tasks`, `once` and `twice` are counted: tasks in all, and those that came exactly
    once and exactly twice. The others are None where the counts cannot carry them.
    """

    samples: int
    tasks: int
    once: int
    twice: int
    coverage: float | None
    """Good-Turing: chance that one more sample asks for a task that was taken already."""
    at_least: float | None
    """Chao1: lower bound on the tasks in the source."""
    lower: float | None
    upper: float | None
    """95% interval of `at_least`."""
    planned: int | None
    """How often nearly every task came, where that is too even for samples drawn at random."""


@dataclass(frozen=True, slots=True)
class CapabilityTaken:
    """What was taken of one capability."""

    capability: str
    exchanges: int
    output_tokens: Tokens
    richness: Richness


@dataclass(frozen=True, slots=True)
class Breadth:
    """Over how many capabilities the exchanges spread, those of none left out."""

    covered: int
    known: int
    """Capabilities that the lexicon can tell apart."""
    effective: float | None
    """exp of the Shannon entropy of exchanges by capability: so many equal ones spread alike."""


class Pace(StrEnum):
    """Whether tasks that were not sent before keep coming."""

    GROWING = "growing"
    SLOWING = "slowing"
    FLAT = "flat"


@dataclass(frozen=True, slots=True)
class Day:
    """Samples of one day in UTC, and tasks that were first sent on it."""

    day: date
    samples: int
    first_sent: int


@dataclass(frozen=True, slots=True)
class Growth:
    """How fast unseen tasks came at the end beside how fast they came before.

    The last stretch is the shortest run of whole hours at the end that holds a quarter of the
    samples; where it holds more than half of them nothing is compared.
    """

    daily: tuple[Day, ...]
    since: datetime | None
    share: float | None
    """Part of the samples that the last stretch holds."""
    fresh_before: float | None
    fresh_last: float | None
    """Tasks first sent per sample, before the last stretch and in it."""
    pace: Pace | None


@dataclass(frozen=True, slots=True)
class Taken:
    """An estimate of what one network took."""

    exchanges: int
    refused: int
    """Exchanges that were answered with an error: nothing was taken with them."""
    input_tokens: Tokens
    output_tokens: Tokens
    reasoning_tokens: Tokens
    richness: Richness
    repeated: float | None
    """Share of tasks that came more than once."""
    across: float | None
    """Share of tasks that came from two accounts or more."""
    capabilities: tuple[CapabilityTaken, ...]
    """Most exchanges first."""
    breadth: Breadth
    growth: Growth
    price: ListPrice | None
    """None where no price list was given."""
