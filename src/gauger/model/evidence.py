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


@dataclass(frozen=True, slots=True)
class CalibrationRecord:
    """Which calibration LRs were weighed with, and whether it was fitted on such a population.

    `outside` names statistics whose ordinary values lie outside those of the fitted worlds, of
    `compared` ones: only their place among ordinary groups counts, not their size, and the lower
    bounds are what remains without them.
    """

    name: str
    version: str
    on: str
    at: str
    digest: str
    worlds: int
    cllr: float
    cllr_min: float
    compared: int
    outside: tuple[str, ...]
    withheld: bool
    """Whether the population is so unlike the fitted ones that nothing is established."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """The thinnest place of a network: a part of it, and what ties it to the rest.

    `log10` is the median log10 LR of the part's accounts for belonging to the rest.
    """

    part: int
    rest: int
    log10: float
    ways: tuple[str, ...]
    """Kinds of tie between the two, most frequent first."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Accounts that linkage put beside a network's and that were set apart from it.

    `log10` is the median log10 LR of these accounts for belonging to the network.
    """

    accounts: int
    log10: float
    network_id: str | None
    """The network that they were found to belong to; None for those in none."""


@dataclass(frozen=True, slots=True)
class Robustness:
    """How far a finding hangs on any one thing."""

    without: tuple[tuple[str, float], ...]
    """log10 LR of "coordinated" with the named layer left out, the most important layer first."""
    bridge: Bridge | None
    """None where the ties do not come apart into parts."""
    changes: tuple[str, ...]
    """What, if it were found, would change the conclusion; one sentence each."""
    apart: tuple[Apart, ...] = ()
    """Whom the network was told apart from, other networks first."""
