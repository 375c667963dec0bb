"""A worksheet's hypotheses beside each other, as they stand for one network of a scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gauger.model.evidence import LogLR
from gauger.model.worksheet import Hypothesis, Indicator

ASSIGNED: Final = "assigned by the analyst, not measured"
"""The basis of every likelihood ratio of a worksheet."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many indicators speak one way, and from how many causes they come."""

    indicators: int
    causes: int


@dataclass(frozen=True, slots=True)
class WeighedIndicator:
    """One row of the matrix.

    Indicators with the same `cause`, from 1, count once. `tells_apart` is false where the
    indicator speaks alike for all hypotheses entered, and so says nothing between them.
    """

    indicator: Indicator
    cause: int
    tells_apart: bool


@dataclass(frozen=True, slots=True)
class WeighedHypothesis:
    """One column of the matrix, and what it comes to.

    `lr` sums the assigned LRs, each cause once, against that it is someone else; it is None
    where none was assigned, or where something speaks against the hypothesis without an LR, as
    the sum would then overstate it. `lr_causes` is how many causes it rests on.
    """

    hypothesis: Hypothesis
    speaks_for: Tally
    speaks_against: Tally
    unanswered: tuple[str, ...]
    lr: LogLR | None
    lr_causes: int
    lr_words: str
    """Says what the sum rests on, or why there is none."""
    verbal: str | None
    not_established: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """All that was entered about who directs one network."""

    hypotheses: tuple[WeighedHypothesis, ...]
    """Those with the fewest causes against them first."""
    indicators: tuple[WeighedIndicator, ...]
    """Those of one cause together."""
    accounts_named: int | None
    """How many of the network's accounts the worksheet names; None where it names its id."""
