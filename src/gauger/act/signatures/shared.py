"""First exchanges that any process saw count for all, through Redis.

Sums of accounts are added up there, once for every batch and beside the answers; whoever is
recognised is put into a stream that all processes follow, so that a decision asks nothing but
memory. Accounts are named by keyed digests. Where Redis is away each process goes on with what it
saw itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from gauger.act.signatures.recogniser import REMEMBERED, Recogniser, Recognition
from gauger.act.signatures.sums import Sums
from gauger.model.evidence import Verdict
from gauger.model.signature import FAMILIES

LOG: Final = logging.getLogger("gauger.serve")
LASTS: Final = 7 * 86_400
"""Seconds for which an account that has not been seen again is kept in mind."""
RECOGNISED_LASTS: Final = 90 * 86_400
MOST: Final = 2_000_000
"""Accounts begun within that time; past that further ones count in each process by itself."""
_PATIENCE: Final = 0.25
_PAUSE: Final = 1.0
_ROOT: Final = "gauger/first"


class Shared:
    """One per process; `meet` comes from one thread, `known` and `follow` from another."""

    def __init__(self, url: str, secret: str) -> None:
        """For `redis://...`; nothing is asked of it yet."""
        import redis
        import redis.asyncio

        self._redis: Any = redis.Redis.from_url(
            url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
        )
        # It waits for news, so it may take longer than an answer.
        self._following: Any = redis.asyncio.Redis.from_url(
            url, socket_timeout=10, socket_connect_timeout=2
        )
        self._key = blake2b(secret.encode(), person=b"gauger first", digest_size=32).digest()
        self._recognised: OrderedDict[bytes, Recognition] = OrderedDict()
        self._last = b"0-0"
        self._away_until = 0.0
        self.failures: Counter[str] = Counter()
        """Times that Redis failed, by the kind of error."""

    def meet(self, recogniser: Recogniser, observed: Sequence[tuple[str, Sums]]) -> None:
        """Counts exchanges here and in Redis, and takes in what other processes saw."""
        before = {account: recogniser.known(account) for account, _ in observed}
        merged: dict[str, Sums] = {}
        for account, sums in observed:
            recogniser.take(account, sums)
            merged.setdefault(account, Sums()).add(sums)
        totals = self._asking(lambda: self._added(recogniser, merged)) or {}
        for account, sums in totals.items():
            recogniser.take(account, sums, whole=True)
        found = [
            recognition
            for account, was in before.items()
            if was is None and (recognition := recogniser.known(account)) is not None
        ]
        if found:
            self._asking(lambda: self._tell(found))

    def known(self, account_id: str) -> Recognition | None:
        """What another process recognised an account as."""
        if not self._recognised:
            return None
        return self._recognised.get(self._digest(account_id))

    async def follow(self) -> None:
        """Takes in whom others recognise, until it is cancelled."""
        while True:
            try:
                await self._follow_once()
            except Exception as error:
                self.failures[type(error).__name__] += 1
                await asyncio.sleep(_PAUSE)

    async def close(self) -> None:
        """Lets go of the connections."""
        await self._following.aclose()
        self._redis.close()

    async def _follow_once(self) -> None:
        said = await self._following.xread({self._stream: self._last}, count=1000, block=1000)
        for _, entries in said:
            for identity, fields in entries:
                self._last = identity
                self._take_over(fields)
            await asyncio.sleep(0)

    def _take_over(self, fields: Mapping[bytes, bytes]) -> None:
        recognition = Recognition(
            "", fields[b"network"].decode(), Verdict(fields[b"verdict"].decode()),
            float(fields[b"log10"]), float(fields[b"remains"]), (), int(fields[b"exchanges"]),
        )  # fmt: skip
        self._recognised[fields[b"account"]] = recognition
        if len(self._recognised) > REMEMBERED:
            self._recognised.popitem(last=False)

    def _asking(self, ask: Callable[[], Any]) -> Any:
        """What Redis says; null where it is away, and for a moment after that."""
        if time.monotonic() < self._away_until:
            return None
        try:
            return ask()
        except Exception as error:
            self.failures[type(error).__name__] += 1
            self._away_until = time.monotonic() + _PAUSE
            return None

    def _added(self, recogniser: Recogniser, merged: Mapping[str, Sums]) -> dict[str, Sums]:
        """Adds sums to those in Redis, in one round; what they come to together."""
        space = f"{_ROOT}/{recogniser.identity}"
        names = {account: f"{space}/{self._digest(account).hex()}" for account in merged}
        count = int(self._redis.get(f"{space}/accounts") or 0)
        pipe = self._redis.pipeline(transaction=False)
        if count >= MOST:
            for name in names.values():
                pipe.exists(name)
            there = pipe.execute()
            names = {a: n for (a, n), held in zip(names.items(), there, strict=True) if held}
        for account, name in names.items():
            _add(pipe, name, merged[account], recogniser)
            pipe.expire(name, LASTS)
            pipe.hgetall(name)
        said = [each for each in pipe.execute() if isinstance(each, dict)]
        totals = {a: _read(h, recogniser) for a, h in zip(names, said, strict=True)}
        begun = sum(totals[a].exchanges == merged[a].exchanges for a in totals)
        if begun:
            pipe.incrby(f"{space}/accounts", begun)
            pipe.expire(f"{space}/accounts", LASTS, nx=count > 0)
            pipe.execute()
        return totals

    def _tell(self, found: Sequence[Recognition]) -> None:
        pipe = self._redis.pipeline(transaction=False)
        for each in found:
            fields = {
                "account": self._digest(each.account_id), "network": each.network_id,
                "verdict": each.verdict.value, "log10": each.log10, "remains": each.remains,
                "exchanges": each.exchanges,
            }  # fmt: skip
            pipe.xadd(self._stream, fields, maxlen=REMEMBERED, approximate=True)
        pipe.expire(self._stream, RECOGNISED_LASTS)
        pipe.execute()

    @property
    def _stream(self) -> str:
        """Of this secret's digests alone, for one Redis may serve several."""
        return f"{_ROOT}/recognised/{blake2b(self._key, digest_size=8).hexdigest()}"

    def _digest(self, account_id: str) -> bytes:
        return blake2b(account_id.encode(), key=self._key, digest_size=16).digest()


def _add(pipe: Any, name: str, sums: Sums, recogniser: Recogniser) -> None:
    pipe.hincrby(name, "n", sums.exchanges)
    for family, count in enumerate(sums.spoke):
        if count:
            pipe.hincrby(name, f"s{family}", count)
    for number, weights in sums.weights.items():
        for family, weight in enumerate(weights):
            if weight:
                pipe.hincrbyfloat(name, f"w{family}{recogniser.networks[number]}", weight)


def _read(held: Mapping[bytes, bytes], recogniser: Recogniser) -> Sums:
    numbers = {network: number for number, network in enumerate(recogniser.networks)}
    sums = Sums(int(held.get(b"n", 0)))
    for name, value in held.items():
        kind, family = name[:1], name[1:2]
        if kind == b"s":
            sums.spoke[int(family)] = int(value)
        elif kind == b"w" and (number := numbers.get(name[2:].decode())) is not None:
            weights = sums.weights.setdefault(number, [0.0] * len(FAMILIES))
            weights[int(family)] = float(value)
    return sums
