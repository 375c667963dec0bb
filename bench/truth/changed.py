"""What a scan of what changed finds, beside a scan of everything at the same moment.

    python -m bench.truth.changed --out DIR

Worlds have five times as many accounts as their scenarios. Each is scanned whole at half of its
window; then, at three quarters and at its end, once whole and once for what changed since. Recall
is over the accounts of campaigns that had sent anything by then. A Markdown table goes to stdout.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bench.truth.alarm import times_of
from bench.truth.plan import JUDGING
from bench.truth.worlds import BenchWorld, build, run_gauger
from gauger.world.scenario import load

TIMES: Final = 5
"""How many times as many accounts as the scenarios have: with fewer, nearly everybody would be
weighed either way."""
FAMILIES: Final = tuple(
    family for family in JUDGING if family.name in {"consumer", "gateway", "twins", "lookalikes"}
)
_PARTS: Final = (0.75, 1.0)


_COLUMNS: Final = (
    "world", "of its window", "accounts", "of campaigns", "recall, everything",
    "recall, what changed", "innocents accused, everything", "innocents accused, what changed",
    "weighed", "core s, everything", "core s, what changed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What one scan found: the accounts it accuses, how many it weighed, and its core seconds."""

    accused: frozenset[str]
    weighed: int
    core_seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """One world at one moment, scanned both ways; `active` and `guilty` had sent anything."""

    world: str
    part: float
    active: frozenset[str]
    guilty: frozenset[str]
    whole: Result
    since: Result

    def told(self) -> str:
        """One line of the table."""
        both = (self.whole, self.since)
        cells = [
            self.world,
            f"{self.part:.0%}",
            f"{len(self.active):,}",
            f"{len(self.guilty):,}",
            *(self._recall(each) for each in both),
            *(str(len(each.accused - self.guilty)) for each in both),
            f"{self.since.weighed:,}",
            *(f"{each.core_seconds:.1f}" for each in both),
        ]
        return f"| {' | '.join(cells)} |"

    def _recall(self, result: Result) -> str:
        if not self.guilty:
            return "-"
        return f"{len(result.accused & self.guilty) / len(self.guilty):.2f}"


def main() -> None:
    """Builds the worlds that are missing, scans them and prints the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, required=True)
    chosen = options.parse_args()
    print(f"| {' | '.join(_COLUMNS)} |\n| --- |{' ---: |' * (len(_COLUMNS) - 1)}")
    for family in FAMILIES:
        accounts = TIMES * load(family.scenario).population.accounts
        world = build(family.name, family.scenario, family.seeds[0], chosen.out, accounts)
        for row in rows(world, chosen.out):
            print(row.told(), flush=True)


def rows(world: BenchWorld, out: Path) -> list[Row]:
    """Both ways at every moment; what changed is counted from the scan at half of the window."""
    times = times_of(world)
    first = min(held[0] for held in times.values())
    last = max(held[-1] for held in times.values())
    base = out / "changed" / world.folder.name
    earlier = base / "half"
    scan(world, earlier, first + 0.5 * (last - first))
    found = []
    for part in _PARTS:
        until = first + part * (last - first)
        whole = scan(world, base / f"whole-{part}", until)
        since = scan(world, base / f"since-{part}", until, earlier)
        earlier = base / f"since-{part}"
        active = frozenset(account for account, held in times.items() if held[0] < until)
        guilty = active & frozenset(world.truth.campaign)
        found.append(Row(f"{world.name} {world.seed}", part, active, guilty, whole, since))
        if since.accused - guilty:
            kinds = sorted(world.truth.kind[account] for account in since.accused - guilty)
            print(f"{world.name} {world.seed}: accuses {kinds}", file=sys.stderr)
    return found


def scan(world: BenchWorld, out: Path, until: datetime, earlier: Path | None = None) -> Result:
    """One scan in a process of its own."""
    since = () if earlier is None else ("--since", str(earlier))
    run_gauger(
        "scan", str(world.sketches), "--accounts", str(world.accounts), "--out", str(out),
        "--until", until.isoformat(), "--quiet", *since,
    )  # fmt: skip
    findings = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    networks = findings["networks"]
    return Result(
        frozenset(a for n in networks if n["verdict"] == "extraction" for a in n["accounts"]),
        findings["measured"].get("weighed", findings["measured"]["accounts"]),
        sum(step["cpu_seconds"] for step in run["steps"]),
    )


if __name__ == "__main__":
    main()
