"""Seconds of a scan on a Spark cluster of two workers of one core, beside DuckDB on two threads.

    python -m bench.spark --world DIR [--memory 2GB] [--engines duckdb,spark] [--out DIR]

DIR is a world of sketches as `gauger simulate --sketches` writes it. The cluster is made of
processes of this machine. Where other work shares the cores, the seconds of the processors say
more than those of the clock; both are printed as a Markdown table, and whether the findings are
the same.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine.cluster import Cluster

COMMAND = "import sys; from gauger.face.cli.app import main; sys.argv[0] = 'gauger'; main()"
PHRASE = "the same in every run, as findings are compared"


@dataclass(frozen=True)
class Ran:
    """What one scan took, and what it found."""

    engine: str
    seconds: float
    cpu_seconds: float
    run: dict[str, Any]
    findings: bytes


def main() -> None:
    """Scans one world on each engine and prints what that took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--world", type=Path, required=True)
    options.add_argument("--memory", default="2GB")
    options.add_argument("--engines", default="duckdb,spark")
    options.add_argument("--out", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        out = chosen.out or Path(scratch)
        rans = []
        for engine in chosen.engines.split(","):
            if engine == "duckdb":
                rans.append(ran(chosen.world, out / engine, engine, chosen.memory))
                continue
            worker = chosen.memory.lower().replace("gb", "g").replace("mb", "m")
            with Cluster(Path(scratch) / "cluster", workers=2, memory=worker) as cluster:
                rans.append(ran(chosen.world, out / engine, engine, chosen.memory, cluster))
        print(table(rans))


def ran(world: Path, out: Path, engine: str, memory: str, cluster: Cluster | None = None) -> Ran:
    """One scan in a process of its own."""
    command = [
        "scan", world / "sketches", "--accounts", world / "accounts.parquet", "--out", out,
        "--memory", memory, "--engine", engine, "--quiet",
    ]  # fmt: skip
    if cluster is not None:
        command += ["--master", cluster.url]
    begun, before = time.perf_counter(), _cpu_of_children()
    done = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *map(str, command)],
        env={**os.environ, "GAUGER_SECRET": PHRASE},
    )
    beside = 0.0
    while done.poll() is None:
        # Executors end with the scan, so the last look before that is what they took.
        beside = max(beside, _cpu_of_groups(cluster) if cluster else 0.0)
        time.sleep(0.5)
    assert done.returncode in (0, 1), done.returncode
    return Ran(
        engine,
        time.perf_counter() - begun,
        _cpu_of_children() - before + beside,
        json.loads((out / "run.json").read_bytes()),
        (out / "findings.json").read_bytes(),
    )


def table(rans: list[Ran]) -> str:
    """What the scans took, step by step."""
    names = list(dict.fromkeys(step["step"] for each in rans for step in each.run["steps"]))
    head = ["", *(each.engine for each in rans)]
    rows = [
        ["seconds", *(f"{each.seconds:.0f}" for each in rans)],
        ["seconds of processors", *(f"{each.cpu_seconds:.0f}" for each in rans)],
        ["peak memory of the driver, MB", *(str(each.run["peak_memory_mb"]) for each in rans)],
    ]
    rows += [[name, *(_seconds(each, name) for each in rans)] for name in names]
    same = len({each.findings for each in rans}) == 1
    lines = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]]
    return "\n".join([*lines, "", f"Findings alike to the byte: {'yes' if same else 'NO'}."])


def _seconds(ran: Ran, name: str) -> str:
    found = [step["seconds"] for step in ran.run["steps"] if step["step"] == name]
    return f"{sum(found):.1f}" if found else ""


def _cpu_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _cpu_of_groups(cluster: Cluster) -> float:
    """Seconds that the living processes of a cluster have used."""
    groups = {process.pid for process in cluster.processes}
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) in groups:
            # User and system time, of the process and of its children that ended.
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
