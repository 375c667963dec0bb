"""Fits how clients arrive to measured traffic, and shows the simulated beside the real.

    python -m bench.arrivals --data DIR [--write] [--compare]

DIR holds the folders traffic-servegen, traffic-mooncake and traffic-azure2023 as docs/arrivals.md
describes them. `--write` replaces src/gauger/world/words/arrivals.toml, on which the world runs;
`--compare` prints the tables of docs/arrivals.md as Markdown.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.arrivals.clients import read_clients
from bench.arrivals.fitted import measured, write
from bench.arrivals.lengths import azure, mooncake

WORDS = Path(__file__).parents[2] / "src" / "gauger" / "world" / "words" / "arrivals.toml"


def main() -> None:
    """Read, fit, write, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--compare", action="store_true")
    given = parser.parse_args()
    of = measured(
        read_clients(given.data / "traffic-servegen"),
        mooncake(given.data / "traffic-mooncake"),
        azure(given.data / "traffic-azure2023"),
    )
    if given.write:
        write(of, WORDS)
    if given.compare:
        from arrivals.compare import tables

        print(tables(of))


if __name__ == "__main__":
    main()
