"""Envoy and nginx: an answer is a status, and what a customer reads names nobody's network."""

from __future__ import annotations

import httpx
import pytest

from act.policies import HEAD, RULES
from face.server.serving import Serving
from gauger.act.cases.keys import Scope
from gauger.face.server.service import Service

ACCOUNT = "x-gauger-account"


def envoy(
    serving: Serving, account: str | None, times: int = 1, **changes: object
) -> list[httpx.Response]:
    """What Envoy hears of a request of an account, which it was told of by a filter before."""

    async def ask(client: httpx.AsyncClient, service: Service) -> list[httpx.Response]:
        headers = {} if account is None else {service.options.account_header: account}
        return [
            await client.post("/v1/authorize/envoy/v1/chat/completions?stream=1", headers=headers)
            for _ in range(times)
        ]

    return serving.run(ask, **changes)


def test_envoy_is_told_by_the_status(serving: Serving) -> None:
    (allowed,), (stepped,) = envoy(serving, "stranger"), envoy(serving, "core")
    assert (allowed.status_code, allowed.content) == (200, b"")
    assert stepped.status_code == 403
    error = stepped.json()["error"]
    assert error["type"] == "account_step_up"
    assert error["verification"] in error["message"]
    assert stepped.headers["x-gauger-verify"] == error["verification"]
    for secret in ("net-1", "findings.json", "core", "log10"):
        assert secret not in stepped.text


def test_envoy_is_told_to_slow_a_network(serving: Serving) -> None:
    said = envoy(serving, "likely", times=4)
    assert [each.status_code for each in said] == [200, 200, 429, 429]
    assert 1 <= int(said[-1].headers["retry-after"]) <= 120
    assert said[-1].json()["error"]["reason"] == "network_quota_used"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_envoy_sends_the_method_of_the_request(serving: Serving, method: str) -> None:
    async def ask(client: httpx.AsyncClient, _: Service) -> int:
        said = await client.request(
            method, "/v1/authorize/envoy/anything", headers={ACCOUNT: "core"}
        )
        return said.status_code

    assert serving.run(ask) == 403


def test_nginx_hears_of_403_alone_and_reads_the_rest_in_a_header(serving: Serving) -> None:
    async def ask(client: httpx.AsyncClient, _: Service) -> list[httpx.Response]:
        return [
            await client.get("/v1/authorize/nginx", headers={ACCOUNT: "likely"}) for _ in range(3)
        ]

    said = serving.run(ask)
    assert [each.status_code for each in said] == [200, 200, 403]
    assert [each.headers["x-gauger-status"] for each in said] == ["200", "200", "429"]


def test_a_customer_s_own_key_opens_nothing(serving: Serving) -> None:
    async def ask(client: httpx.AsyncClient, _: Service) -> list[int]:
        key = serving.keys[Scope.DECIDE]
        return [
            (await client.get("/v1/authorize/nginx", headers=headers)).status_code
            for headers in ({"authorization": f"Bearer {key}"}, {"x-api-key": key}, {})
        ]

    assert serving.run(ask, scope=None) == [401, 401, 401]


def test_a_request_of_nobody_is_of_no_network(serving: Serving) -> None:
    (said,) = envoy(serving, None)
    assert said.status_code == 200
    assert said.headers["x-gauger-reason"] == "unknown_account"


def test_the_header_of_the_account_is_a_choice(serving: Serving) -> None:
    (said,) = envoy(serving, "core", account_header="x-tenant-id")
    assert said.status_code == 403


def test_in_shadow_a_gateway_lets_everybody_through(tmp_path: object) -> None:
    serving = Serving(tmp_path, policy=HEAD + RULES)  # type: ignore[arg-type]
    (said,) = envoy(serving, "core")
    assert (said.status_code, said.headers["x-gauger-answer"]) == (200, "allow")
    assert "x-gauger-appeal" not in said.headers
