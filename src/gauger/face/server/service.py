"""What a service holds while it runs, and how it keeps up with scans, keys and policies."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gauger.act.accounts.bursts import Bursts
from gauger.act.accounts.check import AccountChecker
from gauger.act.accounts.closed import ClosedIndex
from gauger.act.accounts.disposable import disposable_domains
from gauger.act.cases.casebook import read_memory, write_given
from gauger.act.cases.database import open_database
from gauger.act.cases.keys import ApiKey, Scope, read_keys
from gauger.act.cases.versions import policy_in_force, policy_stamp
from gauger.act.decisions.decider import Decider, Known
from gauger.act.decisions.loading import FINDINGS, load_index
from gauger.act.quotas.quotas import Quotas
from gauger.act.quotas.storage import MEMORY
from gauger.act.signatures.files import read_signatures
from gauger.act.signatures.recogniser import Recogniser
from gauger.act.signatures.shared import Shared
from gauger.engine.freeing import give_back
from gauger.face.server.measures import Measures
from gauger.face.server.options import ServeOptions
from gauger.face.server.recording import EVERY, Recording
from gauger.face.server.shown import Shown
from gauger.model.errors import GaugerError
from gauger.model.signature import SIGNATURES
from gauger.read.sketch import SketchKey

if TYPE_CHECKING:
    from gauger.face.server.live import Live

LOG: Final = logging.getLogger("gauger.serve")


class Service:
    """One per process; opening it reads everything once."""

    def __init__(self, options: ServeOptions) -> None:
        """Raises a GaugerError for anything that cannot be used."""
        self.options = options
        self.database = open_database(options.database)
        self.keys = read_keys(self.database)
        # Before the policy itself, or one that is put meanwhile would not be seen.
        self._policy = policy_stamp(self.database)
        self.decider = Decider(
            _known(options), policy_in_force(self.database), quotas=Quotas(options.quotas),
            secret=options.secret, shared=_shared(options),
        )  # fmt: skip
        self.bursts = Bursts(options.quotas)
        self.accounts = AccountChecker(
            self.decider, self.bursts, disposable_domains(options.disposable_domains),
            options.secret,
        )  # fmt: skip
        self.shown = Shown(self.decider.meet, self.decider.wants)
        self.refused: Counter[str] = Counter()
        """Requests that were no question: without a key, too large, not to be understood."""
        self.missed = 0
        """Requests that gateways let through without an answer, as they say."""
        self.stale: Counter[str] = Counter()
        """Looks at findings, keys or the policy that failed; what was known holds on."""
        self.look_at_cases()
        self.recording = Recording(self.decider)
        self._told = time.monotonic()
        self.measures = Measures()
        """What parts count, for `/metrics`; each adds its own."""
        self.closing: list[Callable[[], None]] = []
        """What is to be done at the end."""
        self._found = _stamp(options.findings)
        self.live = _live(options)
        """What takes exchanges in and scans them; null where no lake was named."""
        _settle()
        self._tasks: list[asyncio.Task[None]] = []

    def allowed(self, presented: str, scope: Scope) -> ApiKey | None:
        """The key that was presented, if it holds for a scope."""
        key = self.keys.find(presented)
        return key if key is not None and key.allows(scope, datetime.now(UTC)) else None

    @property
    def findings_written(self) -> float | None:
        """When the findings in use were written, in seconds of the epoch; null without any."""
        return None if self._found is None else self._found[0] / 1e9

    async def begin(self) -> None:
        """Starts what runs beside the answers."""
        await self._try("audit", lambda: self.recording.begin(self.database))
        self._tasks = [asyncio.create_task(self.shown.work()), asyncio.create_task(self._watch())]
        if self.live is not None:
            await self.live.begin(self.refresh)
        if self.decider.shared is not None:
            self._tasks.append(asyncio.create_task(self.decider.shared.follow()))

    async def end(self) -> None:
        """Stops it, and lets go of the database."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.live is not None:
            await self.live.end()
        await self._try("given", self.write_given)
        await self._try("audit", lambda: self.recording.end(self.database))
        await self.bursts.close()
        if self.decider.shared is not None:
            await self.decider.shared.close()
        for close in self.closing:
            await asyncio.to_thread(close)
        self.database.dispose()

    async def refresh(self) -> None:
        """Looks once at keys, policy and findings, and takes in what changed."""
        for name, look in (
            ("keys", self._look_at_keys), ("policy", self._look_at_policy),
            ("cases", self.look_at_cases), ("given", self.write_given),
            ("findings", self._look_at_findings),
        ):  # fmt: skip
            await self._try(name, look)
        if time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            await self._try("audit", lambda: self.recording.tell(self.database))

    def look_at_cases(self) -> None:
        """Takes in whom people have cleared."""
        self.decider.memory = read_memory(self.database)

    def write_given(self) -> None:
        """Writes down live answers, so that their references open cases."""
        given = self.decider.given.take()
        try:
            write_given(self.database, given)
        except Exception:
            self.decider.given.put_back(given)
            raise

    async def _try(self, name: str, look: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(look)
        except Exception as error:
            # What was known holds on: a database that is away must not stop answers.
            self.stale[name] += 1
            LOG.warning("could not look at %s: %s", name, _said(error))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self.options.refresh)
            await self.refresh()

    def _look_at_keys(self) -> None:
        self.keys = read_keys(self.database)

    def _look_at_policy(self) -> None:
        stamp = policy_stamp(self.database)
        if stamp != self._policy:
            self.decider.policy, self._policy = policy_in_force(self.database), stamp
            LOG.info("policy version %d is in force", self.decider.policy.version)

    def _look_at_findings(self) -> None:
        stamp = _stamp(self.options.findings)
        if stamp != self._found:
            self.decider.renew(_known(self.options))
            _settle()
            self._found = stamp
            LOG.info("took in %d known accounts", len(self.decider.known.index))


def _live(options: ServeOptions) -> Live | None:
    if options.lake is None:
        return None
    # PyIceberg and what reads logs are for those who take exchanges in.
    from gauger.face.server.live import Live

    return Live(options)


def _shared(options: ServeOptions) -> Shared | None:
    """Where quotas are shared, first exchanges are too; what names accounts needs the secret."""
    if options.quotas == MEMORY or options.secret is None:
        return None
    return Shared(options.quotas, options.secret)


def _said(error: Exception) -> str:
    """Our own errors say what to do; messages of others repeat what they were given."""
    return str(error) if isinstance(error, GaugerError) else type(error).__name__


def _settle() -> None:
    """Keeps a million known accounts out of every later garbage collection, each of which would
    hold up answers for a tenth of a second to look at them in vain."""
    gc.collect()
    gc.freeze()
    give_back()


def _stamp(folder: Path | None) -> tuple[int, int] | None:
    """Changes with every scan: its findings are written last, whole, under a new file."""
    if folder is None:
        return None
    try:
        held = (folder / FINDINGS).stat()
    except OSError:
        return None
    return held.st_mtime_ns, held.st_ino


def _known(options: ServeOptions) -> Known:
    """What the latest scan found; signatures need the secret that keyed them."""
    # Where a service scans, its folder is a link that moves on to the next round.
    folder = None if options.findings is None else options.findings.resolve()
    if folder is None or not (folder / FINDINGS).is_file():
        return Known()
    index = load_index(folder)
    if options.secret is None or not (folder / SIGNATURES).is_file():
        return Known(index)
    try:
        signatures = read_signatures(folder)
        key = SketchKey.from_secret(options.secret)
        recogniser = Recogniser(signatures, key, datetime.now(UTC))
        closed = None if signatures.closed is None else ClosedIndex.of(signatures.closed)
        return Known(index, recogniser, closed)
    except GaugerError as error:
        # Known accounts are worth having without them.
        LOG.warning("no account can be recognised: %s", error)
        return Known(index)
