"""Takes in what endpoints received: many requests become one file of the spool, and one sync."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from gauger.face.server.access import Refused
from gauger.face.server.keeping_rejects import KeptRejects
from gauger.face.server.room import Room
from gauger.model.exchange import LOCATED_SCHEMA
from gauger.read.arriving import Arrival, Present, read_arrival
from gauger.read.lake.address import parse_address
from gauger.read.lake.catalog import open_or_create
from gauger.read.lake.evolving import add_absent_columns
from gauger.read.sketch import SketchKey, sketch
from gauger.read.sketching import key_check
from gauger.read.spool.known import known_keys
from gauger.read.spool.spool import Kept, Spool
from gauger.read.spool.streams import bytes_in

LOG: Final = logging.getLogger("gauger.serve")
LINGER: Final = 0.1
"""Seconds for which a request waits for others to be written with it."""
TOGETHER: Final = 16_384
"""Exchanges that are written together, about."""
MOST_SPOOLED: Final = 4_000_000_000
"""Bytes that may wait for a lake that does not take them."""
_PARSERS: Final = 2


@dataclass(slots=True)
class _Waiting:
    arrival: Arrival
    kept: asyncio.Future[Kept]


class Intake:
    """The way in of one process. Opening it makes the lake where there is none."""

    def __init__(
        self,
        lake: str,
        spool: Path,
        secret: str,
        account_field: str | None = None,
        room: Room | None = None,
    ) -> None:
        """Raises a GaugerError for a lake that cannot be used, OSError for such a spool."""
        key = SketchKey.from_secret(secret)
        with open_or_create(parse_address(lake), key_check(key)) as opened:
            add_absent_columns(opened)
            self.spool = Spool(spool, key, known_keys(opened))
        self.room = room or Room()
        self.present = Present()
        self.counted: Counter[str] = Counter()
        """Exchanges accepted, repeated and rejected, and files written, since it began."""
        self.failed: Counter[str] = Counter()
        """Writes that failed, by what the system said."""
        self.spooled = bytes_in(spool)
        self.came = asyncio.Event()
        """Set once there is something to commit."""
        if self.spooled:
            self.came.set()
        self._account_field = account_field
        self._rejects = KeptRejects(spool / "rejects.jsonl")
        self._waiting: list[_Waiting] = []
        self._rows = 0
        self._some = asyncio.Event()
        self._many = asyncio.Event()
        self._parsers = ThreadPoolExecutor(_PARSERS, "gauger-parse")
        self._writer = ThreadPoolExecutor(1, "gauger-spool")
        # Its kernel is compiled with the first use of a fresh installation, which takes a while.
        sketch(pa.RecordBatch.from_pylist([], schema=LOCATED_SCHEMA), key)

    async def take(self, name: str, format: str, body: bytes) -> tuple[Arrival, Kept]:
        """Exchanges of a body that are on the disk once this returns. Raises Refused."""
        if self.spooled > MOST_SPOOLED:
            raise self.room.full()
        loop = asyncio.get_running_loop()
        now = self.present.now()
        arrival = await loop.run_in_executor(
            self._parsers, read_arrival, name, format, body, now, self._account_field
        )
        waiting = _Waiting(arrival, loop.create_future())
        self._waiting.append(waiting)
        self._rows += arrival.exchanges
        self._some.set()
        if self._rows >= TOGETHER:
            self._many.set()
        return arrival, await waiting.kept

    async def work(self) -> None:
        """Writes what comes until it is cancelled."""
        while True:
            await self._some.wait()
            try:
                async with asyncio.timeout(LINGER):
                    await self._many.wait()
            except TimeoutError:
                pass
            taken, self._waiting, self._rows = self._waiting, [], 0
            self._some.clear()
            self._many.clear()
            await self._write(taken)

    async def watch(self) -> None:
        """Looks now and then at what waits on the disk, until it is cancelled."""
        while True:
            await asyncio.sleep(1)
            try:
                self.spooled = await asyncio.to_thread(bytes_in, self.spool.folder)
            except OSError as error:
                LOG.warning("cannot look at the spool: %s", error)

    async def end(self) -> None:
        """Writes what was received, and leaves it to whoever commits it."""
        taken, self._waiting = self._waiting, []
        if taken:
            await self._write(taken)
        self._writer.shutdown()
        self._parsers.shutdown()
        self._rejects.close()
        self.spool.close()

    async def _write(self, taken: list[_Waiting]) -> None:
        loop = asyncio.get_running_loop()
        arrivals = [each.arrival for each in taken]
        try:
            told = await loop.run_in_executor(self._writer, self._keep, arrivals)
        except OSError as error:
            said = (error.strerror or type(error).__name__).lower()
            self.failed[said] += 1
            LOG.warning("cannot write to the spool: %s", said)
            for each in taken:
                self._refuse(each, f"it cannot be kept now: {said}")
            return
        except Exception as error:
            # One odd request must not end the way in for all that follow.
            self.failed[type(error).__name__] += 1
            LOG.exception("cannot take in exchanges")
            for each in taken:
                self._refuse(each, "it cannot be kept now")
            return
        self.counted["files"] += 1
        self.came.set()
        for each, kept in zip(taken, told, strict=True):
            self.counted["accepted"] += kept.accepted
            self.counted["repeated"] += kept.repeated
            self.counted["rejected"] += each.arrival.rejected
            if not each.kept.done():
                each.kept.set_result(kept)

    def _keep(self, arrivals: list[Arrival]) -> list[Kept]:
        kept = self.spool.keep(arrivals)
        self._rejects.add(arrivals)
        return kept

    def _refuse(self, waiting: _Waiting, message: str) -> None:
        if not waiting.kept.done():
            waiting.kept.set_exception(Refused(503, "not_kept", message, retry_after=10))
