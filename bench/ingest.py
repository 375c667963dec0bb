"""Ingest of compressed JSON lines beside DuckDB reading and counting the same files.

    python -m bench.ingest --out DIR [--accounts 6000,24000]

Logs are a simulated world's (scenario `demo`), written as JSON lines in gauger's own columns and
compressed, a file for every part of the window. Each reading is a process of its own, on two
cores; memory is the most that the process held.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import orjson
import pyarrow.parquet as pq
import zstandard

_COUNT = """
import sys, duckdb
connection = duckdb.connect(config={"threads": 2})
print(connection.sql(
    f"SELECT count(*) FROM read_json('{sys.argv[1]}', format='newline_delimited')"
).fetchall())
"""
_BATCH = 20_000
_SECRET = "a secret for benches only"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Read:
    """What one reading of the logs took."""

    seconds: float
    megabytes: int


def main() -> None:
    """Writes the logs that are missing, and reads them both ways."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--accounts", default="6000,24000")
    options.add_argument("--repeats", type=int, default=3)
    chosen = options.parse_args()
    lines = [
        "| exchanges | files | MB | DuckDB counts, s | gauger ingests, s | times "
        "| exchanges a second | peak MB, DuckDB | peak MB, gauger |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for accounts in chosen.accounts.split(","):
        folder = chosen.out / f"world-{accounts}"
        if not (folder / "truth.parquet").exists():
            _run([_gauger(), "simulate", "--scenario", "demo", "--accounts", accounts,
                  "--seed", "7", "--out", str(folder), "--quiet"])  # fmt: skip
        for suffix in ("gz", "zst"):
            logs = folder / suffix
            exchanges = _written(folder, logs, suffix)
            counted = _best([_count(logs) for _ in range(chosen.repeats)])
            ingested = _best([_ingest(logs, chosen.out / "lake") for _ in range(chosen.repeats)])
            size = sum(path.stat().st_size for path in logs.iterdir()) / 1e6
            lines.append(
                f"| {exchanges:,} | {suffix} | {size:,.0f} | {counted.seconds:.1f} "
                f"| {ingested.seconds:.1f} | {ingested.seconds / counted.seconds:.1f} "
                f"| {exchanges / ingested.seconds:,.0f} "
                f"| {counted.megabytes:,} | {ingested.megabytes:,} |"
            )
            sys.stdout.write(lines[-1] + "\n")
            sys.stdout.flush()
    sys.stdout.write("\n".join(lines) + "\n")


def _written(world: Path, logs: Path, suffix: str) -> int:
    """Writes a world's logs as compressed JSON lines; returns the number of exchanges."""
    exchanges = 0
    logs.mkdir(parents=True, exist_ok=True)
    for path in sorted((world / "logs").glob("*.parquet")):
        exchanges += pq.ParquetFile(path).metadata.num_rows
        place = logs / f"{path.stem}.jsonl.{suffix}"
        if place.exists():
            continue
        with _packed(place, suffix) as file:
            for batch in pq.ParquetFile(path).iter_batches(_BATCH):
                file.write(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
                                    for row in batch.to_pylist()))  # fmt: skip
    return exchanges


def _packed(place: Path, suffix: str) -> IO[bytes]:
    return gzip.open(place, "wb", 6) if suffix == "gz" else zstandard.open(place, "wb")


def _count(logs: Path) -> Read:
    return _run([sys.executable, "-c", _COUNT, str(logs / "*.jsonl.*")])


def _ingest(logs: Path, lake: Path) -> Read:
    shutil.rmtree(lake, ignore_errors=True)
    return _run([_gauger(), "ingest", str(logs), "--lake", str(lake), "--quiet"])


def _run(command: list[str]) -> Read:
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env={**os.environ, "GAUGER_SECRET": _SECRET}
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} ended with status {status}")
    return Read(time.perf_counter() - begun, used.ru_maxrss // 1024)


def _best(reads: list[Read]) -> Read:
    return min(reads, key=lambda read: read.seconds)


def _gauger() -> str:
    return str(Path(sys.executable).with_name("gauger"))


if __name__ == "__main__":
    main()
