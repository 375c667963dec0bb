"""`GET /metrics`: what is counted reaches Prometheus, with labels of a fixed list alone."""

from __future__ import annotations

import time

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from face.server.serving import Serving
from gauger.act.cases.keys import Scope
from gauger.face.server.measures import Measures, one
from gauger.face.server.service import Service


def figures(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def read(client: httpx.AsyncClient, serving: Serving) -> str:
    """The figures, with a key that may read them."""
    said = await client.get("/metrics", headers={"x-gauger-key": serving.keys[Scope.READ]})
    assert said.status_code == 200
    assert said.headers["content-type"].startswith("text/plain; version=0.0.4")
    return said.text


def value(text: str, name: str, **labels: str) -> float:
    """One figure."""
    return figures(text)[name, frozenset(labels.items())]


def test_decisions_refusals_and_what_they_rest_on_are_counted(serving: Serving) -> None:
    async def all_of(client: httpx.AsyncClient, _: Service) -> str:
        for account in ("core", "core", "stranger", "likely", "likely", "likely"):
            await client.post("/v1/decide", json={"account_id": account, "tokens": 7})
        await client.post("/v1/decide", content=b"{")
        await client.get("/v1/authorize/nginx", headers={"x-gauger-account": "core"})
        await client.get("/v1/decide")
        await client.get("/wp-admin/" + "x" * 50)
        return await read(client, serving)

    text = serving.run(all_of)
    step = {"answer": "step-up", "would_be": "step-up", "reason": "member_of_network"}
    assert value(text, "gauger_decisions_total", **step) == 3
    assert value(text, "gauger_refused_total", code="not_understood") == 1
    assert value(text, "gauger_quota_drawn_total", granted="yes") == 2
    assert value(text, "gauger_quota_drawn_total", granted="no") == 1
    assert value(text, "gauger_quota_tokens_total") == 14
    assert value(text, "gauger_known_accounts") == 4
    assert value(text, "gauger_networks", verdict="extraction") == 1
    assert value(text, "gauger_policy_version") == 1
    assert value(text, "gauger_live_share") == 1.0
    assert value(text, "gauger_keys") == len(Scope)
    assert value(text, "gauger_decision_seconds_count") == 7
    assert value(text, "gauger_request_seconds_count", endpoint="/v1/decide") == 8
    assert value(text, "gauger_request_seconds_count", endpoint="/v1/authorize/nginx") == 1
    # Paths that a client makes up become no label.
    assert value(text, "gauger_request_seconds_count", endpoint="none") == 1
    assert "wp-admin" not in text


def test_no_account_network_or_key_becomes_a_label(serving: Serving) -> None:
    async def all_of(client: httpx.AsyncClient, _: Service) -> str:
        for account in ("core", "likely", "mixed", "ana@example.com", "198.51.100.7"):
            await client.post("/v1/decide", json={"account_id": account, "model": "large-secret"})
        return await read(client, serving)

    text = serving.run(all_of)
    for word in ("likely", "ana@example.com", "198.51.100.7", "net-1", "large-secret", "gk_"):
        assert word not in text


def test_failures_and_the_age_of_findings_are_told(serving: Serving) -> None:
    async def all_of(client: httpx.AsyncClient, service: Service) -> tuple[str, str]:
        await client.post("/v1/decide", json={"account_id": "likely"})
        before = await read(client, serving)
        written = time.time_ns()
        service._found = (written - 60 * 10**9, 1)
        return before, await read(client, serving)

    before, after = serving.run(all_of, quotas="redis://127.0.0.1:1")
    assert value(before, "gauger_failures_total", error="ConnectionError") == 1
    assert ("gauger_findings_age_seconds", frozenset()) not in figures(before)
    assert value(after, "gauger_findings_age_seconds") >= 60


@pytest.mark.parametrize("scope", [None, Scope.DECIDE, Scope.INGEST])
def test_it_wants_a_key_that_may_read(serving: Serving, scope: Scope | None) -> None:
    async def one_(client: httpx.AsyncClient, _: Service) -> int:
        return (await client.get("/metrics")).status_code

    assert serving.run(one_, scope=scope) == (401 if scope is None else 403)


def test_a_part_adds_its_own_and_one_that_fails_hides_no_other() -> None:
    def away() -> float:
        raise ConnectionError("away")

    measures, counted = Measures(), {"kept": 3}
    measures.count("gauger_cases", "Cases", lambda: [((k,), v) for k, v in counted.items()], ["k"])
    measures.gauge("gauger_gone", "Gone", one(away))
    measures.gauge("gauger_here", "Here", one(lambda: 5))
    counted["kept"] = 4
    text = measures.text().decode()
    assert value(text, "gauger_cases_total", k="kept") == 4
    assert value(text, "gauger_here") == 5
    assert value(text, "gauger_figures_unread") == 1
    assert ("gauger_gone", frozenset()) not in figures(text)
