"""`gauger serve` and what it is run with: keys, policies, and a process that gateways ask."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pyarrow.compute as pc
import pytest

from act.policies import HEAD, LIVE, RULES
from act.signatures.worlds import split
from face.server.running import process
from gauger.act.signatures.files import write_signatures
from gauger.tell.output import OutputFolder

from .calling import Caller


def test_keys_are_made_listed_and_revoked(gauger: Caller) -> None:
    made = gauger("keys", "add", "edge gateway", "--scope", "decide", "--scope", "read")
    assert made.code == 0
    key = made.out.strip()
    key_id = key.split("_")[1]
    listed = gauger("keys", "list").out
    assert key_id in listed and "edge gateway" in listed and "decide read" in listed
    assert key not in listed
    assert gauger("keys", "revoke", key_id).code == 0
    assert "revoked" in gauger("keys", "list").out
    again = gauger("keys", "revoke", key_id)
    assert (again.code, "no such key can be revoked" in again.error) == (2, True)
    assert "no such scope" in gauger("keys", "add", "x", "--scope", "all").error
    assert "too few" in gauger("keys", "add", "x", "--scope", "read", "--days", 0).error


def test_policies_are_put_in_force_and_stay_in_the_log(gauger: Caller, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(HEAD + RULES, encoding="utf-8")
    put = gauger("policy", "put", file)
    assert (put.code, put.err.strip()) == (0, "Policy version 1 is in force, in shadow.")
    assert "give it version 2" in gauger("policy", "put", file).error
    later = (HEAD + "live_share = 0.25\n" + RULES).replace("version = 1", "version = 2")
    file.write_text(later, encoding="utf-8")
    assert "live for 25% of accounts" in gauger("policy", "put", file).err
    lines = gauger("policy", "log").out.splitlines()
    assert [line.split()[0] for line in lines] == ["version", "2", "1"]
    assert "ana" in lines[1] and "a test" in lines[1]


def test_a_replacement_account_is_answered_from_the_request_after_its_third(
    gauger: Caller, tmp_path: Path
) -> None:
    # Signatures end, so the world must be a recent one.
    seen = split(tmp_path, datetime.now(UTC).date() - timedelta(days=6))
    results = OutputFolder(tmp_path / "out")
    results.prepare()
    write_signatures(seen.scan.signatures, results.path)
    results.write(seen.scan.findings, seen.scan.run)
    file = tmp_path / "policy.toml"
    file.write_text(HEAD + LIVE + RULES, encoding="utf-8")
    assert gauger("policy", "put", file).code == 0
    key = gauger("keys", "add", "gateway", "--scope", "decide", "--scope", "read").out.strip()
    exchanges = seen.exchanges()
    account = sorted(seen.campaign & seen.away)[0]
    theirs = exchanges.filter(pc.equal(exchanges["account_id"], account)).to_pylist()[:3]
    stranger = sorted(set(exchanges["account_id"].to_pylist()) - seen.campaign)[0]
    with (
        process(tmp_path, "--findings", results.path) as base,
        httpx.Client(base_url=base, headers={"x-api-key": key}, timeout=30) as client,
    ):

        def ask(who: str, exchange: dict[str, Any] | None = None) -> dict[str, Any]:
            body: dict[str, Any] = {"account_id": who}
            if exchange is not None:
                body["model"] = exchange["request_model"]
                body["exchange"] = {
                    name: value for name, value in exchange.items() if name not in ("time",)
                }
            said = client.post("/v1/decide", json=body)
            assert said.status_code == 200, said.text
            return said.json()

        for exchange in theirs:
            assert ask(account, exchange)["answer"] == "allow"
            ask(stranger, {**exchange, "prompt": "Tell me about my garden", "system": None,
                           "source_ip": "198.51.100.7", "user_agent": "browser"})  # fmt: skip
        for _ in range(100):
            said = ask(account)
            if said["answer"] != "allow":
                break
            time.sleep(0.1)
        assert (said["answer"], said["reason"]) == ("step-up", "recognised_as_network")
        assert said["network_id"] == seen.scan.findings.networks[0].network_id
        assert ask(stranger)["reason"] == "unknown_account"
        known = sorted(seen.campaign - seen.away)[0]
        assert ask(known)["place"] in ("core", "likely", "mixed")
        counts = client.get("/v1/counts").json()
        assert counts["known_accounts"] == len(seen.scan.findings.networks[0].members)
        assert counts["recognisable_networks"] >= 1
        assert counts["shown"] == {"dropped": 0, "failed": 0}


def test_an_address_that_is_taken_is_said(gauger: Caller, tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        called = gauger("serve", "--port", held.getsockname()[1], "-q")
    assert called.code == 2
    assert "name another address or port" in called.err


@pytest.mark.parametrize("quotas", ["memcached://x", "postgresql://x"])
def test_quotas_that_cannot_be_kept_are_said(
    gauger: Caller, monkeypatch: pytest.MonkeyPatch, quotas: str
) -> None:
    monkeypatch.setenv("GAUGER_QUOTAS", quotas)
    assert "quotas cannot be kept there" in gauger("serve", "-q").error


def test_a_suspension_waits_for_a_second_person(gauger: Caller, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(
        HEAD + '[[suspension]]\nreason = "r"\npeople = ["ana", "bo"]\nuntil = 2030-01-01\n'
        'account = "x"\n',
        encoding="utf-8",
    )
    assert "`gauger policy approve`: 1" in gauger("policy", "put", file).err
    assert "no suspension waits" in gauger("policy", "approve", "--by", "ana").error
    said = gauger("policy", "approve", "--by", "bo")
    assert (said.code, said.err.strip()) == (
        0, "Approved by bo. Suspensions that begin by it: 1",
    )  # fmt: skip
