"""First exchanges that any replica saw count for all; without Redis each goes on by itself."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import redis as redis_client

from act.policies import index, policy
from act.quotas.test_faults import started
from exchanges import PHRASE
from face.server.test_nginx import free_port
from gauger.act.decisions.decider import Decider, Known
from gauger.act.quotas.quotas import Quotas
from gauger.act.signatures import shared as module
from gauger.act.signatures.recogniser import Recogniser
from gauger.act.signatures.scoring import STEPS
from gauger.act.signatures.shared import Shared
from gauger.act.signatures.sums import Sums
from gauger.model.decision import Asked, Place
from gauger.model.evidence import Verdict
from gauger.model.signature import FAMILIES, Signature, Signatures, Traits, Worth
from gauger.read.sketch import SketchKey
from gauger.read.sketching import key_check
from needs import program

KEY = SketchKey.from_secret(PHRASE)
NOW = datetime.now(UTC)


def recogniser(network: str = "net-1") -> Recogniser:
    """Recognises whoever shows in two families what marks the network, from three exchanges on."""
    empty = np.array([], np.int64)
    small = empty.astype(np.int32)
    traits = Traits(empty.astype(np.int8), empty, small, small, empty, empty)
    worth = tuple(
        Worth(family, step, (0.0, 1.0), (0.0, 2.0 if step >= 3 else 0.5), (1, 1), (1, 1))
        for step in STEPS
        for family in FAMILIES
    )
    made = Signature(
        network, Verdict.EXTRACTION, None, None, 30, 900, NOW - timedelta(days=1), traits, worth,
        (), True,
    )  # fmt: skip
    return Recogniser(Signatures(NOW, key_check(KEY), (made,)), KEY, NOW)


def showing(account: str, weight: float = 1.5) -> tuple[str, Sums]:
    """One exchange that carries what marks the network in content and in behaviour."""
    weights = [weight if f in ("content", "behaviour") else 0.0 for f in FAMILIES]
    return account, Sums(1, [1] * len(FAMILIES), {0: weights})


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """A Redis of this test's own."""
    port = free_port()
    running = started(program("redis-server"), port, tmp_path)
    yield f"redis://127.0.0.1:{port}"
    running.kill()
    running.wait()


def replica(url: str) -> tuple[Decider, Recogniser, Shared]:
    """A decider with what it holds."""
    shared, held = Shared(url, PHRASE), recogniser()
    decider = Decider(Known(index(), held), policy(), quotas=Quotas(), secret=PHRASE, shared=shared)
    return decider, held, shared


async def followed(shared: Shared, account: str) -> None:
    """Until news of an account has come, or a moment has passed."""
    task = asyncio.create_task(shared.follow())
    for _ in range(200):
        if shared.known(account) is not None:
            break
        await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_three_exchanges_at_three_replicas_are_three(redis: str) -> None:
    async def story() -> list[tuple[str, str | None]]:
        replicas = [replica(redis) for _ in range(3)]
        for _, held, shared in replicas:
            shared.meet(held, [showing("replacement"), showing("bystander", 0.1)])
        said = []
        for decider, _, shared in replicas:
            await followed(shared, "replacement")
            told = await decider.decide(Asked("replacement"))
            other = await decider.decide(Asked("bystander"))
            said += [(told.answer.value, told.place), (other.answer.value, other.place)]
            assert not decider.wants("replacement")
            await shared.close()
        return said

    assert asyncio.run(story()) == [("step-up", Place.RECOGNISED), ("allow", None)] * 3


def test_a_replica_that_begins_later_knows_who_was_recognised(redis: str) -> None:
    async def story() -> str | None:
        _, held, shared = replica(redis)
        for _ in range(3):
            shared.meet(held, [showing("replacement")])
        decider, _, later = replica(redis)
        await followed(later, "replacement")
        told = await decider.decide(Asked("replacement"))
        assert told.account_id == "replacement"
        assert (await decider.decide(Asked("stranger"))).network_id is None
        await shared.close()
        await later.close()
        return told.network_id

    assert asyncio.run(story()) == "net-1"


def test_who_was_recognised_for_a_network_that_is_no_longer_known_is_not(redis: str) -> None:
    async def story() -> str | None:
        _, held, shared = replica(redis)
        for _ in range(3):
            shared.meet(held, [showing("replacement")])
        decider, _, later = replica(redis)
        decider.known = Known(index(), recogniser("net-10"))
        await followed(later, "replacement")
        assert later.known("replacement") is not None
        told = await decider.decide(Asked("replacement"))
        await shared.close()
        await later.close()
        return told.network_id

    assert asyncio.run(story()) is None


def test_redis_holds_no_account_and_everything_in_it_ends(redis: str) -> None:
    account = f"ana-{secrets.token_hex(4)}@customer.example"
    _, held, shared = replica(redis)
    for _ in range(3):
        shared.meet(held, [showing(account)])
    client = redis_client.Redis.from_url(redis)
    names = client.keys("*")
    assert len(names) == 3
    for name in names:
        assert client.ttl(name) > 0
        kind = client.type(name)
        value = {
            b"hash": client.hgetall, b"string": client.get,
            b"stream": lambda n: client.xrange(n),
        }[kind](name)  # fmt: skip
        assert account not in f"{name!r}{value!r}"
        assert "customer" not in f"{name!r}{value!r}"


def test_what_is_begun_is_bounded(redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 5)
    _, held, shared = replica(redis)
    for number in range(20):
        shared.meet(held, [showing(f"stranger-{number}", 0.1)])
    for _ in range(3):
        shared.meet(held, [showing("stranger-0", 0.1), showing("late")])
    client = redis_client.Redis.from_url(redis)
    assert len(client.keys("gauger/first/*/[0-9a-f]*")) <= 7
    assert held.known("late") is not None, "past the bound each process counts by itself"


def test_redis_away_and_back(tmp_path: Path) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}"
    _, one, shared = replica(url)
    for _ in range(3):
        shared.meet(one, [showing("first")])
    assert one.known("first") is not None, "its own exchanges are enough"
    # The second attempt fell into the moment in which Redis is left alone.
    assert sum(shared.failures.values()) == 1
    running = started(program("redis-server"), port, tmp_path)
    try:
        shared._away_until = 0.0  # the moment has passed
        _, two, other = replica(url)
        shared.meet(one, [showing("second")])
        other.meet(two, [showing("second")])
        shared.meet(one, [showing("second")])
        assert one.known("second") is not None
        assert sum(shared.failures.values()) == 1
    finally:
        running.kill()
        running.wait()


def test_sums_of_other_signatures_do_not_add_up(redis: str) -> None:
    _, held, shared = replica(redis)
    shared.meet(held, [showing("account")] * 2)
    later = recogniser()
    later.identity += "later"
    shared.meet(later, [showing("account")])
    assert later.known("account") is None
    shared.meet(later, [showing("account")] * 2)
    assert later.known("account") is not None
