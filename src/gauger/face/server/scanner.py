"""The child that makes one round: a scan beside the answers, at a lower priority."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from gauger.face.server.children import asked_of_child, say, until_told_to_stop
from gauger.model.errors import GaugerError
from gauger.model.round import Outcome
from gauger.rounds import LATER, RoundRequest, run_round

__all__ = ["LATER", "ScannerAsked", "ScannerTold"]


@dataclass(frozen=True, slots=True)
class ScannerAsked:
    """A round as it is handed to a child, which has no settings of its own."""

    lake: str
    findings: str
    database: str
    every: float
    memory: str
    threads: int
    spill: str | None = None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ScannerTold:
    """What a round came to; `scanned` is false where there was nothing to do."""

    scanned: bool = False
    kind: str | None = None
    seconds: float = 0.0
    networks: int | None = None
    unrecorded: int = 0
    reason: str | None = None
    error: str | None = None


def main() -> None:
    """Makes the round, or ends as soon as the service closes its input."""
    asked = asked_of_child(ScannerAsked)
    # As an exit and not a kill, so that what lies in scratch folders is removed.
    signal.signal(signal.SIGTERM, _leave)
    until_told_to_stop(lambda: os.kill(os.getpid(), signal.SIGTERM))
    spill = None if asked.spill is None else Path(asked.spill)
    request = RoundRequest(
        asked.lake, Path(asked.findings), asked.database, asked.every, asked.memory,
        asked.threads, spill, asked.secret,
    )  # fmt: skip
    try:
        end = run_round(request)
    except GaugerError as error:
        say(ScannerTold(error=str(error)))
        return
    held = end.held
    if held is None:
        say(ScannerTold(reason=end.reason, unrecorded=end.unrecorded))
        return
    failed = held.outcome is not Outcome.DONE
    say(
        ScannerTold(
            scanned=not failed, kind=held.kind.value, seconds=held.seconds,
            networks=held.networks, unrecorded=end.unrecorded,
            error=held.error or "it failed" if failed else None,
        )
    )  # fmt: skip


def _leave(*_: object) -> None:
    raise SystemExit(1)


if __name__ == "__main__":
    main()
