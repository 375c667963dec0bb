"""Run one peer on one world, as a process of its own, and write what it proposes.

    python -m bench.peers NAME WORLD --out FILE.json [--limit SECONDS] [--memory MEGABYTES]
    python -m bench.peers --list

Seconds and peak memory are of the peer's whole process with all it starts, interpreter and
imports included. A peer that passes a limit is ended and written down as unfinished.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench.peers.registry import PEERS, load
from bench.peers.running import Limits, run_limited
from bench.peers.telling import told, told_unfinished

USAGE_ERROR = 2


def main() -> int:
    """Runs a peer under limits, or, with `--inside`, does the peer's own work."""
    options = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    options.add_argument("name", nargs="?", choices=sorted(PEERS))
    options.add_argument("world", nargs="?", type=Path)
    options.add_argument("--out", type=Path)
    options.add_argument("--limit", type=float, default=300.0, help="seconds")
    options.add_argument("--memory", type=float, default=8192.0, help="megabytes")
    options.add_argument("--list", action="store_true", help="name all peers")
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.list:
        print("\n".join(PEERS))
        return 0
    if chosen.name is None or chosen.world is None or chosen.out is None:
        options.error("name a peer, a world and --out FILE.json")
    if chosen.inside:
        chosen.out.write_text(json.dumps(told(chosen.name, chosen.world)), encoding="utf-8")
        return 0
    try:
        load(chosen.name)
    except ImportError as error:
        print(f"`{chosen.name}`: {error}; install requirements-bench.lock", file=sys.stderr)
        return USAGE_ERROR
    with tempfile.TemporaryDirectory(prefix="peer-") as scratch:
        inner = Path(scratch) / "proposal.json"
        command = [
            sys.executable, "-m", "bench.peers", chosen.name, str(chosen.world),
            "--out", str(inner), "--inside",
        ]  # fmt: skip
        ran = run_limited(command, Path(scratch), Limits(chosen.limit, chosen.memory))
        result = (
            json.loads(inner.read_text(encoding="utf-8"))
            if ran.finished
            else told_unfinished(chosen.name, ran.reason)
        )
    result |= {"seconds": round(ran.seconds, 3), "peak_mb": round(ran.peak_mb, 1)}
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
