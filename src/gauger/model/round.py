"""A round: one scan that a service started by itself, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """How much a round weighs."""

    EVERYTHING = "everything"
    SINCE = "since"


class Outcome(StrEnum):
    """How a round ended; one that had nothing to do is none."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Round:
    """One round, by the clock of the replica that scanned.

    `snapshot_id` and `records` are of the lake that was read; `exchanges`, `accounts` and
    `networks` what the scan counted, null where it failed. `told` marks the account records.
    """

    round_id: str
    replica: str
    kind: Kind
    outcome: Outcome
    error: str | None
    started: datetime
    seconds: float
    snapshot_id: int | None
    records: int | None
    told: str
    exchanges: int | None = None
    accounts: int | None = None
    networks: int | None = None
