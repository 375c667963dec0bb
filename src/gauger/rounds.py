"""One round of a service: scan what its lake holds by now, show the results, record them."""

from __future__ import annotations

import os
import secrets
import socket
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from gauger.act.cases.accounts import accounts_stamp, write_accounts
from gauger.act.cases.database import open_database
from gauger.act.cases.found import record_folder
from gauger.act.cases.rounds import only_one_scans, seconds_since_last
from gauger.act.signatures.files import write_signatures
from gauger.model.errors import DatabaseError, GaugerError, UnreadableInput
from gauger.model.round import Kind, Outcome, Round
from gauger.model.run import ScanRequest
from gauger.model.signature import SIGNATURES, TRAITS
from gauger.read.lake.address import parse_address
from gauger.read.lake.catalog import open_lake
from gauger.read.lake.snapshots import told
from gauger.read.sources import Rejects
from gauger.round_folders import RoundFolders
from gauger.scan import scan
from gauger.tell.output import OutputFolder

QUICK: Final = 20.0
"""Seconds that a scan of everything may take to be made every time."""
_OLDEST: Final = timedelta(hours=1)
_SHARE: Final = 20
"""A scan of everything is made anew after an hour, or twenty times as long as it took."""
OTHERS: Final = "another replica scans"
JUST_NOW: Final = "another replica has just scanned"
LATER: Final = frozenset({OTHERS, JUST_NOW})
"""Why there was nothing to do, where there may be later without anything having come."""
_IDLE: Final = timedelta(hours=1)
"""After so long everything is scanned again though nothing came: signatures end in time."""


@dataclass(frozen=True, slots=True)
class RoundRequest:
    """What a round reads, and where its results go."""

    lake: str
    findings: Path
    database: str
    every: float = 10.0
    memory: str = "3GB"
    threads: int = 2
    spill: Path | None = None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RoundEnd:
    """What became of it; no `held` where there was nothing to do, or another replica did it.

    `unrecorded` counts rounds that the control plane does not have for now.
    """

    held: Round | None = None
    reason: str | None = None
    unrecorded: int = 0


def run_round(request: RoundRequest) -> RoundEnd:
    """Scans if anything came since the last round. Raises OutputError for such a folder."""
    folders = RoundFolders(request.findings)
    database = _database(request.database)
    with folders.alone() as alone, only_one_scans(database) as chosen:
        if not alone or not chosen:
            return RoundEnd(reason=OTHERS)
        held, reason = _scanned(request, folders, database)
        left = _record(folders, database)
        folders.thin()
    if database is not None:
        database.dispose()
    return RoundEnd(held, reason, left)


def _scanned(
    request: RoundRequest, folders: RoundFolders, database: sa.Engine | None
) -> tuple[Round | None, str | None]:
    if _too_soon(request, database):
        return None, JUST_NOW
    begun = time.monotonic()
    held = Round(
        round_id=f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
        replica=f"{socket.gethostname()}:{os.getppid()}"[:120],
        kind=_kind(folders),
        outcome=Outcome.FAILED,
        error=None,
        started=datetime.now(UTC),
        seconds=0.0,
        snapshot_id=None,
        records=None,
        told="",
    )
    try:
        with open_lake(parse_address(request.lake)) as lake:
            snapshot = told(lake, lake.table.current_snapshot())
        if snapshot is None:
            return None, "nothing came yet"
        stamp, accounts = _accounts(folders, database)
        held = replace(
            held, snapshot_id=snapshot.snapshot_id, records=snapshot.exchanges, told=stamp
        )
        if not _due(folders, held):
            return None, "nothing came since"
        held = _scan(request, folders, held, accounts)
    except GaugerError as error:
        held = replace(held, error=str(error))
    except Exception as error:
        # A round that fails in whatever way must not be the last one.
        held = replace(held, error=f"{type(error).__name__}: {error}"[:2000])
    held = replace(held, seconds=round(time.monotonic() - begun, 3))
    folders.add(held)
    if held.outcome is Outcome.DONE:
        folders.show(held, base=held.kind is Kind.EVERYTHING)
    elif held.kind is Kind.SINCE:
        folders.forget_base()
    return held, None


def _scan(
    request: RoundRequest, folders: RoundFolders, held: Round, accounts: Path | None
) -> Round:
    latest = folders.latest()
    before = None if latest is None else latest[0]
    since = before if held.kind is Kind.SINCE else None
    output = OutputFolder(folders.folder(held.round_id))
    output.prepare()
    asked = ScanRequest(
        paths=(), lake=request.lake, snapshot=held.snapshot_id, accounts=accounts,
        memory=request.memory, threads=request.threads, spill=request.spill,
        secret=request.secret, since=since, previous=None if since else before,
    )  # fmt: skip
    with Rejects(output.rejects) as rejects:
        result = scan(asked, rejects)
    write_signatures(result.signatures, output.path)
    if since is not None:
        _keep_signatures(since, output.path)
    output.write(result.findings, result.run, result.standing)
    counted = result.findings.measured
    return replace(
        held, outcome=Outcome.DONE, exchanges=counted.exchanges, accounts=counted.accounts,
        networks=len(result.findings.networks),
    )  # fmt: skip


def _keep_signatures(before: Path, folder: Path) -> None:
    """A scan of what changed makes none, and those of the last scan of everything hold on."""
    for name in (TRAITS, SIGNATURES):
        if (before / name).is_file():
            (folder / name).hardlink_to(before / name)


def _kind(folders: RoundFolders) -> Kind:
    base, latest = folders.base(), folders.latest()
    if base is None or latest is None or base[1].seconds <= QUICK:
        return Kind.EVERYTHING
    age = datetime.now(UTC) - base[1].started
    oldest = max(_OLDEST, timedelta(seconds=_SHARE * base[1].seconds))
    # A clock that was set back leaves a base of the future, whose age nobody knows.
    return Kind.SINCE if timedelta(0) <= age <= oldest else Kind.EVERYTHING


def _due(folders: RoundFolders, now: Round) -> bool:
    latest = folders.latest()
    if latest is None:
        return True
    before = latest[1]
    age = now.started - before.started
    same = (before.records, before.told) == (now.records, now.told)
    return not same or not timedelta(0) <= age <= _IDLE


def _too_soon(request: RoundRequest, database: sa.Engine | None) -> bool:
    if database is None:
        return False
    try:
        passed = seconds_since_last(database)
    except SQLAlchemyError:
        return False
    return passed is not None and passed < request.every


def _accounts(folders: RoundFolders, database: sa.Engine | None) -> tuple[str, Path | None]:
    """What marks the account records, and where they lie; those of the round before where the
    database is away."""
    latest = folders.latest()
    before = "" if latest is None else latest[1].told
    path = folders.accounts
    stamp = before
    if database is not None:
        try:
            stamp = accounts_stamp(database)
            if stamp != before or not path.exists():
                partial = path.with_suffix(".partial")
                write_accounts(database, partial)
                partial.replace(path)
        except SQLAlchemyError:
            stamp = before
    return stamp, path if path.exists() and path.stat().st_size else None


def _record(folders: RoundFolders, database: sa.Engine | None) -> int:
    """Records what is not recorded yet; returns how many rounds that still is."""
    waiting = folders.unrecorded()
    if database is None:
        return len(waiting)
    done = 0
    try:
        for folder, held in waiting:
            try:
                record_folder(database, folder, held)
            except UnreadableInput as error:
                # Recorded as what it is, so that it is not tried for ever.
                damaged = replace(held, outcome=Outcome.FAILED, error=str(error))
                record_folder(database, folder, damaged)
            folders.mark_recorded(folder)
            done += 1
    except SQLAlchemyError:
        pass
    return len(waiting) - done


def _database(url: str) -> sa.Engine | None:
    try:
        return open_database(url)
    except DatabaseError:
        return None
