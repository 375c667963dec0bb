"""Faults of the decision path: slow and malformed clients, clocks that jump, replicas that race."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import httpx
import pytest

from act.policies import HEAD, LIVE, index, policy
from act.quotas.test_faults import started
from face.server.serving import Serving
from face.server.test_nginx import serving_on
from gauger.act.cases.keys import Scope
from gauger.act.decisions import decider as deciding
from gauger.act.decisions.decider import Decider, Known
from gauger.act.policy.policy import Quota
from gauger.act.quotas import storage
from gauger.act.quotas.quotas import Quotas
from gauger.face.server.app import application
from gauger.face.server.service import Service
from gauger.model.decision import Answer, Asked, Place, Reason
from live.parts import Wire, free_port
from needs import program


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    """With a live policy."""
    return Serving(tmp_path)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[int]:
    """The port of a Redis of this test's own."""
    port = free_port()
    running = started(program("redis-server"), port, tmp_path)
    yield port
    running.kill()
    running.wait()


def raw(port: int, data: bytes) -> bytes:
    """What a socket says to these bytes before it closes or falls silent."""
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        client.settimeout(10)
        said = b""
        while data := client.recv(65_536):
            said += data
        return said


def test_slow_clients_hold_up_nobody_else(serving: Serving) -> None:
    """Promised: a client that sends slowly waits by itself."""
    service = Service(serving.options)
    service.decider.renew(Known(index()))
    key = serving.keys[Scope.DECIDE].encode()
    head = b"POST /v1/decide HTTP/1.1\r\nhost: g\r\nx-api-key: " + key + b"\r\ncontent-length: "
    with serving_on(application(service)) as port:
        slow = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(200)]
        for number, client in enumerate(slow):
            # Some stop within their head, the others within their body.
            client.sendall(head if number % 2 else head + b"24\r\n\r\n{")
        quick = httpx.post(
            f"http://127.0.0.1:{port}/v1/decide", json={"account_id": "core"},
            headers={"x-api-key": key.decode()}, timeout=30,
        )  # fmt: skip
        assert quick.json()["answer"] == "step-up"
        # Who goes on at last is answered as well.
        slow[0].sendall(b'"account_id": "core"  }')
        slow[0].settimeout(30)
        assert b"200 OK" in slow[0].recv(65_536)
        for client in slow:
            client.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"POST /v1/decide HTTP/9.9\r\n\r\n",
        b"POST /v1/decide HTTP/1.1\r\nhost: g\r\ncontent-length: -5\r\n\r\n",
        b"POST /v1/decide HTTP/1.1\r\nhost: g\r\ncontent-length: 5\r\n"
        b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/decide HTTP/1.1\r\nhost: g\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/decide HTTP/1.1\r\nhost: g\r\nx: " + b"y" * 100_000 + b"\r\n\r\n",
        b"\x00" * 1000,
    ],
)  # fmt: skip
def test_malformed_clients_are_refused_and_the_next_is_served(
    serving: Serving, sent: bytes
) -> None:
    """Promised: what is no HTTP gets an error or a closed connection, never an answer."""
    service = Service(serving.options)
    service.decider.renew(Known(index()))
    with serving_on(application(service)) as port:
        said = raw(port, sent)
        assert b" 200 " not in said.split(b"\r\n")[0]
        assert not service.decider.counted
        after = httpx.post(
            f"http://127.0.0.1:{port}/v1/decide", json={"account_id": "core"},
            headers={"x-api-key": serving.keys[Scope.DECIDE]}, timeout=30,
        )  # fmt: skip
        assert after.json()["answer"] == "step-up"


class Jumping(datetime):
    """A clock that somebody sets."""

    apart = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """As it is set."""
        return datetime.now(tz or UTC) + cls.apart


SUSPENDED = (
    HEAD
    + LIVE
    + """
[[suspension]]
account = "core"
people = ["ana@provider.example", "bo@provider.example"]
until = {until}
reason = "case 12"
"""
)


def test_ends_follow_the_clock_there_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Promised: what ends, ends by this machine's clock; set right again, it holds again."""
    monkeypatch.setattr(deciding, "datetime", Jumping)
    until = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    decider = Decider(
        Known(index()), policy("", SUSPENDED.replace("{until}", until)), quotas=Quotas()
    )

    async def story() -> list[tuple[Answer, Reason]]:
        said = []
        for days in (0, 10, -3650, 0):
            Jumping.apart = timedelta(days=days)
            decision = await decider.decide(Asked("core"))
            said.append((decision.answer, decision.reason))
        return said

    try:
        held = (Answer.HOLD, Reason.SUSPENDED)
        assert asyncio.run(story()) == [held, (Answer.ALLOW, Reason.NO_RULE), held, held]
        assert not decider.failures
    finally:
        Jumping.apart = timedelta(0)


@pytest.mark.parametrize("hours", [-24, 24])
def test_a_clock_that_jumps_grants_at_most_a_quota_more_and_locks_nobody_out(
    monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """Promised: a jump is worth one further quota, and no more; quotas go on after it."""
    real = time.time
    quotas, quota = Quotas(), Quota(10, None, 60)
    apart = 0.0
    # `limits` asks the clock of the whole process.
    monkeypatch.setattr(time, "time", lambda: real() + apart)

    async def granted(times: int) -> int:
        said = [await quotas.draw("net", quota, Place.CORE) for _ in range(times)]
        assert all(0 <= each.retry_after <= 120 for each in said), said
        return sum(each.granted for each in said)

    async def story() -> list[int]:
        nonlocal apart
        said = []
        for seconds in (0.0, hours * 3600.0, hours * 3600.0 + 130, 0.0, 130.0):
            apart = seconds
            said.append(await granted(30))
        return said

    before, jumped, later, back, after = asyncio.run(story())
    assert (before, later, after) == (10, 10, 10), "two windows on, quotas are what they were"
    assert jumped <= 10
    assert back <= 10


def test_replicas_that_race_draw_no_more_than_the_quota_and_what_windows_allow(redis: int) -> None:
    """Promised: over any number of replicas never more than the quota in a window, and over the
    edge of two windows never more than twice."""
    name, quota = f"net-{secrets.token_hex(6)}", Quota(40, None, 1)

    async def race() -> list[tuple[float, bool]]:
        replicas = [Quotas(f"redis://127.0.0.1:{redis}") for _ in range(4)]
        said: list[tuple[float, bool]] = []

        async def asks(quotas: Quotas) -> None:
            ends = time.monotonic() + 3
            while time.monotonic() < ends:
                drawn = await quotas.draw(name, quota, Place.CORE)
                said.append((time.time(), drawn.granted))
                await asyncio.sleep(0.002)

        await asyncio.gather(*(asks(quotas) for quotas in replicas))
        return said

    said = asyncio.run(race())
    granted = sorted(at for at, yes in said if yes)
    assert len(said) > 400
    for at in granted:
        assert sum(at <= other < at + 1 for other in granted) <= 80
    took = max(at for at, _ in said) - min(at for at, _ in said)
    assert len(granted) <= 40 * (took + 2)


def test_a_redis_that_hangs_costs_a_moment_once(redis: int) -> None:
    """Promised: a storage that says nothing holds up one answer for its patience, and the ones
    after it not at all."""
    wire = Wire(redis)

    async def story() -> tuple[list[Reason], int]:
        quotas = Quotas(f"redis://127.0.0.1:{wire.port}")
        decider = Decider(Known(index()), policy(), quotas=quotas)
        said = [(await decider.decide(Asked("likely"))).reason]
        wire.hang()
        said += [(await decider.decide(Asked("likely"))).reason for _ in range(50)]
        asked = decider.failures["ConnectionError"]
        quotas._away_until = 0.0  # the moment has passed
        wire.mend()
        said.append((await decider.decide(Asked("likely"))).reason)
        return said, asked

    said, _ = asyncio.run(story())
    wire.close()
    assert said[0] is Reason.WITHIN_QUOTA
    assert set(said[1:51]) == {Reason.FAILED_OPEN}
    assert said[51] in (Reason.WITHIN_QUOTA, Reason.NETWORK_QUOTA)
    assert storage._PATIENCE <= 0.25
