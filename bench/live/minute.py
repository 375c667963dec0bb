"""How long from the exchange that establishes a network to the first answer on its accounts.

python -m bench.live.minute --out DIR [--tries N]

A simulated world's log records are sent to a service with the default schedule: first those of
all ordinary accounts, of whom some go on sending, so that scans go on. Then the exchanges of the
campaigns come as one block, at a moment that has nothing to do with the scans. The exchange that
establishes a network is among them, so time counts from when the block was acknowledged.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from bench.live.serving import serving
from gauger.model.exchange import EXCHANGE_SCHEMA
from gauger.world import World, simulate

BACKGROUND: Final = 4_000
POLICY: Final = """
version = 1
author = "bench"
reason = "measured"
live_share = 1.0
appeal_url = "https://provider.example/appeal/{reference}"
verification_url = "https://provider.example/verify/{reference}"

[[rule]]
name = "members"
verdict = ["extraction"]
answer = "step-up"
"""


def made(folder: Path) -> tuple[World, list[dict[str, Any]], set[str]]:
    """A world that ends today, its exchanges in their order, and the accounts of its campaigns."""
    text = (Path(__file__).parents[2] / "src/gauger/world/scenarios/quick.toml").read_text("utf-8")
    begin = datetime.now(UTC).date() - timedelta(days=8)
    scenario = folder / "scenario.toml"
    scenario.write_text(text.replace("2026-04-20", begin.isoformat()), encoding="utf-8")
    world = simulate(str(scenario), folder / "world", seed=7)
    table = pa.concat_tables([pq.read_table(path) for path in world.logs])
    table = table.sort_by([("time", "ascending"), ("exchange_id", "ascending")])
    truth = pq.read_table(world.truth).to_pylist()
    names = [name for name in EXCHANGE_SCHEMA.names if name in table.schema.names]
    rows = table.select(names).to_pylist()
    return world, rows, {row["account_id"] for row in truth if row["campaign"]}


def once(
    folder: Path,
    world: World,
    rows: list[dict[str, Any]],
    campaign: set[str],
    rng: random.Random,
) -> dict[str, float]:
    """Seconds of one try."""
    before = [row for row in rows if row["account_id"] not in campaign]
    telling = [row for row in rows if row["account_id"] in campaign]
    with (
        serving(folder, POLICY, "--lake", "lake") as held,
        httpx.Client(base_url=held.base, headers={"x-api-key": held.key}, timeout=60) as client,
    ):
        records = pq.read_table(world.accounts).to_pylist()
        client.post("/v1/ingest/accounts", content=_lines(records)).raise_for_status()
        for begin in range(0, len(before), 5_000):
            client.post(
                "/v1/ingest", content=_lines(before[begin : begin + 5_000])
            ).raise_for_status()
        stop = threading.Event()
        threading.Thread(
            target=_others, args=(held.base, held.key, before, stop), daemon=True
        ).start()
        rounds = _rounds(client)
        while _rounds(client) < rounds + 1:
            time.sleep(0.2)
        asked = sorted({row["account_id"] for row in telling})
        early = sum(_answer(client, account) != "allow" for account in asked)
        time.sleep(rng.uniform(0, 20))
        client.post("/v1/ingest", content=_lines(telling)).raise_for_status()
        begun = time.perf_counter()
        while all(_answer(client, account) == "allow" for account in asked):
            time.sleep(0.1)
        took = time.perf_counter() - begun
        stop.set()
        scans = client.get("/v1/rounds").json()["rounds"]
    return {
        "seconds": round(took, 1), "answered_before": early,
        "scan_seconds": round(max(each["seconds"] for each in scans), 1),
        "exchanges": max(each["exchanges"] or 0 for each in scans),
    }  # fmt: skip


def _others(base: str, key: str, rows: list[dict[str, Any]], stop: threading.Event) -> None:
    """Accounts of no campaign send once more what they had sent, under other identifiers."""
    with httpx.Client(base_url=base, headers={"x-api-key": key}, timeout=60) as client:
        for number, row in enumerate(rows[:BACKGROUND]):
            if stop.wait(0.25):
                return
            client.post("/v1/ingest", content=_lines([{**row, "exchange_id": f"more-{number}"}]))


def _rounds(client: httpx.Client) -> int:
    return int(client.get("/v1/counts").json()["ingest"]["rounds"]["done"])


def _answer(client: httpx.Client, account: str) -> str:
    return str(client.post("/v1/decide", json={"account_id": account}).json()["answer"])


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return b"\n".join(orjson.dumps(row) for row in rows)


def main() -> None:
    """Prints a line for each try."""
    options = argparse.ArgumentParser(prog="python -m bench.live.minute", description=__doc__)
    options.add_argument("--out", type=Path, default=Path("bench-out"))
    options.add_argument("--tries", type=int, default=5)
    chosen = options.parse_args()
    folder = (chosen.out / "live-minute").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    world, rows, campaign = made(folder)
    rng = random.Random(20261129)
    for number in range(chosen.tries):
        figures = once(folder / f"try-{number}", world, rows, campaign, rng)
        load = round(os.getloadavg()[0], 1)
        print(json.dumps({**figures, "load": load}), flush=True)


if __name__ == "__main__":
    main()
