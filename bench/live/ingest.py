"""How many exchanges a second a service takes in with their text, and in how much memory.

python -m bench.live.ingest --out DIR [--seconds S] [--rate N] [--scan-every SECONDS]
                            [--format canonical|litellm]

Bodies of some hundred exchanges are sent at a set rate over a few connections, from a process of
its own, whether or not the service keeps up; a late acknowledgement counts as late from when its
body was due. In the end what the lake holds is compared with what was acknowledged.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np

from bench.live.decisions import POLICY
from bench.live.serving import Serving, serving
from gauger.read.lake.address import parse_address
from gauger.read.lake.catalog import open_lake
from gauger.read.lake.snapshots import told

TOGETHER: Final = 300
CONNECTIONS: Final = 12
ACCOUNTS: Final = 20_000
TEXTS: Final = 2_000
_TEXT: Final = (
    "write the function that sorts a list of names and explain how it works step by step "
    "please give a short summary of this report about prices energy water cities and trade "
    "translate what follows into German my garden has roses tomatoes and a small pond "
)


def texts(rng: random.Random) -> list[tuple[str, str]]:
    """Prompts and answers of log-normal lengths, 0.9 and 1.6 KB in the mean, about."""

    words = _TEXT.split()

    def one(mean: float) -> str:
        length = min(int(rng.lognormvariate(mean, 0.8)) + 3, 4_000)
        return " ".join(rng.choice(words) for _ in range(length))

    return [(one(4.7), one(5.3)) for _ in range(TEXTS)]


def canonical(number: int, now: str, pair: tuple[str, str]) -> dict[str, Any]:
    """One exchange in gauger's own columns."""
    return {
        "exchange_id": f"x-{number}", "time": now, "account_id": f"acct_{number % ACCOUNTS}",
        "request_model": "large-1", "prompt": f"{pair[0]} {number}", "response": pair[1],
        "system": "You are a helpful assistant.", "temperature": 0.7, "input_tokens": 200,
        "output_tokens": 350, "source_ip": f"198.51.{number % 250}.{number % 199}",
        "user_agent": "python-client/1.2", "status": 200, "latency_ms": 900,
    }  # fmt: skip


def litellm(number: int, now: str, pair: tuple[str, str]) -> dict[str, Any]:
    """The same as LiteLLM's payload, without what is not read of it."""
    moment = datetime.fromisoformat(now).timestamp()
    return {
        "id": f"x-{number}", "litellm_call_id": f"call-{number}", "call_type": "acompletion",
        "startTime": moment, "endTime": moment + 0.9, "status": "success", "model": "large-1",
        "model_parameters": {"temperature": 0.7}, "prompt_tokens": 200, "completion_tokens": 350,
        "metadata": {"user_api_key_user_id": f"acct_{number % ACCOUNTS}"},
        "requester_ip_address": f"198.51.{number % 250}.{number % 199}",
        "messages": [
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": f"{pair[0]} {number}"},
        ],
        "response": {"choices": [{"message": {"role": "assistant", "content": pair[1]},
                                  "finish_reason": "stop"}]},
    }  # fmt: skip


def body_of(first: int, format: str, pairs: list[tuple[str, str]]) -> bytes:
    """A body of TOGETHER exchanges."""
    now = datetime.now(UTC).isoformat()
    make = canonical if format == "canonical" else litellm
    rows = [
        make(first + place, now, pairs[(first + place) * 7919 % len(pairs)])
        for place in range(TOGETHER)
    ]
    if format == "canonical":
        return "\n".join(json.dumps(row) for row in rows).encode()
    return json.dumps(rows).encode()


async def send(
    held: Serving, seconds: float, rate: float, format: str
) -> tuple[dict[str, Any], Counter[int]]:
    """Sends for so long, and says how late acknowledgements were."""
    pairs = texts(random.Random(20261129))
    total = int(rate * seconds / TOGETHER)
    path = "/v1/ingest" if format == "canonical" else "/v1/ingest/litellm"
    late: list[float] = []
    statuses: Counter[int] = Counter()
    sent = accepted = 0
    memory: list[dict[str, float]] = []
    begin = time.perf_counter() + 1.0
    number = iter(range(total))

    async def one(client: httpx.AsyncClient) -> None:
        nonlocal sent, accepted
        for n in number:
            body = body_of(n * TOGETHER, format, pairs)
            due = begin + n * TOGETHER / rate
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            while True:
                said = await client.post(path, content=body)
                statuses[said.status_code] += 1
                if said.status_code == 200:
                    break
                await asyncio.sleep(float(said.headers.get("retry-after", 1)))
            sent += len(body)
            accepted += said.json()["accepted"]
            late.append(time.perf_counter() - due)

    async def watch() -> None:
        while True:
            memory.append({"at": time.perf_counter() - begin, **held.resident()})
            await asyncio.sleep(5)

    watching = asyncio.create_task(watch())
    async with httpx.AsyncClient(
        base_url=held.base, headers={"x-api-key": held.key}, timeout=120
    ) as client:
        await asyncio.gather(*(one(client) for _ in range(CONNECTIONS)))
        took = time.perf_counter() - begin
        watching.cancel()
        counts = (await client.get("/v1/counts")).json()["ingest"]
    took_ms = np.array(late) * 1e3
    quarter = max(len(memory) // 4, 1)
    return {
        "exchanges": accepted,
        "seconds": round(took, 1),
        "a_second": round(accepted / took),
        "mb_a_second": round(sent / took / 1e6, 2),
        "ack_p50_ms": round(float(np.quantile(took_ms, 0.5))),
        "ack_p99_ms": round(float(np.quantile(took_ms, 0.99))),
        "ack_max_ms": round(float(took_ms.max())),
        "service_mb_by_quarter": [
            round(max(each["service_mb"] for each in memory[place : place + quarter]))
            for place in range(0, quarter * 4, quarter)
            if memory[place : place + quarter]
        ],
        "children_mb_most": round(max(each["children_mb"] for each in memory)),
        "counts": counts,
    }, statuses


def main() -> None:
    """Prints one line of figures."""
    options = argparse.ArgumentParser(prog="python -m bench.live.ingest", description=__doc__)
    options.add_argument("--out", type=Path, default=Path("bench-out"))
    options.add_argument("--seconds", type=float, default=180.0)
    options.add_argument("--rate", type=float, default=3_000.0)
    options.add_argument("--scan-every", type=float, default=10.0)
    options.add_argument("--format", choices=["canonical", "litellm"], default="canonical")
    chosen = options.parse_args()
    folder = (chosen.out / "live-ingest").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    before = os.getloadavg()[0]
    arguments = ("--lake", "lake", "--scan-every", str(chosen.scan_every))
    with serving(folder, POLICY, *arguments) as held:
        figures, statuses = asyncio.run(send(held, chosen.seconds, chosen.rate, chosen.format))
    with open_lake(parse_address(str(folder / "lake"))) as lake:
        snapshot = told(lake, lake.table.current_snapshot())
    figures |= {
        "statuses": dict(statuses),
        "in_lake": snapshot.exchanges if snapshot else 0,
        "load_before": round(before, 1),
        "format": chosen.format,
        "scan_every": chosen.scan_every,
    }
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
