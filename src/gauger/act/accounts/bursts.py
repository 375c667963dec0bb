"""Sign-ups that share a thing within a day, counted as they come.

Bounded: of a thing so many accounts are counted and no more, and in this process so many things
are kept in mind. What is kept are keyed prints. State is in this process, or in Redis for any
number of replicas; while Redis is away this process counts for itself.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gauger.act.accounts.prints import SignUpPrints
from gauger.act.quotas.storage import MEMORY

if TYPE_CHECKING:
    from redis.asyncio import Redis

LOG: Final = logging.getLogger("gauger.serve")
WINDOW: Final = 86_400.0
"""Seconds within which sign-ups are counted together."""
FROM: Final = {"range": 5, "email": 4, "payment": 3, "phone": 3}
"""Kinds that are counted, and from how many accounts on it is said."""
WORDS: Final = {
    "range": "from one range of addresses", "email": "with e-mails that differ in digits only",
    "payment": "with one payment instrument", "phone": "with one phone number",
}  # fmt: skip
THINGS: Final = 100_000
_MOST: Final = 64
"""Accounts of one thing that are counted."""
_PATIENCE: Final = 0.25
_PAUSE: Final = 5.0


@dataclass(frozen=True, slots=True)
class Burst:
    """So many accounts signed up within a day with one thing in common; 64 stand for more."""

    kind: str
    accounts: int

    @property
    def statement(self) -> str:
        """In a sentence."""
        more = " or more" if self.accounts >= _MOST else ""
        return f"{self.accounts}{more} accounts signed up within a day {WORDS[self.kind]}."


class Bursts:
    """One per process."""

    def __init__(self, url: str = MEMORY) -> None:
        self._held: OrderedDict[tuple[str, int], dict[str, float]] = OrderedDict()
        self._redis: Redis | None = None
        self._away_until = 0.0
        self.away = 0
        """How often Redis could not be asked."""
        if url != MEMORY:
            from redis.asyncio import Redis as Client

            self._redis = Client.from_url(
                url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
            )

    async def count(self, account_id: str, prints: SignUpPrints) -> tuple[Burst, ...]:
        """Counts a sign-up once, however often it is checked, and says what is a burst by now."""
        # Whatever is kept or sent names no account.
        account = hashlib.blake2b(account_id.encode("utf-8", "replace"), digest_size=8).hexdigest()
        found = []
        for kind, enough in FROM.items():
            print_ = prints.of(kind)
            if print_ is None:
                continue
            accounts = await self._counted(kind, print_, account)
            if accounts >= enough:
                found.append(Burst(kind, accounts))
        return tuple(found)

    async def close(self) -> None:
        """Lets go of Redis."""
        if self._redis is not None:
            await self._redis.aclose()

    async def _counted(self, kind: str, print_: int, account: str) -> int:
        if self._redis is None or time.monotonic() < self._away_until:
            return self._here(kind, print_, account)
        try:
            return await self._shared(self._redis, kind, print_, account)
        except Exception as error:
            self.away += 1
            self._away_until = time.monotonic() + _PAUSE
            LOG.warning("sign-ups are counted by this process alone: %s", type(error).__name__)
            return self._here(kind, print_, account)

    def _here(self, kind: str, print_: int, account: str) -> int:
        now = time.monotonic()
        held = self._held.setdefault((kind, print_), {})
        self._held.move_to_end((kind, print_))
        if len(self._held) > THINGS:
            self._held.popitem(last=False)
        for each in [each for each, moment in held.items() if now - moment > WINDOW]:
            del held[each]
        if account in held or len(held) < _MOST:
            held.setdefault(account, now)
        return len(held)

    async def _shared(self, redis: Redis, kind: str, print_: int, account: str) -> int:
        key, now = f"gauger/signups/{kind}/{print_ & 0xFFFFFFFFFFFFFFFF:016x}", time.time()
        async with redis.pipeline(transaction=True) as pipe:
            pipe.zremrangebyscore(key, "-inf", now - WINDOW)
            pipe.zadd(key, {account: now}, nx=True)
            pipe.zremrangebyrank(key, 0, -(_MOST + 1))
            pipe.zcard(key)
            pipe.expire(key, int(WINDOW))
            answered = await pipe.execute()
        return int(answered[3])
