"""LiteLLM's Generic Guardrail API, asked by LiteLLM's own client."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from act.policies import index
from face.server.serving import Serving
from gauger.act.cases.keys import Scope
from gauger.act.decisions.decider import Known
from gauger.face.server.app import application
from gauger.face.server.service import Service

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")


def guarded(account: object, input_type: str = "request") -> dict[str, Any]:
    """A question as LiteLLM sends it."""
    return {
        "input_type": input_type,
        "litellm_call_id": "c",
        "structured_messages": [{"role": "user", "content": "hello"}],
        "texts": ["hello"],
        "model": "large",
        "request_data": {"user_api_key_user_id": account, "user_api_key_org_id": None},
        "request_headers": {"user-agent": "x"},
        "litellm_version": "1.109",
        "additional_provider_specific_params": {},
    }


@pytest.mark.parametrize(
    ("account", "input_type", "action"),
    [
        ("core", "request", "BLOCKED"), ("core", "response", "NONE"),
        ("stranger", "request", "NONE"), (None, "request", "NONE"), (7, "request", "NONE"),
    ],
)  # fmt: skip
def test_it_blocks_whom_the_policy_does_not_allow(
    serving: Serving, account: object, input_type: str, action: str
) -> None:
    async def ask(client: httpx.AsyncClient, _: Service) -> dict[str, Any]:
        said = await client.post(
            "/beta/litellm_basic_guardrail_api", json=guarded(account, input_type)
        )
        assert said.status_code == 200
        return said.json()

    said = serving.run(ask)
    assert said["action"] == action
    if action == "BLOCKED":
        assert "https://provider.example/verify/" in said["blocked_reason"]
        assert "net-1" not in said["blocked_reason"]


def test_what_is_slowed_is_blocked_with_the_time_to_wait(serving: Serving) -> None:
    async def ask(client: httpx.AsyncClient, _: Service) -> list[dict[str, Any]]:
        path = "/beta/litellm_basic_guardrail_api"
        return [(await client.post(path, json=guarded("likely"))).json() for _ in range(3)]

    said = serving.run(ask)
    assert [each["action"] for each in said] == ["NONE", "NONE", "BLOCKED"]
    assert "Try again in" in said[-1]["blocked_reason"]


@pytest.fixture
def served(serving: Serving) -> Iterator[str]:
    """The service on a real socket."""
    service = Service(serving.options)
    service.decider.renew(Known(index()))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(application(service), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [held]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(20)


def litellm_says(base: str, key: str, account: str) -> str | None:
    """What LiteLLM's guardrail makes of an answer: None, or why it refuses the request."""
    from litellm.proxy.guardrails.guardrail_hooks.generic_guardrail_api import (
        GenericGuardrailAPI,
    )

    guardrail = GenericGuardrailAPI(
        api_base=base, api_key=key, guardrail_name="gauger", event_hook="pre_call",
        default_on=True, unreachable_fallback="fail_open",
    )  # fmt: skip

    async def applied() -> str | None:
        try:
            await guardrail.apply_guardrail(
                inputs={"texts": ["hello"]},
                request_data={"metadata": {"user_api_key_user_id": account}, "model": "large"},
                input_type="request",
            )
        except Exception as error:
            return str(error)
        finally:
            await guardrail.async_handler.close()
        return None

    return asyncio.run(applied())


def test_litellm_itself_refuses_and_lets_through(serving: Serving, served: str) -> None:
    pytest.importorskip("litellm")
    key = serving.keys[Scope.DECIDE]
    assert litellm_says(served, key, "stranger") is None
    refused = litellm_says(served, key, "core")
    assert refused is not None
    assert "https://provider.example/verify/" in refused
