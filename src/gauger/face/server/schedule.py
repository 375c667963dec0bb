"""When a round is made: once something came, after a pause, and never for most of the time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from gauger.face.server.children import Child
from gauger.face.server.options import ServeOptions
from gauger.face.server.scanner import LATER, ScannerAsked, ScannerTold

LOG: Final = logging.getLogger("gauger.serve")
_SLOWEST: Final = 300.0
"""Seconds between rounds that fail, at most."""
_LONGEST: Final = 6 * 3600.0
"""Seconds after which a round is taken for one that hangs."""
_GRACE: Final = 10.0


class Schedule:
    """Rounds of one process. Pauses are told by a clock that nobody sets."""

    def __init__(self, options: ServeOptions, every: float) -> None:
        self.counted: Counter[str] = Counter()
        """Rounds done, failed and skipped, of this process."""
        self.unrecorded = 0
        """Rounds that the control plane did not have when the last one ended."""
        self._options = options
        self._every = every
        self._child = Child("gauger.face.server.scanner")
        self._due = asyncio.Event()
        self._due.set()
        self._failures = 0
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def due(self) -> None:
        """Something came that the next round should see."""
        self._due.set()

    def begin(self, refresh: Callable[[], Awaitable[None]]) -> None:
        """Starts it; `refresh` takes in what a round found."""
        self._running = asyncio.create_task(self._rounds(refresh))

    async def end(self) -> None:
        """Stops it, and the scan that runs."""
        self._stop.set()
        if self._running is None:
            return
        if self._child.stop():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._running, _GRACE)
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    async def _rounds(self, refresh: Callable[[], Awaitable[None]]) -> None:
        while not self._stop.is_set():
            await self._due.wait()
            self._due.clear()
            begun = time.monotonic()
            told = await self._round()
            if self._stop.is_set():
                return
            self._count(told)
            took = time.monotonic() - begun
            if told.scanned:
                await refresh()
            await asyncio.sleep(self._pause(took, told))

    def _pause(self, took: float, told: ScannerTold) -> float:
        """As long as it took, so that scans take half of the time at most."""
        if self._failures:
            return min(self._every * 2.0**self._failures, max(_SLOWEST, self._every))
        return max(self._every, took if told.scanned else 0.0)

    async def _round(self) -> ScannerTold:
        options = self._options
        asked = ScannerAsked(
            str(options.lake), str(options.findings), options.database, self._every,
            options.memory, options.threads,
            None if options.spill is None else str(options.spill), options.secret,
        )  # fmt: skip
        heard: list[ScannerTold] = []
        try:
            async with asyncio.timeout(_LONGEST):
                code = await self._child.run(asked, ScannerTold, heard.append)
        except (OSError, TimeoutError) as error:
            return ScannerTold(error=str(error) or "it hangs")
        return heard[-1] if heard else ScannerTold(error=f"its process ended with {code}")

    def _count(self, told: ScannerTold) -> None:
        self._failures = self._failures + 1 if told.error is not None else 0
        if told.error is not None:
            self.counted["failed"] += 1
            LOG.warning("a scan failed: %s", told.error)
        elif told.scanned:
            self.counted["done"] += 1
            LOG.info("scanned in %.1f s: %s networks", told.seconds, told.networks)
        else:
            self.counted["skipped"] += 1
        self.unrecorded = told.unrecorded
        # What it was to see is still to be seen, and the database may be there again by itself.
        if told.error is not None or told.reason in LATER or told.unrecorded:
            self._due.set()
