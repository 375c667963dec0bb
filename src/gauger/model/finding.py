"""A finding: a network of accounts with its claims, and what a person needs to see of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from gauger.model.attribution import Attribution
from gauger.model.evidence import (
    CalibrationRecord,
    Claim,
    Explanation,
    LayerEvidence,
    LogLR,
    Robustness,
    Verdict,
)
from gauger.model.lineage import Gone, Lineage
from gauger.model.taken import Taken


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted in the logs; exact."""

    exchanges: int
    accounts: int
    first: datetime | None
    last: datetime | None
    rejected: int
    snapshot: int | None = None
    """The snapshot of a lake that this was counted in; None for logs and kept sketches."""
    weighed: int | None = None
    """Accounts that were weighed, where a scan of what changed weighed some of them only."""


class Belonging(StrEnum):
    """How surely an account belongs to a network, by evidence of its own."""

    CORE = "core"
    LIKELY = "likely"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Member:
    """An account of a network with the evidence of its own that ties it there."""

    account_id: str
    lr: LogLR
    exchanges: int
    input_tokens: int
    output_tokens: int
    first_seen: datetime
    last_seen: datetime
    ties: tuple[str, ...] = ()
    """Kinds of thing that tie this account to the network: `frame`, `payment`, ..."""
    belonging: Belonging = Belonging.LIKELY
    marked: float | None = None
    """Part of its exchanges that carry what marks the network; None where no content marks it.
    An account with a small part may serve real customers besides."""


@dataclass(frozen=True, slots=True)
class SharedThing:
    """One thing that members share: how many of them, and how many accounts outside."""

    kind: str
    label: str
    members: int
    outsiders: int


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """A drawn tie between member number `member` and shared thing number `thing`."""

    member: int
    thing: int
    exchanges: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What the report draws of a network; counts, never text unless the user asked for it."""

    daily: tuple[tuple[date, int], ...]
    """Exchanges on each day of the window, days without any included."""
    hours: tuple[float, ...]
    """Share of exchanges in each UTC hour of the day, 24 values that sum to 1."""
    ordinary_hours: tuple[float, ...]
    """The same for the accounts outside every established network."""
    things: tuple[SharedThing, ...] = ()
    """Most telling shared things first."""
    edges: tuple[GraphEdge, ...] = ()
    """Ties between the first members of the network's member list and `things`."""
    edges_total: int = 0
    """Ties that exist; `edges` may hold fewer, and the report says so."""
    frame_words: tuple[str, ...] = ()
    """Words of the most frequent frames, only with `--show-text`."""


@dataclass(frozen=True, slots=True)
class Network:
    """Accounts that evidence says one operator runs, with the ladder of claims."""

    network_id: str
    verdict: Verdict
    members: tuple[Member, ...]
    """Most exchanges first, those carried over from an earlier scan behind the others."""
    exchanges: int
    input_tokens: int
    output_tokens: int
    first_seen: datetime
    last_seen: datetime
    coordinated: Claim
    extraction: Claim
    attributed: Claim
    used: Claim
    layers: tuple[LayerEvidence, ...]
    explanations: tuple[Explanation, ...]
    capabilities: tuple[tuple[str, float], ...]
    """Capability and its share of exchanges, largest first."""
    picture: Picture
    headline: str = ""
    """One sentence in plain words."""
    taken: Taken | None = None
    """None only where nothing was counted."""
    attribution: Attribution | None = None
    """What an analyst entered about who directs it; None where nothing was entered."""
    robustness: Robustness | None = None
    """None only where nothing was weighed."""
    undecided: tuple[Member, ...] = ()
    """Accounts that were put beside the members and of which one cannot tell; not members."""
    lineage: Lineage | None = None
    """Where it comes from; None where no earlier scan was given."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a scan concluded, ready to be told."""

    measured: Measured
    networks: tuple[Network, ...]
    notes: tuple[str, ...] = field(default=())
    """What could not be weighed and why, one sentence each."""
    calibration: CalibrationRecord | None = None
    gone: tuple[Gone, ...] = ()
    """Networks of the earlier scan whose ids no network bears any more."""

    @property
    def calibrated(self) -> bool:
        """Whether LRs were weighed with a calibration that fits this population."""
        return self.calibration is not None and not self.calibration.withheld
