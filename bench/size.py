"""Seconds, memory and spilled data of scans of kept sketches, step by step, at growing sizes.

    python -m bench.size --out DIR [--copies 1,10] [--memory 8GB]

Worlds are copies of one base world of the scenario `demo` (docs/sketch_worlds.md). Every scan is
a process of its own; the floor is DuckDB reading once the columns that a scan needs. Figures are
printed as Markdown tables.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

ACCOUNTS = 10_450
DAYS = 38
"""Of the base world: about a million exchanges, a hundred for each account that is active."""
_FLAT = (
    "exchange_key", "account_key", "model", "credential", "conversation", "turn", "input_tokens",
    "output_tokens", "system", "prompt", "prompt_tokens", "marks", "capability", "script",
    "response_tokens", "tools", "parameters", "client", "address", "range", "block", "status",
)  # fmt: skip
_LISTS = ("head", "tail", "runs", "system_runs")


@dataclass(frozen=True, slots=True)
class Floor:
    """What a world holds, and the seconds in which it can be read at all."""

    exchanges: int
    accounts: int
    prints: int
    megabytes: float
    seconds: float


def main() -> None:
    """Makes the worlds that are missing, and scans them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--copies", default="1,10")
    options.add_argument("--memory", default="8GB")
    chosen = options.parse_args()
    floors: list[Floor] = []
    runs: list[dict[str, Any]] = []
    for copies in (int(number) for number in chosen.copies.split(",")):
        folder = world(chosen.out, copies)
        floors.append(floor(folder, chosen.memory))
        runs.append(scan(folder, chosen.out / f"result-{copies}", chosen.memory))
        sys.stdout.write(table(floors, runs) + "\n\n")
        sys.stdout.flush()


def world(out: Path, copies: int) -> Path:
    """A world of sketches in so many copies."""
    folder = out / f"world-{copies}"
    if not (folder / "sketches" / "gauger-sketches.json").exists():
        _gauger(
            "simulate", "--scenario", "demo", "--accounts", ACCOUNTS, "--days", DAYS, "--seed", 7,
            "--sketches", "--copies", copies, "--out", folder, "--quiet",
        )  # fmt: skip
    return folder


def floor(folder: Path, memory: str) -> Floor:
    """Reads every needed column once, on two cores."""
    files = f"'{folder}/sketches/*.parquet'"
    flat = ", ".join(f'bit_xor("{name}")' for name in _FLAT)
    lists = " UNION ALL ".join(f"SELECT unnest({name}) AS print FROM {files}" for name in _LISTS)
    with duckdb.connect(config={"threads": 2, "memory_limit": memory}) as connection:
        begun = time.perf_counter()
        connection.sql(f"SELECT max(epoch_us(time)), {flat} FROM {files}").fetchall()
        ((prints,),) = connection.sql(
            f"SELECT count(*) FROM ({lists}) WHERE print IS NOT NULL"
        ).fetchall()
        seconds = time.perf_counter() - begun
        ((exchanges, accounts),) = connection.sql(
            f"SELECT count(*), count(DISTINCT account_key) FROM {files}"
        ).fetchall()
    size = sum(path.stat().st_size for path in (folder / "sketches").glob("*.parquet"))
    return Floor(exchanges, accounts, prints, size / 1e6, seconds)


def scan(folder: Path, result: Path, memory: str) -> dict[str, Any]:
    """The record of one scan in its own process."""
    code = _gauger(
        "scan", folder / "sketches", "--accounts", folder / "accounts.parquet", "--out", result,
        "--memory", memory, "--quiet",
    )  # fmt: skip
    if code not in (0, 1):
        sys.exit(f"the scan of {folder} ended with {code}")
    record: dict[str, Any] = json.loads((result / "run.json").read_text(encoding="utf-8"))
    return record


def table(floors: list[Floor], runs: list[dict[str, Any]]) -> str:
    """A row per world, and beneath it a row per step."""
    lines = [
        "| exchanges | accounts | step | seconds | core seconds | times the size before "
        "| peak MB | spilled MB | times the floor |",
        "| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    before: dict[str, float] = {}
    for held, run in zip(floors, runs, strict=True):
        size = f"| {held.exchanges:,} | {held.accounts:,} |"
        for step in run["steps"]:
            name, spent = step["step"], step["cpu_seconds"]
            growth = f"{spent / before[name]:.1f}" if before.get(name) else ""
            lines.append(
                f"{size} {name} | {step['seconds']:.1f} | {spent:.1f} | {growth} "
                f"| {step['peak_memory_mb']:,} | {step['spilled_mb']:,} "
                f"| {step['seconds'] / held.seconds:.1f} |"
            )
            before[name] = spent
        lines.append(
            f"{size} floor: {held.megabytes:,.0f} MB, {held.prints:,} runs | {held.seconds:.2f} "
            "| | | | | 1 |"
        )
    return "\n".join(lines)


def _gauger(*arguments: object) -> int:
    command = [str(Path(sys.executable).with_name("gauger")), *map(str, arguments)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    main()
