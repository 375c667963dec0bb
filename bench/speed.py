"""Speed and memory of sketching and scanning, beside the floor: DuckDB reading the same columns.

    python bench/speed.py --out DIR [--sizes 250000,500000,1000000,2000000] [--sketch-only]

Worlds are simulated into DIR once and kept there. Every scan runs as a process of its own, so
that its peak memory is its own; figures are printed as a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.exchange import EXCHANGE_SCHEMA
from gauger.read.sketch import SketchKey
from gauger.read.sketch.texts import sketch_column
from gauger.world import simulate

EXCHANGES_PER_ACCOUNT = 35.8
"""Of the scenario `demo`: turns a wanted number of exchanges into a number of accounts."""
REPEATS = 5


def main() -> None:
    """Runs the benchmarks that were asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--sizes", default="250000,500000,1000000,2000000")
    options.add_argument("--sketch-only", action="store_true")
    chosen = options.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    worlds = {size: world(chosen.out, size) for size in sizes}
    print(sketching(worlds[sizes[0]]))
    if not chosen.sketch_only:
        print(scanning(worlds, chosen.out))


def world(out: Path, exchanges: int) -> Path:
    """A simulated world of about this many exchanges."""
    folder = out / f"world-{exchanges}"
    if not (folder / "truth.parquet").exists():
        simulate("demo", folder, accounts=round(exchanges / EXCHANGES_PER_ACCOUNT))
    return folder


def sketching(folder: Path) -> str:
    """Megabytes of prompt text per second on one core, median of several passes."""
    prompts = pq.read_table(folder / "logs", columns=["prompt"])["prompt"].drop_null()
    batches = [chunk for chunk in prompts.chunks if len(chunk)]
    size = sum(text_bytes(batch) for batch in batches)
    key = SketchKey.from_secret("a secret for the benchmark")
    for batch in batches[:2]:
        sketch_column(batch, key)
    rates = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        for batch in batches:
            sketch_column(batch, key)
        rates.append(size / 1e6 / (time.perf_counter() - begun))
    return (
        f"Sketching {size / 1e6:.0f} MB of prompt text on one core: "
        f"{statistics.median(rates):.0f} MB/s (min {min(rates):.0f}, max {max(rates):.0f}).\n"
    )


def text_bytes(batch: pa.Array) -> int:
    """Bytes of text in a string array."""
    offsets = np.frombuffer(batch.buffers()[1], np.int32)
    return int(offsets[batch.offset + len(batch)] - offsets[batch.offset])


def scanning(worlds: dict[int, Path], out: Path) -> str:
    """A row per size: seconds, growth, peak memory, and the floor."""
    lines = [
        "| exchanges | text MB | scan s | times the half | peak MB | floor s | times the floor |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    before: tuple[int, float] | None = None
    for size, folder in sorted(worlds.items()):
        exchanges, text = measure(folder)
        seconds, peak = scan(folder, out / f"result-{size}")
        below = floor(folder)
        growth = ""
        if before is not None:
            growth = f"{seconds / before[1]:.2f}" if 1.8 < exchanges / before[0] < 2.2 else "–"
        before = (exchanges, seconds)
        lines.append(
            f"| {exchanges:,} | {text:.0f} | {seconds:.1f} | {growth} | {peak:.0f} | {below:.2f} "
            f"| {seconds / below:.0f} |"
        )
    return "\n".join(lines)


def measure(folder: Path) -> tuple[int, float]:
    """Exchanges, and megabytes of text in them."""
    found = duckdb.sql(
        "select count(*), sum(coalesce(strlen(prompt), 0) + coalesce(strlen(system), 0) "
        f"+ coalesce(strlen(response), 0)) from '{folder}/logs/*.parquet'"
    ).fetchall()
    return int(found[0][0]), float(found[0][1]) / 1e6


def scan(folder: Path, result: Path) -> tuple[float, float]:
    """Wall seconds and peak megabytes of one scan in its own process."""
    command = [
        str(Path(sys.executable).with_name("gauger")), "scan", str(folder / "logs"),
        "--accounts", str(folder / "accounts.parquet"), "--out", str(result), "--quiet",
    ]  # fmt: skip
    begun = time.perf_counter()
    done = subprocess.run(command, check=False)
    seconds = time.perf_counter() - begun
    assert done.returncode in (0, 1), done.returncode
    return seconds, json.loads((result / "run.json").read_text())["peak_memory_mb"]


def floor(folder: Path) -> float:
    """Seconds in which DuckDB reads every column of the same files once."""
    columns = ", ".join(f"bit_xor(hash({name}))" for name in EXCHANGE_SCHEMA.names)
    with duckdb.connect(config={"threads": os.cpu_count() or 2}) as connection:
        begun = time.perf_counter()
        connection.sql(f"select {columns} from '{folder}/logs/*.parquet'").fetchall()
        return time.perf_counter() - begun


if __name__ == "__main__":
    main()
