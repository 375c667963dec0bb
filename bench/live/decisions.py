"""How many decisions a second, how late the latest, and in how much memory.

python -m bench.live.decisions --out DIR [--seconds S]

A million known accounts, 25,000 of them in one network, and a policy with a quota. First the
decider by itself, then the service over loopback HTTP: `gauger serve` in one process, asked at a
set rate whether or not it keeps up, so that a late answer counts as late from when it was due.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.truth.worlds import SECRET
from gauger.act.cases.database import open_database
from gauger.act.cases.keys import Scope, make_key
from gauger.act.cases.versions import put_policy
from gauger.act.decisions.decider import Decider, Known
from gauger.act.decisions.loading import load_index
from gauger.act.policy.reading import parse_policy
from gauger.act.quotas.quotas import Quotas
from gauger.model.decision import Asked
from gauger.tell.members import MEMBERS_SCHEMA

NETWORK: Final = 25_000
KNOWN: Final = 1_000_000
NETWORKS: Final = 400
"""Into which the known accounts besides the large network fall."""
RATE: Final = 2_000
POLICY: Final = """
version = 1
author = "bench"
reason = "measured"
live_share = 1.0
appeal_url = "https://provider.example/appeal/{reference}"
verification_url = "https://provider.example/verify/{reference}"

[[rule]]
name = "core"
verdict = ["extraction"]
place = ["core"]
account_least = 1.0
answer = "step-up"

[[rule]]
name = "others"
verdict = ["extraction"]
answer = "slow"
quota = { requests = 600, tokens = 2000000, per = "minute", mixed_reserve = 0.2 }
"""


def findings(folder: Path) -> None:
    """A result folder with so many members, as a scan would write it."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(20261129)
    sizes = [NETWORK, *np.full(NETWORKS, (KNOWN - NETWORK) // NETWORKS)]
    claim = {"established": True, "log10_lr": 3.5, "lower": 3.0, "upper": 3.9}
    networks = [
        {
            "network_id": f"net-{number:06x}",
            "verdict": "extraction" if number % 2 == 0 else "coordinated",
            "claims": {"coordinated": claim, "extraction": claim},
        }
        for number in range(len(sizes))
    ]
    total = int(sum(sizes))
    ones = np.ones(total)
    columns = {
        "network_id": np.repeat([n["network_id"] for n in networks], sizes),
        "account_id": [f"acct_{number:016x}" for number in range(total)],
        "log10_lr": 3.0 * ones,
        "lower": 2.0 * ones,
        "upper": 4.0 * ones,
        "belonging": np.where(rng.random(total) < 0.7, "core", "likely"),
        "marked": rng.random(total),
    }
    arrays = [
        pa.array(columns[field.name], field.type)
        if field.name in columns
        else pa.nulls(total, field.type)
        for field in MEMBERS_SCHEMA
    ]
    pq.write_table(pa.Table.from_arrays(arrays, schema=MEMBERS_SCHEMA), folder / "members.parquet")
    document = {"version": 1, "networks": networks}
    (folder / "findings.json").write_text(json.dumps(document), encoding="utf-8")


def asked(number: int) -> str:
    """Whom the question of this number is about: the large network, others, and strangers."""
    chosen = (number * 2_654_435_761) % 2**32
    third = number % 3
    if third == 0:
        return f"acct_{chosen % NETWORK:016x}"
    return f"acct_{chosen % KNOWN:016x}" if third == 1 else f"stranger_{chosen}"


async def alone(folder: Path, seconds: float) -> dict[str, float]:
    """The decider in this process, one question after the other."""
    before = _memory()
    started = time.perf_counter()
    index = load_index(folder)
    loading = time.perf_counter() - started
    decider = Decider(Known(index), parse_policy(POLICY, "bench"), quotas=Quotas(), secret=SECRET)
    memory = _memory() - before
    late: list[float] = []
    ends = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < ends:
        await decider.decide(Asked(asked(len(late)), model="large", tokens=900))
        late.append(time.perf_counter() - begun)
    took = np.array(late) * 1e3
    return {
        "known": len(index),
        "loading_s": loading,
        "memory_mb": memory,
        "a_second": 1e3 / float(took.mean()),
        "p50_ms": float(np.quantile(took, 0.5)),
        "p99_ms": float(np.quantile(took, 0.99)),
        "max_ms": float(took.max()),
    }


async def served(port: int, key: str, seconds: float, connections: int) -> dict[str, float]:
    """Questions at a set rate over a few kept connections; times count from when each was due."""
    total = int(RATE * seconds)
    begin = time.perf_counter() + 0.5
    late = np.zeros(total)
    number = iter(range(total))
    failed = 0

    async def one_after_the_other() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for n in number:
            due = begin + n / RATE
            wait = due - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            body = json.dumps({"account_id": asked(n), "model": "large", "tokens": 900}).encode()
            writer.write(
                b"POST /v1/decide HTTP/1.1\r\nhost: gauger\r\nx-api-key: " + key.encode()
                + b"\r\ncontent-length: " + str(len(body)).encode() + b"\r\n\r\n" + body
            )  # fmt: skip
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            failed += not head.startswith(b"HTTP/1.1 200")
            late[n] = time.perf_counter() - due
        writer.close()

    await asyncio.gather(*(one_after_the_other() for _ in range(connections)))
    took = late * 1e3
    return {
        "asked_a_second": total / (time.perf_counter() - begin),
        "failed": failed,
        "p50_ms": float(np.quantile(took, 0.5)),
        "p99_ms": float(np.quantile(took, 0.99)),
        "p999_ms": float(np.quantile(took, 0.999)),
        "max_ms": float(took.max()),
    }


def over_http(folder: Path, out: Path, seconds: float) -> dict[str, float]:
    """The service in a process of its own."""
    database = f"sqlite:///{out}/decisions.db"
    Path(f"{out}/decisions.db").unlink(missing_ok=True)
    opened = open_database(database)
    key = make_key(opened, "bench", [Scope.DECIDE])
    put_policy(opened, POLICY, "bench")
    opened.dispose()
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    program = "from gauger.face.cli import main; main()"
    options = ["--findings", str(folder), "--port", str(port), "--database", database, "-q"]
    command = [sys.executable, "-c", program, "serve", *options]
    with Path(f"{out}/decisions.log").open("wb") as log:
        running = subprocess.Popen(command, env=os.environ | {"GAUGER_SECRET": SECRET}, stderr=log)
    try:
        _wait(port)
        asyncio.run(served(port, key, 2.0, 16))
        before = _processor(running.pid)
        figures = asyncio.run(served(port, key, seconds, 16))
        figures["cpu_us"] = (_processor(running.pid) - before) * 1e6 / int(RATE * seconds)
        status = Path(f"/proc/{running.pid}/status").read_text(encoding="utf-8")
        figures["memory_mb"] = int(status.split("VmRSS:")[1].split()[0]) / 1024
    finally:
        running.terminate()
        running.wait(30)
    return figures


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the service did not begin")


def _processor(pid: int) -> float:
    """Seconds of all cores that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory() -> float:
    """Megabytes that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m bench.live.decisions", description=__doc__)
    options.add_argument("--out", type=Path, default=Path("bench-out"))
    options.add_argument("--seconds", type=float, default=20.0)
    chosen = options.parse_args()
    held = chosen.out / "decisions"
    findings(held)
    print("alone", asyncio.run(alone(held, chosen.seconds)), flush=True)
    print("over http", over_http(held, chosen.out, chosen.seconds))
