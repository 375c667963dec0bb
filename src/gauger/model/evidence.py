"""Evidence as value objects: a likelihood ratio cannot lose its bounds or its basis."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What gauger concludes about a network; never what the provider does about it."""

    EXTRACTION = "extraction"
    PERMITTED = "permitted"
    COORDINATED = "coordinated"
    NOT_ESTABLISHED = "not established"


@dataclass(frozen=True, slots=True)
class LogLR:
    """A log10 likelihood ratio with the bounds that the data at hand supports."""

    log10: float
    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not self.lower <= self.log10 <= self.upper:
            raise ValueError(
                f"a log10 LR lies within its bounds: {self.lower} <= {self.log10} <= {self.upper}"
            )


@dataclass(frozen=True, slots=True)
class Weighed:
    """One statistic of a network beside the same statistic of ordinary groups.

    `ordinary_low`, `ordinary_median` and `ordinary_high` are the 5th, 50th and 95th percentiles
    over `reference_groups` ordinary groups; `p_value` is the conformal share of ordinary groups
    at least as extreme, so never below 1 / (reference_groups + 1).
    """

    name: str
    meaning: str
    value: float
    ordinary_low: float
    ordinary_median: float
    ordinary_high: float
    p_value: float
    reference_groups: int


@dataclass(frozen=True, slots=True)
class LayerEvidence:
    """What one layer says for or against one operator, and why."""

    layer: str
    lr: LogLR
    statement: str
    statistics: tuple[Weighed, ...] = ()
    weighed: bool = True
    """False where the layer had nothing to weigh; its LR is then 1 (log10 0)."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One ordinary explanation of the same traffic, and the evidence against it."""

    explanation: str
    log10_lr_against: float
    statement: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A rung of the ladder: its evidence, whether it is established, and what is not."""

    established: bool
    statement: str
    not_established: str
    lr: LogLR | None = None
    verbal: str | None = None
