"""A finding: a network of accounts with its claims, and what a person needs to see of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from gauger.model.attribution import Attribution
from gauger.model.evidence import Claim, Explanation, LayerEvidence, LogLR, Verdict
from gauger.model.taken import Taken


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted in the logs; exact."""

    exchanges: int
    accounts: int
    first: datetime | None
    last: datetime | None
    rejected: int


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
    """Most exchanges first."""
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


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a scan concluded, ready to be told."""

    measured: Measured
    networks: tuple[Network, ...]
    notes: tuple[str, ...] = field(default=())
    """What could not be weighed and why, one sentence each."""
    calibrated: bool = False
