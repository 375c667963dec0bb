"""What a scan found, read back from the files it wrote."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.peers.running import Limits, run_limited
from bench.truth.worlds import SECRET, BenchWorld, run_gauger

LIMITS = Limits(seconds=1800, megabytes=12_000)


@dataclass(frozen=True, slots=True)
class Found:
    """One network of findings.json."""

    verdict: str
    accounts: frozenset[str]
    coordinated: float
    extraction: float


@dataclass(frozen=True, slots=True)
class Scanned:
    """Findings of one scan and what it cost; `accused` are the accounts of `extraction`."""

    networks: tuple[Found, ...]
    seconds: float
    peak_mb: float

    @property
    def accused(self) -> frozenset[str]:
        """Accounts in a network with verdict `extraction`."""
        return self.with_verdict("extraction")

    def with_verdict(self, *verdicts: str) -> frozenset[str]:
        """Accounts in networks with one of these verdicts."""
        return frozenset().union(*(n.accounts for n in self.networks if n.verdict in verdicts))


def scan_logs(world: BenchWorld, out: Path) -> Scanned:
    """Scans the logs as a user would, in a process of its own, measured as peers are."""
    result = out / "scans" / world.folder.name
    os.environ["GAUGER_SECRET"] = SECRET
    import sys

    command = [
        str(Path(sys.executable).with_name("gauger")), "scan", str(world.logs),
        "--accounts", str(world.accounts), "--out", str(result), "--quiet",
    ]  # fmt: skip
    result.mkdir(parents=True, exist_ok=True)
    ran = run_limited(["sh", "-c", '"$@" || [ $? -eq 1 ]', "sh", *command], result, LIMITS)
    if not ran.finished:
        raise RuntimeError(f"{' '.join(command)}: {ran.reason}")
    return Scanned(_networks(result), ran.seconds, ran.peak_mb)


def scan_until(world: BenchWorld, until: datetime, out: Path) -> tuple[Found, ...]:
    """Networks found in what was logged before a moment."""
    result = out / "scans" / f"{world.folder.name}-until"
    run_gauger(
        "scan", str(world.sketches), "--accounts", str(world.accounts), "--out", str(result),
        "--until", until.isoformat(), "--quiet",
    )  # fmt: skip
    return _networks(result)


def _networks(result: Path) -> tuple[Found, ...]:
    found = json.loads((result / "findings.json").read_text(encoding="utf-8"))
    return tuple(
        Found(
            network["verdict"],
            frozenset(network["accounts"]),
            network["claims"]["coordinated"]["log10_lr"],
            network["claims"]["extraction"]["log10_lr"],
        )
        for network in found["networks"]
    )
