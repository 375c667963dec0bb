"""The hook for LiteLLM's proxy, in this environment, against a service on a real socket."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from act.policies import index
from face.server.serving import Serving
from face.server.test_nginx import free_port, serving_on
from gauger.act.cases.keys import Scope
from gauger.act.decisions.decider import Known
from gauger.face.server.app import application
from gauger.face.server.service import Service

HOOK = Path(__file__).parents[2] / "packages" / "gauger-litellm" / "gauger_litellm.py"
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
PATIENT = 20.0
"""A machine under test may be slower than one that serves."""


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """The module as LiteLLM loads it."""
    pytest.importorskip("litellm")
    spec = importlib.util.spec_from_file_location("gauger_litellm", HOOK)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    """With a live policy."""
    return Serving(tmp_path)


@pytest.fixture
def served(serving: Serving) -> Iterator[tuple[Service, str]]:
    """A service that knows a few accounts, and where it listens."""
    service = Service(serving.options)
    service.decider.renew(Known(index()))
    with serving_on(application(service)) as port:
        yield service, f"http://127.0.0.1:{port}"


def key(account: str | None, **more: object) -> SimpleNamespace:
    """What LiteLLM knows of who asks."""
    return SimpleNamespace(user_id=account, token=None, org_id=None, team_id=None, **more)


def asked(hook: Any, held: Any, data: dict[str, Any] | None = None) -> Exception | None:
    """What the hook raises for one request."""
    body = {"model": "large", "messages": [{"role": "user", "content": "hello"}]}
    try:
        asyncio.run(hook.async_pre_call_hook(held, None, body | (data or {}), "acompletion"))
    except Exception as error:
        return error
    return None


def made(hook: ModuleType, serving: Serving, url: str, **more: Any) -> Any:
    """A hook with these options."""
    options = {"url": url, "key": serving.keys[Scope.DECIDE], "timeout": PATIENT} | more
    return hook.GaugerHook(hook.Options(**options))


def test_slow_is_429_step_up_is_403_and_others_see_nothing(
    hook: ModuleType, serving: Serving, served: tuple[Service, str]
) -> None:
    held = made(hook, serving, served[1])
    assert asked(held, key("stranger")) is None
    refused: Any = asked(held, key("core"))
    assert refused.status_code == 403
    assert refused.detail["verification"].startswith("https://provider.example/verify/")
    assert "https://provider.example/appeal/" in refused.detail["error"]
    assert not any(word in str(refused.detail) for word in ("net-1", "findings", "log10", "rule"))
    slowed: Any = [asked(held, key("likely")) for _ in range(3)][-1]
    assert slowed.status_code == 429
    assert 1 <= int(slowed.headers["retry-after"]) <= 120
    assert held.counted == {"allow": 3, "step-up": 1, "slow": 1}
    assert asked(held, key(None)) is None
    assert held.counted["no_account"] == 1


def test_a_gauger_that_is_away_hangs_or_refuses_stops_nobody_and_is_counted(
    hook: ModuleType, serving: Serving, served: tuple[Service, str]
) -> None:
    away = made(hook, serving, f"http://127.0.0.1:{free_port()}")
    assert [asked(away, key("core")) for _ in range(5)] == [None] * 5
    assert away.counted == {"failed_open:ClientConnectorError": 3, "failed_open:paused": 2}
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        hanging = made(hook, serving, f"http://127.0.0.1:{port}", timeout=0.05)
        assert asked(hanging, key("core")) is None
        assert hanging.counted == {"failed_open:TimeoutError": 1}
    wrong = made(hook, serving, served[1], key="gk_wrong")
    assert asked(wrong, key("core")) is None
    assert wrong.counted == {"failed_open:ConnectionError": 1}


def test_what_was_missed_is_told_with_the_next_question(
    hook: ModuleType, serving: Serving, served: tuple[Service, str]
) -> None:
    service, url = served
    held = made(hook, serving, f"http://127.0.0.1:{free_port()}")
    for _ in range(4):
        asked(held, key("core"))
    held.options = hook.Options(url, serving.keys[Scope.DECIDE], PATIENT)
    held._client, held._asked_again = None, time.monotonic()
    assert asked(held, key("stranger")) is None
    assert (service.missed, held._missed) == (4, 0)
    assert asked(held, key("stranger")) is None
    assert service.missed == 4


def test_the_request_is_shown_as_logs_have_it(
    hook: ModuleType, serving: Serving, served: tuple[Service, str]
) -> None:
    service, url = served
    met: list[Any] = []
    service.shown._meet = met.append
    service.shown._wants = lambda _: True
    data = {
        "messages": [
            {"role": "system", "content": "You tutor."},
            {"role": "user", "content": "one"},
            {"role": "assistant", "content": "1"},
            {"role": "user", "content": [{"type": "text", "text": "two"}]},
        ],
        "temperature": 0.5, "max_tokens": 64, "tools": [{"type": "function", "function": {}}],
        "metadata": {"requester_ip_address": "198.51.100.7"},
        "proxy_server_request": {"headers": {"user-agent": "lab/1", "authorization": "secret"}},
    }  # fmt: skip
    assert asked(made(hook, serving, url), key("stranger"), data) is None
    assert asked(made(hook, serving, url, show=False), key("stranger"), data) is None
    for _ in range(200):
        if met:
            break
        time.sleep(0.05)
    (row,) = [row for batch in met for row in batch.to_pylist()]
    assert (row["prompt"], row["system"], row["turn"]) == ("two", "You tutor.", 2)
    assert (row["input_role"], row["max_tokens"], row["temperature"]) == ("user", 64, 0.5)
    assert (row["source_ip"], row["user_agent"]) == ("198.51.100.7", "lab/1")
    assert (row["request_model"], row["tools"]) == ("large", '[{"type":"function","function":{}}]')


@pytest.mark.parametrize(
    "data",
    [
        {"messages": object()}, {"messages": "x" * 300_000}, {"model": None}, {"model": 3},
        {"max_tokens": "many"}, {"max_tokens": -1}, {"temperature": float("nan")},
        {"metadata": None}, {"messages": [{"role": "user", "content": "\ud800"}]},
        {"messages": 7}, {"tools": {"a": 1}}, {"stream": "yes"},
    ],
)  # fmt: skip
def test_no_odd_request_is_stopped_by_the_hook_itself(
    hook: ModuleType, serving: Serving, served: tuple[Service, str], data: dict[str, Any]
) -> None:
    assert asked(made(hook, serving, served[1]), key("stranger"), data) is None
    assert asked(made(hook, serving, served[1]), key(12), data) is None  # type: ignore[arg-type]
