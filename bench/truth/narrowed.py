"""What is found where only the strongest ties are kept, as in populations too large for all.

    python -m bench.truth.narrowed --out DIR [--seeds 1]

Worlds of other seeds, scanned twice: with all ties, and with as many as an account keeps among a
million others (`gauger.find.linkage.narrowing`): ten of each kind for every account. A Markdown
table with a row for every campaign, and one for the innocents of every world, goes to stdout.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.truth.plan import JUDGING
from bench.truth.scanned import Found, Scanned
from bench.truth.scores import campaign_scores, innocents
from bench.truth.worlds import SECRET, BenchWorld, build
from gauger.find.linkage.narrowing import BOUNDS, Bounds
from gauger.model.run import ScanRequest
from gauger.read.sources import Rejects
from gauger.scan import scan

EACH: Final = 10
"""Ties of a kind for every account where a million accounts have ten million."""


def main() -> None:
    """Builds the worlds that are missing, scans them and prints the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--seeds", type=int, default=100, help="of every family, at most")
    chosen = options.parse_args()
    print("| world | of | accounts | all ties | strongest ties |\n| --- | --- | ---: | --- | --- |")
    for family in JUDGING:
        for seed in family.seeds[: chosen.seeds]:
            world = build(family.name, family.scenario, seed, chosen.out)
            narrow = Bounds(many_exchanges=0, most_ties=EACH * len(world.truth.kind))
            for line in rows(world, scanned(world, BOUNDS), scanned(world, narrow)):
                print(line, flush=True)


def scanned(world: BenchWorld, bounds: Bounds) -> Scanned:
    """One scan within bounds."""
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        request = ScanRequest(
            (str(world.sketches),), world.accounts, secret=SECRET, memory="4GB", threads=2
        )
        findings = scan(request, Rejects(Path(folder) / "rejects.jsonl"), bounds=bounds).findings
    networks = tuple(
        Found(
            str(network.verdict),
            frozenset(member.account_id for member in network.members),
            network.coordinated.lr.log10 if network.coordinated.lr else 0.0,
            network.extraction.lr.log10 if network.extraction.lr else 0.0,
        )
        for network in findings.networks
    )
    return Scanned(networks, time.perf_counter() - begun, 0.0)


def rows(world: BenchWorld, everything: Scanned, strongest: Scanned) -> list[str]:
    """Lines of the table; who is accused wrongly is named by kind on stderr."""
    name = f"{world.name} {world.seed}"
    both = (everything, strongest)
    lines = []
    for pair in zip(
        *(campaign_scores(world.name, world.seed, world.truth, each) for each in both), strict=True
    ):
        told = [f"recall {row.recall:.2f} in {row.pieces}" for row in pair]
        lines.append(
            f"| {name} | {pair[0].campaign} | {pair[0].accounts:,} | {told[0]} | {told[1]} |"
        )
    wrong = [innocents(world.name, world.seed, world.truth, each) for each in both]
    for each in wrong:
        if each.wrong:
            sys.stderr.write(f"{name} accuses {dict(each.accused)}\n")
    told = [
        f"{each.wrong} accused, {sum(count for _, count in each.listed)} listed" for each in wrong
    ]
    lines.append(f"| {name} | innocents | {wrong[0].accounts:,} | {told[0]} | {told[1]} |")
    return lines


if __name__ == "__main__":
    main()
