"""What was received in one request, read as the log of the same format would be."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import pyarrow as pa

from gauger.model.manifest import MissingFields, PassedOver
from gauger.read.sources.logs import Logs
from gauger.read.sources.opening import in_memory
from gauger.read.sources.otlp_file import PREFIX
from gauger.read.sources.reading import Reading
from gauger.read.sources.rejects import HeldRejects, Reject
from gauger.read.sources.settings import SourceSettings
from gauger.read.sources.times import Clock

MOST_REJECTS: Final = 1_000
"""Rejects of one request that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The exchanges of one request (LOCATED_SCHEMA), and what is to be said of the rest."""

    name: str
    batches: tuple[pa.RecordBatch, ...]
    rejected: int
    rejects: tuple[Reject, ...]
    missing: tuple[MissingFields, ...]
    asserted: tuple[str, ...]
    passed: tuple[PassedOver, ...]

    @property
    def exchanges(self) -> int:
        """How many can be used."""
        return sum(batch.num_rows for batch in self.batches)


class Present:
    """The present for judging times, which a clock that is set back does not move back.

    Otherwise every record would be of the future, and rejected, until the clock is right again.
    """

    def __init__(self) -> None:
        self._begun = datetime.now(UTC)
        self._since = time.monotonic()

    def now(self) -> datetime:
        """The later of the clock and of what it was at the beginning plus the time since."""
        passed = timedelta(seconds=time.monotonic() - self._since)
        return max(datetime.now(UTC), self._begun + passed)


def read_arrival(
    name: str, format: str, body: bytes, now: datetime, account_field: str | None = None
) -> Arrival:
    """Reads a body of a format that sources know; `name` is what it came by."""
    rejects = HeldRejects(MOST_REJECTS)
    settings = SourceSettings(format=format, account_field=account_field, now=now)
    logs = Logs([in_memory(name, body, format)], Reading(settings, rejects, Clock.at(now)))
    batches = tuple(logs.batches())
    return Arrival(
        name, batches, rejects.count, tuple(rejects.held), logs.missing(),
        logs.asserted_by_client(), logs.passed_over(),
    )  # fmt: skip


def framed(message: bytes) -> bytes:
    """A message of OTLP in protobuf as files hold it, so that nothing has to be guessed."""
    return len(message).to_bytes(PREFIX) + message


def rows_of(arrivals: Sequence[Arrival]) -> int:
    """Exchanges of several requests."""
    return sum(arrival.exchanges for arrival in arrivals)
