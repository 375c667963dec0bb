"""What runs beside the answers of a service with a lake: the way in, a committer, rounds."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from gauger.face.server.children import Child
from gauger.face.server.committer import EVERY, CommitterAsked, CommitterTold
from gauger.face.server.intake import Intake
from gauger.face.server.options import ServeOptions
from gauger.face.server.schedule import Schedule
from gauger.model.errors import UsageError
from gauger.read.lake import require
from gauger.round_folders import RoundFolders

LOG: Final = logging.getLogger("gauger.serve")
_AGAIN: Final = 5.0
"""Seconds until a child that ended by itself is started again."""
_GRACE: Final = 20.0
"""Seconds for which a child may go on with what it does when the service ends."""


class Live:
    """One per process."""

    def __init__(self, options: ServeOptions) -> None:
        """Raises a GaugerError for a lake or a spool that cannot be used."""
        require()
        if options.lake is None or options.secret is None:
            raise UsageError(
                "exchanges cannot be taken in without a secret, or fingerprints of two runs "
                "never meet", "none", "set `GAUGER_SECRET` to 16 characters or more, and keep it",
            )  # fmt: skip
        self.options = options
        try:
            self.intake = Intake(options.lake, options.spool, options.secret, options.account_field)
        except OSError as error:
            said = (error.strerror or type(error).__name__).lower()
            raise UsageError(
                "the spool cannot be used", f"`{options.spool}` ({said})", "name another folder"
            ) from error
        self.committed: Counter[str] = Counter()
        """Exchanges moved to the lake, and how often that failed or was begun again."""
        self.snapshot: int | None = None
        """The lake's current one, as far as the committer has said."""
        every = options.scan_every
        scans = every is not None and options.findings is not None
        self.schedule = Schedule(options, every) if scans and every is not None else None
        if self.schedule is not None and options.findings is not None:
            RoundFolders(options.findings)
        self._committer = Child("gauger.face.server.committer")
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def begin(self, refresh: Callable[[], Awaitable[None]]) -> None:
        """Starts it; `refresh` takes in what a round found."""
        self._tasks = [
            asyncio.create_task(self.intake.work()),
            asyncio.create_task(self.intake.watch()),
        ]
        self._committing = asyncio.create_task(self._commit())
        if self.schedule is not None:
            self.schedule.begin(refresh)

    async def end(self) -> None:
        """Stops it; what was acknowledged and not committed waits for the next process."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.schedule is not None:
            await self.schedule.end()
        await self.intake.end()
        # Last, so that what came in until now is in the lake when the service is gone.
        self._stop.set()
        if self._committer.stop():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._committing, _GRACE)
        self._committing.cancel()
        await asyncio.gather(self._committing, return_exceptions=True)

    async def _commit(self) -> None:
        asked = CommitterAsked(
            str(self.options.lake), str(self.options.spool), threads=self.options.threads
        )
        if self.schedule is None:
            # Others' commits are of no interest here, so it need not run before something came.
            await self.intake.came.wait()
            await asyncio.sleep(EVERY)
        while not self._stop.is_set():
            try:
                code = await self._committer.run(asked, CommitterTold, self._hear)
            except OSError as error:
                code = error.errno or 1
            if self._stop.is_set():
                return
            self.committed["restarts"] += 1
            LOG.warning("the committer ended with %d, and is started again", code)
            await asyncio.sleep(_AGAIN)

    def _hear(self, told: CommitterTold) -> None:
        self.committed["rows"] += told.rows
        if told.problem is not None:
            self.committed["failed"] += 1
            LOG.warning("cannot commit: %s", told.problem)
        for damaged in told.damaged:
            self.committed["damaged"] += 1
            LOG.error("set apart: %s", damaged)
        if told.snapshot is not None and told.snapshot != self.snapshot:
            self.snapshot = told.snapshot
            self.due()

    def due(self) -> None:
        """Something came that the next scan should see."""
        if self.schedule is not None:
            self.schedule.due()

    def counted(self) -> dict[str, object]:
        """What came in since the process began."""
        intake = self.intake
        return {
            **{name: intake.counted[name] for name in ("accepted", "repeated", "rejected")},
            "files": intake.counted["files"],
            "failed": dict(sorted(intake.failed.items())),
            "held_bytes": intake.room.held,
            "spooled_bytes": intake.spooled,
            "committed": self.committed["rows"],
            "commits_failed": self.committed["failed"],
            "committer_restarts": self.committed["restarts"],
            "damaged_files": self.committed["damaged"],
            "rounds": None if self.schedule is None else self._rounds(self.schedule),
        }

    def _rounds(self, schedule: Schedule) -> dict[str, object]:
        return {
            **{name: schedule.counted[name] for name in ("done", "failed", "skipped")},
            "unrecorded": schedule.unrecorded,
        }
