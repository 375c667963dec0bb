"""One operator, one quota: in one process, and shared by replicas through Redis."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from gauger.act.policy.policy import Quota
from gauger.act.quotas.quotas import Drawn, Quotas
from gauger.model.decision import Place
from gauger.model.errors import UsageError


async def drawn(
    quotas: list[Quotas], times: int, quota: Quota, place: Place = Place.CORE, tokens: int = 0
) -> list[Drawn]:
    """Draws at once, from one after the other."""
    name = f"net-{secrets.token_hex(6)}"
    return await asyncio.gather(
        *(quotas[n % len(quotas)].draw(name, quota, place, tokens) for n in range(times))
    )


def test_what_one_network_draws_is_not_another_s() -> None:
    async def both() -> list[bool]:
        quotas, quota = Quotas(), Quota(1, None, 60)
        return [
            (await quotas.draw(name, quota, Place.CORE)).granted
            for name in ("net-a", "net-b", "net-a", "net-b")
        ]

    assert asyncio.run(both()) == [True, True, False, False]


def test_two_replicas_racing_draw_no_more_than_one_quota(redis: str) -> None:
    async def race() -> list[Drawn]:
        return await drawn([Quotas(redis), Quotas(redis)], 60, Quota(20, None, 60))

    said = asyncio.run(race())
    assert sum(each.granted for each in said) == 20
    assert all(1 <= each.retry_after <= 120 for each in said if not each.granted)


def test_tokens_are_shared_too(redis: str) -> None:
    async def race() -> list[Drawn]:
        return await drawn([Quotas(redis), Quotas(redis)], 40, Quota(None, 1000, 60), tokens=100)

    assert sum(each.granted for each in asyncio.run(race())) == 10


def test_a_request_larger_than_the_quota_takes_all_of_it() -> None:
    async def asked() -> list[Drawn]:
        return await drawn([Quotas()], 2, Quota(None, 100, 60), tokens=5000)

    assert [each.granted for each in asyncio.run(asked())] == [True, False]


def test_a_reserve_of_nothing_lets_nobody_through() -> None:
    async def asked() -> list[Drawn]:
        return await drawn([Quotas()], 3, Quota(2, None, 60, mixed_reserve=0.4), Place.MIXED)

    assert [each.granted for each in asyncio.run(asked())] == [True, True, False]


def test_a_place_that_is_none_is_refused_without_its_secrets() -> None:
    with pytest.raises(UsageError) as caught:
        Quotas("memcached://user:password@host")
    assert "password" not in str(caught.value)


def test_a_storage_that_is_away_is_left_alone_for_a_moment_and_asked_again() -> None:
    class Away:
        """Raises as often as it is asked, until it is back."""

        asked = 0
        back = False

        async def test(self, *_: object, **__: object) -> bool:
            """Counts."""
            self.asked += 1
            if not self.back:
                raise OSError("away")
            return True

        hit = test

    async def draws() -> list[str]:
        quotas, away = Quotas(), Away()
        quotas._limiter = away  # type: ignore[assignment]
        said = []
        for step in range(4):
            if step == 2:
                away.back = True
                quotas._away_until = 0.0  # the moment has passed
            try:
                drawn_ = await quotas.draw("net", Quota(1, None, 60), Place.CORE)
                said.append(f"{drawn_.granted} {away.asked}")
            except OSError as error:
                said.append(f"{type(error).__name__} {away.asked}")
        return said

    assert asyncio.run(draws()) == ["OSError 1", "ConnectionError 1", "True 3", "True 5"]
