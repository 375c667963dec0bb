"""The guard that continuous integration runs: recall does not fall, nobody innocent is accused.

python -m bench.truth.guard --out DIR
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from bench.truth.plan import QUICK
from bench.truth.scanned import scan_logs
from bench.truth.scores import campaign_scores, innocents
from bench.truth.worlds import build

LEAST_RECALL: Final = {
    ("quick", "brook"): 0.9,
    ("quick", "north"): 0.9,
    ("gateway", "dune"): 0.9,
    ("gateway", "ember"): 0.9,
}
"""Below what was measured when the guard was set, by campaign; others are only reported."""


def guard(out: Path) -> int:
    """Scans the quick worlds; 0 if all is as good as it was, else 1."""
    failures = []
    for family in QUICK:
        for seed in family.seeds:
            world = build(family.name, family.scenario, seed, out)
            scan = scan_logs(world, out)
            wrong = innocents(world.name, seed, world.truth, scan)
            print(f"{world.name} {seed}: innocents accused {wrong.wrong} of {wrong.accounts}")
            if wrong.wrong:
                failures.append(f"{world.name} {seed} accuses {dict(wrong.accused)}")
            for row in campaign_scores(world.name, seed, world.truth, scan):
                print(f"{world.name} {seed}: {row.campaign} recall {row.recall:.2f}")
                least = LEAST_RECALL.get((world.name, row.campaign), 0.0)
                if row.recall < least:
                    failures.append(f"{row.campaign}: recall {row.recall:.2f} below {least:.2f}")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m bench.truth.guard", description=__doc__)
    options.add_argument("--out", type=Path, default=Path("bench-out"))
    sys.exit(guard(options.parse_args().out))
