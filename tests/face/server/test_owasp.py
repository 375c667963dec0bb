"""The OWASP API security top ten (2023), walked through: what of each applies, and what holds."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from face.server.serving import Serving
from gauger.act.cases.keys import Scope
from gauger.act.decisions.decider import Decider
from gauger.face.server import shown
from gauger.face.server.app import application
from gauger.face.server.service import Service
from gauger.face.server.shown import Shown, ShownExchange

DOCS = Path(__file__).parents[3] / "docs" / "live.md"
NEEDS = {
    "/v1/decide": Scope.DECIDE,
    "/v1/authorize/envoy/{path:path}": Scope.DECIDE,
    "/v1/authorize/nginx": Scope.DECIDE,
    "/beta/litellm_basic_guardrail_api": Scope.DECIDE,
    "/v1/ingest": Scope.INGEST,
    "/v1/ingest/accounts": Scope.INGEST,
    "/v1/ingest/litellm": Scope.INGEST,
    "/v1/traces": Scope.INGEST,
    "/v1/logs": Scope.INGEST,
    "/v1/rounds": Scope.READ,
    "/v1/networks": Scope.READ,
    "/v1/networks/{network_id}/members": Scope.READ,
    "/v1/accounts/check": Scope.DECIDE,
    "/v1/appeals": None,
    "/v1/appeals/{reference}": None,
    "/v1/cases": Scope.ADMINISTER,
    "/v1/cases/{reference}": Scope.ADMINISTER,
    "/v1/cases/{reference}/decision": Scope.ADMINISTER,
    "/v1/counts": Scope.READ,
    "/metrics": Scope.READ,
    "/healthz": None,
}
"""Every endpoint, and the scope that it needs."""
NO_LAKE = 409
"""What an endpoint of the scope `ingest` says to who is allowed, where there is no lake."""
UNKNOWN = "0" * 24
BODIES = {
    "/beta/litellm_basic_guardrail_api": '{"input_type": "request"}',
    "/v1/appeals": f'{{"reference": "{UNKNOWN}", "statement": "x"}}',
    "/v1/cases/{reference}/decision": '{"outcome": "upheld", "by": "a", "reason": "r"}',
}
"""What is asked of an endpoint; of others a decision about a stranger."""


def routes(serving: Serving) -> list[tuple[str, str]]:
    """Methods and paths of all endpoints."""
    service = Service(serving.options)
    found = [
        (method, route.path)
        for route in _flat(application(service).routes)
        for method in sorted(route.methods)
    ]
    service.database.dispose()
    return found


def _flat(held: object) -> list[APIRoute]:
    flat: list[APIRoute] = []
    for route in held:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute):
            flat.append(route)
        else:
            inner = getattr(route, "original_router", None) or getattr(route, "router", None)
            flat += _flat(inner.routes) if inner is not None else []
    return flat


async def ask(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    """A request that would be answered if it were allowed."""
    body = BODIES.get(path, '{"account_id": "stranger"}')
    named = path.replace("{path:path}", "x").replace("{reference}", UNKNOWN)
    return await client.request(method, named, content=body.encode())


@pytest.mark.parametrize("scope", [None, *Scope])
def test_1_2_5_every_endpoint_wants_its_scope_and_no_other(
    serving: Serving, scope: Scope | None
) -> None:
    """API1, API2, API5: a case is reached by a reference that nobody can guess, or by a person's
    key; nothing is open but health and appeals; a key does what its scope says."""
    listed = routes(serving)
    assert {path for _, path in listed} == set(NEEDS)

    async def all_of(client: httpx.AsyncClient, _: Service) -> dict[tuple[str, str], int]:
        return {(m, p): (await ask(client, m, p)).status_code for m, p in listed}

    for (_, path), status in serving.run(all_of, scope=scope).items():
        reached = 404 if "{reference}" in path or path == "/v1/appeals" else 200
        if NEEDS[path] is None:
            assert status == reached, path
        elif scope is None:
            assert status == 401, path
        else:
            reached = NO_LAKE if scope is Scope.INGEST else reached
            assert status == (reached if scope is NEEDS[path] else 403), path


def test_3_a_question_sets_nothing_and_an_answer_shows_a_customer_no_evidence(
    serving: Serving,
) -> None:
    """API3: fields that a question does not have are refused, not taken over."""

    async def both(client: httpx.AsyncClient, _: Service) -> tuple[int, str]:
        sets = await client.post("/v1/decide", json={"account_id": "core", "answer": "allow"})
        told = await client.get("/v1/authorize/nginx", headers={"x-gauger-account": "core"})
        return sets.status_code, told.text + str(dict(told.headers))

    status, told = serving.run(both)
    assert status == 422
    assert not any(word in told for word in ("net-1", "evidence", "log10", "findings"))


def test_4_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """API4: bodies are limited (test_decide), and what is shown waits in a bounded queue."""
    monkeypatch.setattr(shown, "WAITING", 3)
    held = Shown(lambda _: None)
    for _ in range(5):
        held.show("a", "m", ShownExchange())
    assert held.dropped == 2


def test_6_nothing_is_answered_before_somebody_says_so(tmp_path: Path) -> None:
    """API6: no flow against customers runs by default: without a policy all is allowed."""

    async def one(client: httpx.AsyncClient, _: Service) -> int:
        return (
            await client.get("/v1/authorize/nginx", headers={"x-gauger-account": "core"})
        ).status_code

    assert Serving(tmp_path, policy=None).run(one) == 200


def test_7_no_address_of_a_client_is_asked(serving: Serving) -> None:
    """API7: nothing that a client sends is fetched; URLs in answers are the policy's."""

    async def one(client: httpx.AsyncClient, _: Service) -> str:
        said = await client.post(
            "/v1/decide",
            json={"account_id": "http://169.254.169.254/", "exchange": {"source_ip": "http://x"}},
        )
        return str(said.json()["reason"])

    assert serving.run(one) == "unknown_account"


def test_8_errors_have_one_shape_and_show_nothing_inside(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """API8: no trace, no page that loads scripts, no word on what serves."""

    async def odd(client: httpx.AsyncClient, _: Service) -> list[httpx.Response]:
        return [
            await client.get("/nowhere"), await client.delete("/v1/decide"),
            await client.get("/docs"), await client.get("/v1/decide/../../etc/passwd"),
        ]  # fmt: skip

    for said in serving.run(odd):
        assert said.status_code in (404, 405)
        assert set(said.json()) == {"error"}
        assert set(said.json()["error"]) == {"code", "message"}
        assert "access-control-allow-origin" not in said.headers

    async def broken(*_: object) -> object:
        raise RuntimeError("a secret inside")

    monkeypatch.setattr(Decider, "_decided", broken)

    async def one(client: httpx.AsyncClient, _: Service) -> str:
        return (await client.post("/v1/decide", json={"account_id": "core"})).text

    assert "secret inside" not in serving.run(one)


def test_9_every_endpoint_is_written_down(serving: Serving) -> None:
    """API9: no endpoint that the documentation does not have."""
    text = DOCS.read_text(encoding="utf-8")
    for path in NEEDS:
        assert f"{path.replace('{path:path}', '...')}`" in text, path


def test_10_what_others_hold_is_not_trusted_blindly(serving: Serving) -> None:
    """API10: a policy that was changed in the database to nonsense is not taken up."""
    from gauger.act.cases.tables import POLICIES

    async def one(client: httpx.AsyncClient, service: Service) -> tuple[int | None, dict[str, int]]:
        with service.database.begin() as connection:
            connection.execute(POLICIES.update().values(version=9, text="version = 'x'"))
        await service.refresh()
        said = await client.post("/v1/decide", json={"account_id": "core"})
        return said.json()["policy_version"], dict(service.stale)

    assert serving.run(one) == (1, {"policy": 1})
