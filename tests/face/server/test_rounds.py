"""From exchanges that come in to answers on their accounts, by scans that a service starts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from act.policies import HEAD, LIVE, RULES
from exchanges import PHRASE
from face.test_serve_command import process
from gauger.act.cases.database import open_database
from gauger.act.cases.keys import Scope, make_key
from gauger.act.cases.versions import put_policy
from gauger.model.exchange import EXCHANGE_SCHEMA
from gauger.world import World, simulate

PLAIN = Path(__file__).parents[2] / "plain.toml"
PATIENCE = 120.0


def world_of(folder: Path) -> World:
    """A small world of the last days, one of whose campaigns a scan establishes."""
    scenario = folder / "scenario.toml"
    begin = datetime.now(UTC).date() - timedelta(days=6)
    text = PLAIN.read_text(encoding="utf-8")
    scenario.write_text(text.replace("2026-04-20", begin.isoformat()), encoding="utf-8")
    return simulate(str(scenario), folder / "world", accounts=480, seed=1)


def posted(world: World, most: int = 3_000) -> Iterator[bytes]:
    """All of its exchanges as NDJSON, some at a time."""
    logs = pa.concat_tables([pq.read_table(path) for path in world.logs])
    present = datetime.now(UTC) + timedelta(hours=12)
    rows = logs.select([name for name in EXCHANGE_SCHEMA.names if name in logs.schema.names])
    kept = [row for row in rows.to_pylist() if row["time"] < present]
    for begin in range(0, len(kept), most):
        yield b"\n".join(orjson.dumps(row) for row in kept[begin : begin + most])


def test_what_comes_in_is_scanned_shown_answered_and_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAUGER_SECRET", PHRASE)
    world = world_of(tmp_path)
    truth = pq.read_table(world.truth).to_pylist()
    harvesting = {row["account_id"] for row in truth if row["campaign"]}
    database = open_database("sqlite:///gauger-serve/control.db")
    key = make_key(database, "all", [Scope.INGEST, Scope.DECIDE, Scope.READ])
    put_policy(database, HEAD + LIVE + RULES, "policy.toml")
    database.dispose()
    records = pq.read_table(world.accounts).to_pylist()
    with (
        process(tmp_path, "--lake", "lake", "--scan-every", "1") as base,
        httpx.Client(base_url=base, headers={"x-api-key": key}, timeout=60) as client,
    ):
        told = client.post(
            "/v1/ingest/accounts", content=b"\n".join(orjson.dumps(each) for each in records)
        )
        assert told.json()["accepted"] == len(records)
        sent = 0
        for body in posted(world):
            said = client.post("/v1/ingest", content=body).json()
            assert said["rejected"] == said["repeated"] == 0, said
            sent += said["accepted"]

        def answered() -> dict[str, str]:
            return {
                account: client.post("/v1/decide", json={"account_id": account}).json()["answer"]
                for account in sorted(harvesting)
            }

        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answers = answered()
            if sum(answer != "allow" for answer in answers.values()) >= 0.9 * len(answers):
                break
            time.sleep(0.5)
        else:
            pytest.fail((tmp_path / "serve.log").read_text())
        # Recorded before it is shown to the service.
        rounds = client.get("/v1/rounds").json()["rounds"]
        done = [each for each in rounds if each["outcome"] == "done"]
        assert done and {each["kind"] for each in done} <= {"everything", "since"}
        networks = client.get("/v1/networks").json()
        extraction = [each for each in networks["networks"] if each["verdict"] == "extraction"]
        assert extraction and extraction[0]["extraction"]["lower"] is not None
        name = extraction[0]["network_id"]
        members = client.get(f"/v1/networks/{name}/members", params={"limit": 3}).json()
        assert len(members["members"]) == 3
        following = client.get(
            f"/v1/networks/{name}/members", params={"after": members["next"]}
        ).json()
        assert following["members"][0]["account_id"] > members["next"]
        assert client.get("/v1/rounds", params={"limit": "x"}).status_code == 422
        while time.monotonic() < until:
            counts = client.get("/v1/counts").json()
            if counts["ingest"]["rounds"]["done"]:
                break
            time.sleep(0.2)
        assert counts["ingest"]["rounds"]["failed"] == 0
        assert counts["known_accounts"] > 0
        assert counts["recognisable_networks"] >= 1
    shown = tmp_path / "gauger-serve" / "findings"
    assert shown.is_symlink()
    found = orjson.loads((shown / "findings.json").read_bytes())
    assert found["measured"]["exchanges"] <= sent
    assert (shown / "report.html").exists()
    assert b"walrus" not in (shown / "findings.json").read_bytes()
