"""Draws requests and tokens from the quota of a network, shared by all its accounts.

Whoever asks first draws first, so each account is slowed in proportion to what it asks for.
Mixed accounts have a part of the quota kept for them once the rest is used: some of what they
send is other people's. State is in this process, or in Redis for any number of replicas.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gauger.act.policy.policy import Quota
from gauger.act.quotas.storage import MEMORY, storage_at
from gauger.model.decision import Place

if TYPE_CHECKING:
    from limits import RateLimitItem

_PAUSE: Final = 1.0
"""Seconds for which a storage that was away is not asked again."""
_SHARED: Final = "shared"
_RESERVE: Final = "mixed"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Whether a request is within its network's quota, else after how many seconds to ask again."""

    granted: bool
    retry_after: int = 0


class Quotas:
    """Sliding windows by the `limits` library; one instance per process.

    Its windows are counters weighed by time: constant in memory, and exact to what evenly spread
    requests would be.
    """

    def __init__(self, url: str = MEMORY) -> None:
        """Raises UsageError for a URL that is neither `memory://` nor `redis://...`."""
        self._storage = storage_at(url)
        # With the storage, so that the extra is named where it is missing.
        from limits.aio.strategies import SlidingWindowCounterRateLimiter

        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._away_until = 0.0
        self.drawn: Counter[str] = Counter()
        """Requests by whether a quota had some left: `yes` or `no`."""
        self.tokens = 0
        """Tokens that were drawn."""

    async def draw(self, network_id: str, quota: Quota, place: Place, tokens: int = 0) -> Drawn:
        """Takes one request and its tokens out of a network's quota, or nothing.

        Raises whatever the storage raises where it cannot be reached, and for a moment after that
        ConnectionError at once, so that not every answer waits for it.
        """
        if time.monotonic() < self._away_until:
            raise ConnectionError("the storage of quotas was away a moment ago")
        try:
            drawn = await self._drawn(network_id, quota, place, tokens)
        except Exception:
            self._away_until = time.monotonic() + _PAUSE
            raise
        self.drawn["yes" if drawn.granted else "no"] += 1
        if drawn.granted:
            self.tokens += tokens
        return drawn

    async def _drawn(self, network_id: str, quota: Quota, place: Place, tokens: int) -> Drawn:
        mixed = place is Place.MIXED and _has_reserve(quota)
        parts = [_SHARED, _RESERVE] if mixed else [_SHARED]
        waits = []
        for part in parts:
            wait = await self._from(part, network_id, quota, tokens)
            if wait is None:
                return Drawn(True)
            waits.append(wait)
        return Drawn(False, max(1, math.ceil(min(waits))))

    async def reachable(self) -> bool:
        """Whether the storage answers."""
        return bool(await self._storage.check())

    async def _from(self, part: str, network_id: str, quota: Quota, tokens: int) -> float | None:
        """Draws from one part of the quota; seconds to wait where it is used up."""
        wanted = [
            (item, cost)
            for item, cost in (
                (_item(quota.requests, part, quota, "requests"), 1),
                (_item(quota.tokens, part, quota, "tokens"), tokens),
            )
            if item is not None and cost > 0
        ]
        # Tokens are looked at before requests are taken, so that nothing is drawn by halves.
        for item, cost in reversed(wanted):
            if not await self._limiter.test(item, network_id, cost=_affordable(item, cost)):
                return await self._wait(item, network_id)
        for item, cost in wanted:
            if not await self._limiter.hit(item, network_id, cost=_affordable(item, cost)):
                return await self._wait(item, network_id)
        return None

    async def _wait(self, item: RateLimitItem, network_id: str) -> float:
        stats = await self._limiter.get_window_stats(item, network_id)
        return max(stats.reset_time - time.time(), 0.0)


def _affordable(item: RateLimitItem, cost: int) -> int:
    """What is larger than the whole quota takes the whole quota, or it could never be drawn."""
    return min(cost, item.amount)


def _item(amount: int | None, part: str, quota: Quota, what: str) -> RateLimitItem | None:
    from limits import RateLimitItemPerSecond

    if amount is None:
        return None
    reserve = _reserve(amount, quota)
    of_part = reserve if part == _RESERVE else amount - reserve
    return RateLimitItemPerSecond(of_part, quota.seconds, f"gauger/{part}/{what}")


def _reserve(amount: int, quota: Quota) -> int:
    return math.floor(amount * quota.mixed_reserve)


def _has_reserve(quota: Quota) -> bool:
    amounts = [amount for amount in (quota.requests, quota.tokens) if amount is not None]
    return all(_reserve(amount, quota) >= 1 for amount in amounts)
