"""What an analyst enters about who directs a network: hypotheses, and indicators for and against.

Nothing here is found by gauger. A worksheet may be about several networks; for each it holds
competing hypotheses, and every indicator says what it means for each of them, as in an analysis
of competing hypotheses (R. Heuer, Psychology of Intelligence Analysis, 1999, chapter 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from gauger.model.evidence import LogLR
from gauger.model.run import InputRecord

SOMEONE_ELSE: Final = "someone else"
"""The alternative that always stands, and that nobody enters."""

LARGEST_LR: Final = 6.0
"""log10 LR beyond which no judgement is reported: the verbal scale ends there."""


class Speaks(StrEnum):
    """Which way an indicator points for one hypothesis, against that it is someone else."""

    FOR = "for"
    AGAINST = "against"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Reliability:
    """A rating on the Admiralty scale: the source from A to F, what it says from 1 to 6."""

    source: str
    content: int

    def __str__(self) -> str:
        return f"{self.source}{self.content}"


@dataclass(frozen=True, slots=True)
class Bearing:
    """What one indicator means for one hypothesis.

    `lr` is assigned by the analyst, never measured: the hypothesis against someone else.
    `answer` says why the hypothesis can hold in spite of an indicator against it.
    """

    hypothesis: str
    speaks: Speaks
    lr: LogLR | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One observation, where it was seen and when, and its bearing on every hypothesis.

    `same_cause_as` names indicators of the same sheet that would be seen together whoever
    directs the network; they count once.
    """

    name: str
    observed: str
    source: str
    reference: str
    collected: date
    bearings: tuple[Bearing, ...]
    reliability: Reliability | None = None
    same_cause_as: tuple[str, ...] = ()

    def bearing(self, hypothesis: str) -> Bearing:
        """Its bearing on one hypothesis of its sheet. Raises KeyError for any other."""
        for each in self.bearings:
            if each.hypothesis == hypothesis:
                return each
        raise KeyError(hypothesis)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """That people hold a hypothesis to be established: who, who reviewed it, and why."""

    by: str
    reviewed_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """That a named party directs a network, as an analyst put it; not established by default."""

    name: str
    statement: str
    author: str
    entered: date
    conclusion: Conclusion | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Competing hypotheses about one network, which is named by its id or by accounts in it."""

    place: str
    """Where it stands in the file, for notes: `network[0]`."""
    network_id: str | None
    accounts: tuple[str, ...]
    hypotheses: tuple[Hypothesis, ...]
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One file of sheets, and the digest by which it is known again."""

    record: InputRecord
    sheets: tuple[Sheet, ...]
