"""A real nginx with the example's configuration, in front of a model that only says hello."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from act.policies import index
from face.server.serving import Serving
from gauger.act.cases.keys import Scope
from gauger.act.decisions.decider import Known
from gauger.act.policy.reading import read_policy
from gauger.face.server.app import application
from gauger.face.server.service import Service
from needs import program

EXAMPLES = Path(__file__).parents[3] / "examples" / "live"


@pytest.fixture
def nginx() -> str:
    return program("nginx")


async def model(scope: dict[str, Any], _: Callable[..., Any], send: Callable[..., Any]) -> None:
    """Answers every request."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})


@contextmanager
def serving_on(app: Any) -> Iterator[int]:
    """An application on a port of its own."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [held]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield held.getsockname()[1]
        server.should_exit = True
        thread.join(20)


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextmanager
def proxied(nginx: str, folder: Path, gauger: int, upstream: int, key: str) -> Iterator[str]:
    """nginx as the example says, on ports and with a key of this test."""
    port = free_port()
    text = (EXAMPLES / "nginx.conf").read_text(encoding="utf-8")
    for was, becomes in (
        ("127.0.0.1:8470", f"127.0.0.1:{gauger}"), ("127.0.0.1:9000", f"127.0.0.1:{upstream}"),
        ("127.0.0.1:8080", f"127.0.0.1:{port}"), ('"KEY"', f'"{key}"'),
        # A machine under test may be slower than one that serves.
        ("proxy_read_timeout 100ms", "proxy_read_timeout 5s"),
    ):  # fmt: skip
        assert was in text
        text = text.replace(was, becomes)
    (folder / "nginx.conf").write_text(f"daemon off; pid {folder}/nginx.pid;\n" + text)
    accounts = "".join(f'"Bearer sk-{name}" "{name}";\n' for name in ("core", "likely", "stranger"))
    (folder / "accounts.map").write_text(accounts)
    for name in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
        (folder / name).mkdir()
    temporary = "".join(
        f"{directive}_temp_path {folder}/{name};"
        for directive, name in (
            ("client_body", "body"), ("proxy", "proxy"), ("fastcgi", "fastcgi"),
            ("uwsgi", "uwsgi"), ("scgi", "scgi"),
        )
    )  # fmt: skip
    held = (
        (folder / "nginx.conf")
        .read_text()
        .replace("access_log off;", f"access_log off; {temporary}")
    )
    (folder / "nginx.conf").write_text(held)
    running = subprocess.Popen(  # noqa: S603
        [
            nginx,
            "-p",
            str(folder),
            "-c",
            str(folder / "nginx.conf"),
            "-e",
            str(folder / "error.log"),
        ]
    )
    try:
        for _ in range(100):
            assert running.poll() is None, (folder / "error.log").read_text()
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/v1/chat/completions"
    finally:
        running.terminate()
        running.wait(20)


def post(url: str, account: str) -> httpx.Response:
    """A request of an account."""
    headers = {"authorization": f"Bearer sk-{account}"}
    return httpx.post(url, json={"messages": []}, headers=headers, timeout=20)


def test_a_campaign_meets_its_answers_and_others_see_nothing(
    nginx: str, serving: Serving, tmp_path: Path
) -> None:
    service = Service(serving.options)
    service.decider.renew(Known(index()))
    folder = tmp_path / "nginx"
    folder.mkdir()
    with (
        serving_on(application(service)) as gauger,
        serving_on(model) as upstream,
        proxied(nginx, folder, gauger, upstream, serving.keys[Scope.DECIDE]) as url,
    ):
        for _ in range(6):
            assert (post(url, "stranger").status_code, post(url, "stranger").text) == (200, "hello")
        stepped = post(url, "core")
        assert stepped.status_code == 403
        error = stepped.json()["error"]
        assert error["verification"].startswith("https://provider.example/verify/")
        assert error["appeal"].startswith("https://provider.example/appeal/")
        slowed = [post(url, "likely") for _ in range(3)]
        assert [each.status_code for each in slowed] == [200, 200, 429]
        assert 1 <= int(slowed[-1].headers["retry-after"]) <= 120
        # Whatever a client writes into the header of the account, nginx writes over it.
        forged = httpx.post(
            url, headers={"authorization": "Bearer sk-core", "x-gauger-account": "stranger"}
        )
        assert forged.status_code == 403


def test_a_gauger_that_is_away_or_has_no_key_stops_nobody(
    nginx: str, serving: Serving, tmp_path: Path
) -> None:
    service = Service(serving.options)
    service.decider.renew(Known(index()))
    for name in ("away", "keyless"):
        (tmp_path / name).mkdir()
    with serving_on(model) as upstream:
        key = serving.keys[Scope.DECIDE]
        with proxied(nginx, tmp_path / "away", free_port(), upstream, key) as url:
            assert post(url, "core").status_code == 200
        with (
            serving_on(application(service)) as gauger,
            proxied(nginx, tmp_path / "keyless", gauger, upstream, "wrong") as url,
        ):
            assert post(url, "core").status_code == 200
            assert service.refused["unknown_key"] == 1


def test_the_example_policy_is_one(tmp_path: Path) -> None:
    read = read_policy(EXAMPLES / "policy.toml")
    assert {rule.answer.value for rule in read.rules} == {"step-up", "slow"}
    documented = (EXAMPLES.parents[1] / "docs" / "live.md").read_text(encoding="utf-8")
    shown = (EXAMPLES / "policy.toml").read_text(encoding="utf-8").split("\n", 1)[1]
    assert shown in documented
