"""`POST /v1/decide`: who may ask, what may be asked, and what comes back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from face.server.serving import Serving
from gauger.act.cases.keys import Scope, revoke_key
from gauger.face.server.access import LARGEST_QUESTION
from gauger.face.server.service import Service


async def asked(client: httpx.AsyncClient, account: str, **more: object) -> httpx.Response:
    """One question."""
    return await client.post("/v1/decide", json={"account_id": account, **more})


def test_an_answer_has_its_reason_its_end_and_a_way_back(serving: Serving) -> None:
    async def all_of(client: httpx.AsyncClient, _: Service) -> list[dict[str, object]]:
        return [(await asked(client, name)).json() for name in ("core", "stranger", "reseller")]

    core, stranger, reseller = serving.run(all_of)
    assert (core["answer"], core["reason"], core["rule"]) == (
        "step-up", "member_of_network", "core",
    )  # fmt: skip
    assert str(core["appeal"]).startswith("https://provider.example/appeal/")
    assert core["expires"] and core["verification"] and core["evidence"]
    assert (core["verdict"], core["place"], core["policy_version"]) == ("extraction", "core", 1)
    assert (stranger["answer"], stranger["network_id"]) == ("allow", None)
    assert (reseller["answer"], reseller["verdict"]) == ("allow", "coordinated")


def test_without_a_policy_everything_is_allowed(tmp_path: Path) -> None:
    async def one(client: httpx.AsyncClient, _: Service) -> dict[str, object]:
        return (await asked(client, "core")).json()

    said = Serving(tmp_path, policy=None).run(one)
    assert (said["answer"], said["reason"], said["policy_version"]) == ("allow", "no_rule", 0)


@pytest.mark.parametrize("scope", [None, Scope.READ, Scope.INGEST, Scope.ADMINISTER])
def test_only_a_key_that_allows_it_decides(serving: Serving, scope: Scope | None) -> None:
    async def one(client: httpx.AsyncClient, _: Service) -> httpx.Response:
        return await asked(client, "core")

    said = serving.run(one, scope=scope)
    assert said.status_code == (401 if scope is None else 403)
    assert set(said.json()) == {"error"}


@pytest.mark.parametrize("header", ["authorization", "x-api-key", "x-gauger-key"])
def test_a_key_may_stand_in_any_of_three_headers(serving: Serving, header: str) -> None:
    async def both(client: httpx.AsyncClient, _: Service) -> list[int]:
        key = serving.keys[Scope.DECIDE]
        values = [key, key[:-2] + "zz"]
        if header == "authorization":
            values = [f"Bearer {value}" for value in values]
        statuses = []
        for value in values:
            said = await client.post(
                "/v1/decide", json={"account_id": "x"}, headers={header: value}
            )
            statuses.append(said.status_code)
        return statuses

    assert serving.run(both, scope=None) == [200, 401]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'{"account_id": ""}', b'{"account_id": 3}',
        b'{"account_id": "x", "tokens": -1}', b'{"account_id": "x", "tokens": 1e30}',
        b'{"account_id": "x", "secret_thing": 1}', b'{"account_id": "x", "exchange": []}',
        b'{"account_id": "' + b"x" * 600 + b'"}', b"\xff\xfe", b'{"account_id": "\\ud800"}',
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused_and_counted(serving: Serving, body: bytes) -> None:
    async def one(client: httpx.AsyncClient, service: Service) -> tuple[httpx.Response, int]:
        said = await client.post("/v1/decide", content=body)
        return said, service.refused["not_understood"]

    said, counted = serving.run(one)
    assert (said.status_code, said.json()["error"]["code"]) == (422, "not_understood")
    assert counted == 1


def test_a_body_is_read_no_further_than_its_limit(serving: Serving) -> None:
    async def parts() -> object:
        for _ in range(1000):
            yield b"x" * 10_000

    async def both(client: httpx.AsyncClient, _: Service) -> list[int]:
        stated = await client.post("/v1/decide", content=b"x" * (LARGEST_QUESTION + 1))
        unstated = await client.post("/v1/decide", content=parts())
        return [stated.status_code, unstated.status_code]

    assert serving.run(both) == [413, 413]


def test_a_revoked_key_and_a_later_policy_are_taken_up(serving: Serving) -> None:
    async def both(client: httpx.AsyncClient, service: Service) -> list[int]:
        before = await asked(client, "core")
        held = service.keys.find(serving.keys[Scope.DECIDE])
        assert held is not None
        revoke_key(service.database, held.key_id)
        await service.refresh()
        after = await asked(client, "core")
        return [before.status_code, after.status_code]

    assert serving.run(both) == [200, 403]


def test_a_database_that_is_away_stops_no_answer(serving: Serving) -> None:
    async def one(client: httpx.AsyncClient, service: Service) -> tuple[str, dict[str, object]]:
        service.database.dispose()
        Path(service.options.database.removeprefix("sqlite:///")).unlink()
        await service.refresh()
        answer = (await asked(client, "core")).json()["answer"]
        key = {"x-gauger-key": serving.keys[Scope.READ]}
        counts = (await client.get("/v1/counts", headers=key)).json()
        return answer, counts

    answer, counts = serving.run(one)
    assert answer == "step-up"
    assert counts["not_refreshed"] == {"keys": 1, "policy": 1, "cases": 1}
    assert counts["decisions"] == [
        {"answer": "step-up", "would_be": "step-up", "reason": "member_of_network", "count": 1}
    ]


def test_redis_away_fails_open_and_is_counted(serving: Serving) -> None:
    async def one(client: httpx.AsyncClient, service: Service) -> tuple[dict[str, object], object]:
        said = (await asked(client, "likely")).json()
        return said, dict(service.decider.failures)

    said, failures = serving.run(one, quotas="redis://127.0.0.1:1")
    assert (said["answer"], said["reason"]) == ("allow", "failed_open")
    assert failures == {"ConnectionError": 1}


def test_what_is_shown_is_taken_in_beside_the_answers(serving: Serving) -> None:
    met: list[object] = []

    async def some(client: httpx.AsyncClient, service: Service) -> list[int]:
        service.shown._meet = met.append
        service.shown._wants = lambda _: True
        exchange = {"prompt": "hello", "system": "", "temperature": 0.5, "unknown": 1}
        said = [
            (await asked(client, "a", model="large", exchange=exchange)).status_code
            for _ in range(3)
        ]
        await asyncio.wait_for(service.shown.settled(), 10)
        return said

    assert serving.run(some) == [200, 200, 200]
    rows = [row for batch in met for row in batch.to_pylist()]  # type: ignore[attr-defined]
    assert [row["prompt"] for row in rows] == ["hello"] * 3
    assert {row["account_id"] for row in rows} == {"a"}
    assert rows[0]["system"] is None, "an empty text means unset, as in logs"


def test_health_needs_no_key_and_the_documentation_is_there(serving: Serving) -> None:
    async def both(client: httpx.AsyncClient, _: Service) -> tuple[int, dict[str, object]]:
        healthy = await client.get("/healthz")
        return healthy.status_code, (await client.get("/openapi.json")).json()

    status, documented = serving.run(both, scope=None)
    assert status == 200
    assert {"/v1/decide", "/beta/litellm_basic_guardrail_api", "/v1/counts", "/healthz"} <= set(
        documented["paths"]  # type: ignore[call-overload]
    )
