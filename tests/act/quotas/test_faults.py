"""Redis goes away and comes back: nobody waits for it, nobody is stopped, and it is counted."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from pathlib import Path

import pytest

from act.policies import index, policy
from gauger.act.decisions.decider import Decider, Known
from gauger.act.quotas.quotas import Quotas
from gauger.model.decision import Answer, Asked, Reason
from needs import program


@pytest.fixture
def redis_server() -> str:
    """A Redis to start and kill."""
    return program("redis-server")


def started(redis_server: str, port: int, folder: Path) -> subprocess.Popen[bytes]:
    """A Redis that keeps nothing on the disk, once it answers."""
    command = [
        redis_server,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return running
        except OSError:
            assert running.poll() is None
            time.sleep(0.05)
    raise AssertionError("Redis did not begin")


def test_redis_away_and_back(redis_server: str, tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]

    async def story() -> list[tuple[Answer, Reason]]:
        quotas = Quotas(f"redis://127.0.0.1:{port}")
        decider = Decider(Known(index()), policy(), quotas=quotas)

        async def ask() -> tuple[Answer, Reason]:
            said = await decider.decide(Asked("likely"))
            return said.answer, said.reason

        said = [await ask() for _ in range(3)]
        first.kill()
        first.wait()
        said += [await ask() for _ in range(3)]
        assert sum(decider.failures.values()) == 3
        second = started(redis_server, port, tmp_path)
        try:
            quotas._away_until = 0.0  # the moment has passed
            said += [await ask() for _ in range(3)]
        finally:
            second.kill()
            second.wait()
        return said

    first = started(redis_server, port, tmp_path)
    try:
        said = asyncio.run(story())
    finally:
        first.kill()
    within, slowed = (Answer.ALLOW, Reason.WITHIN_QUOTA), (Answer.SLOW, Reason.NETWORK_QUOTA)
    opened = (Answer.ALLOW, Reason.FAILED_OPEN)
    assert said == [within, within, slowed, opened, opened, opened, within, within, slowed]
