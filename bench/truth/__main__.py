"""The truth bench: recall, innocents, alarm, calibration, the frontier of hiding, and peers.

    python -m bench.truth --out DIR [--part NAME ...]      run, then write docs/truth.md

Parts: fitting, judging, alarm, weighing, frontier, peers, page. Worlds are kept in DIR; a part
that ran before keeps its results until it is run again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.truth import page
from bench.truth.alarm import alarms
from bench.truth.frontier import frontier
from bench.truth.plan import ALARM, FITTING, FRONTIER_SEEDS, JUDGING, PEERS, Family
from bench.truth.scanned import scan_logs
from bench.truth.scores import campaign_scores, innocents
from bench.truth.side_by_side import peers, score
from bench.truth.store import Store
from bench.truth.trials import trials
from bench.truth.worlds import BenchWorld, build


@dataclass(frozen=True, slots=True)
class Cost:
    """What one scan cost."""

    world: str
    seed: int
    seconds: float
    peak_mb: float


def main() -> int:
    """Runs the parts that were asked for."""
    options = argparse.ArgumentParser(prog="python -m bench.truth", description=__doc__)
    options.add_argument("--out", type=Path, default=Path("bench-out"))
    options.add_argument("--part", action="append", choices=(*PARTS, "page"))
    options.add_argument("--docs", type=Path, default=Path("docs"))
    chosen = options.parse_args()
    store = Store(chosen.out)
    wanted = chosen.part or (*PARTS, "page")
    for name, part in PARTS.items():
        if name in wanted:
            begun = time.perf_counter()
            part(store, chosen.out)
            print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    if "page" in wanted:
        page.write(store, chosen.docs)
    return 0


def _worlds(families: Sequence[Family], out: Path) -> list[BenchWorld]:
    return [build(f.name, f.scenario, seed, out) for f in families for seed in f.seeds]


def _found(families: Sequence[Family], prefix: str) -> Callable[[Store, Path], None]:
    def run(store: Store, out: Path) -> None:
        campaigns, wrong, costs = [], [], []
        for world in _worlds(families, out):
            scan = scan_logs(world, out)
            campaigns += campaign_scores(world.name, world.seed, world.truth, scan)
            wrong.append(innocents(world.name, world.seed, world.truth, scan))
            costs.append(Cost(world.name, world.seed, scan.seconds, scan.peak_mb))
            _say(f"{world.name} {world.seed}: {scan.seconds:.0f} s")
        store.put(f"{prefix}-campaigns", campaigns)
        store.put(f"{prefix}-innocents", wrong)
        store.put(f"{prefix}-costs", costs)

    return run


def _alarm(store: Store, out: Path) -> None:
    done = []
    for watch in ALARM:
        for world in _worlds((watch.family,), out):
            done.append(alarms(world, watch, out))
            _say(f"{world.name} {world.seed}: {done[-1].scans} scans")
    store.put("alarms", done)


def _weighing(store: Store, out: Path) -> None:
    done = []
    for world in _worlds(JUDGING, out):
        done.append(trials(world))
        _say(f"{world.name} {world.seed}: {len(done[-1].trials)} trials")
    store.put("trials", done)


def _frontier(store: Store, out: Path) -> None:
    store.put("frontier", frontier(FRONTIER_SEEDS, out))


def _peers(store: Store, out: Path) -> None:
    rows = []
    for world in _worlds(PEERS, out):
        scan = scan_logs(world, out)
        rows.append(score("gauger", "gauger", world, scan.accused, scan.seconds, scan.peak_mb))
        rows += peers(world, out)
        _say(f"peers on {world.name} {world.seed}")
        store.put("peers", rows)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


PARTS: Final[dict[str, Callable[[Store, Path], None]]] = {
    "fitting": _found(FITTING, "fitting"),
    "judging": _found(JUDGING, "judging"),
    "weighing": _weighing,
    "frontier": _frontier,
    "alarm": _alarm,
    "peers": _peers,
}

if __name__ == "__main__":
    sys.exit(main())
