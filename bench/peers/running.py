"""Runs a command within limits of time and memory, and measures what it and its children used."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

EVERY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """Wall seconds and megabytes that a run may use."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run went; `reason` is empty if it finished."""

    reason: str
    seconds: float
    peak_mb: float

    @property
    def finished(self) -> bool:
        """Whether it came to its end by itself and without an error."""
        return not self.reason


def run_limited(command: list[str], scratch: Path, limits: Limits) -> Ran:
    """Run a command in a session of its own; what passes a limit is killed with its children.

    Memory is the proportional set size of the whole session, looked at ten times a second, so
    that pages shared between a peer's workers count once.
    """
    said = scratch / "said.txt"
    begun = time.perf_counter()
    peak, reason = 0.0, ""
    environment = os.environ | {"TMPDIR": str(scratch), "PYTHONHASHSEED": "0"}
    with said.open("wb") as out:
        running = subprocess.Popen(
            command, stdout=out, stderr=out, start_new_session=True, env=environment
        )
        try:
            while running.poll() is None:
                peak = max(peak, _megabytes(running.pid))
                if time.perf_counter() - begun > limits.seconds:
                    reason = f"ended after {limits.seconds:.0f} s"
                elif peak > limits.megabytes:
                    reason = f"ended at {peak:.0f} MB"
                if reason:
                    break
                time.sleep(EVERY_SECONDS)
        finally:
            seconds = time.perf_counter() - begun
            _end(running.pid)
            running.wait()
    if not reason and running.returncode != 0:
        last = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        reason = f"failed: {last[-1] if last else f'exit {running.returncode}'}"
    return Ran(reason, seconds, peak)


def _end(session: int) -> None:
    try:
        os.killpg(session, signal.SIGKILL)
    except ProcessLookupError:
        return


def _megabytes(session: int) -> float:
    total = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The name in parentheses may hold blanks; the session is the fourth field after it.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) != session:
                continue
            rollup = (entry / "smaps_rollup").read_text()
        except (OSError, IndexError, ValueError):
            continue
        for line in rollup.splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024
