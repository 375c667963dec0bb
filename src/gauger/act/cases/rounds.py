"""Rounds in the control plane: what each found, and who the members of every network are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from gauger.act.cases.tables import NETWORK_MEMBERS, ROUND_NETWORKS, ROUNDS
from gauger.act.cases.thinning import superfluous
from gauger.model.round import Outcome, Round

_LOCK: Final = 7243393
_TOGETHER: Final = 2_000
_MOVED: Final = 0.05
"""Change of a log10 LR that is worth writing a member anew."""


@dataclass(frozen=True, slots=True)
class FoundNetwork:
    """A network as a round found it; log10 LRs with their bounds, null where not weighed."""

    network_id: str
    verdict: str
    accounts: int
    exchanges: int
    coordinated: tuple[float | None, float | None, float | None]
    extraction: tuple[float | None, float | None, float | None]
    first_seen: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class FoundMember:
    """A member as a round found it."""

    network_id: str
    account_id: str
    log10_lr: float | None
    lower: float | None
    upper: float | None
    exchanges: int
    first_seen: datetime | None
    last_seen: datetime | None


@contextmanager
def only_one_scans(database: sa.Engine | None) -> Iterator[bool]:
    """Whether no other replica scans now; held by the database for as long as the block runs.

    It goes with the connection, so no clock decides when a replica that died is over. SQLite has
    one machine's processes alone, which a lock on a file parts, and a database that is away
    parts nobody.
    """
    if database is None or database.dialect.name != "postgresql":
        yield True
        return
    try:
        connection = database.connect().execution_options(isolation_level="AUTOCOMMIT")
    except SQLAlchemyError:
        yield True
        return
    try:
        yield bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(_LOCK))).scalar())
    finally:
        with suppress(SQLAlchemyError):
            connection.invalidate()
            connection.close()


def seconds_since_last(database: sa.Engine) -> float | None:
    """Since a round of any replica was recorded, by the database's clock; null where none was, or
    that clock was set back since."""
    with database.connect() as connection:
        latest, now = connection.execute(
            sa.select(sa.select(sa.func.max(ROUNDS.c.recorded)).scalar_subquery(), _now(database))
        ).one()
    if latest is None:
        return None
    passed = float((utc(now) - utc(latest)).total_seconds())
    return passed if passed >= 0 else None


def record_round(
    database: sa.Engine,
    held: Round,
    networks: Sequence[FoundNetwork] = (),
    members: Sequence[FoundMember] = (),
) -> None:
    """Records a round once, however often it is told, and thins those before by age."""
    with database.begin() as connection:
        there = sa.select(ROUNDS.c.round_id).where(ROUNDS.c.round_id == held.round_id)
        if connection.execute(there).first() is not None:
            return
        connection.execute(
            ROUNDS.insert().values(
                round_id=held.round_id, replica=held.replica, kind=held.kind.value,
                outcome=held.outcome.value, error=held.error, started=held.started,
                seconds=held.seconds, recorded=_now(database), snapshot_id=held.snapshot_id,
                exchanges=held.exchanges, accounts=held.accounts, networks=held.networks,
            )
        )  # fmt: skip
        if held.outcome is Outcome.DONE:
            if networks:
                connection.execute(
                    ROUND_NETWORKS.insert(), [_network(held, each) for each in networks]
                )
            _take_members(connection, held, members)
        _thin(connection, database)


def _network(held: Round, found: FoundNetwork) -> dict[str, Any]:
    row: dict[str, Any] = {
        "round_id": held.round_id, "network_id": found.network_id, "verdict": found.verdict,
        "accounts": found.accounts, "exchanges": found.exchanges,
        "first_seen": found.first_seen, "last_seen": found.last_seen,
    }  # fmt: skip
    for name, lr in (("coordinated", found.coordinated), ("extraction", found.extraction)):
        row |= {name: lr[0], f"{name}_lower": lr[1], f"{name}_upper": lr[2]}
    return row


def _take_members(connection: sa.Connection, held: Round, members: Sequence[FoundMember]) -> None:
    """Writes what changed: who came, who went, and whose evidence or traffic moved."""
    table = NETWORK_MEMBERS
    before = {
        (row["network_id"], row["account_id"]): dict(row)
        for row in connection.execute(sa.select(table)).mappings()
    }
    now = {(each.network_id, each.account_id): each for each in members}
    came = [
        {**_member(each), "joined": held.round_id} for key, each in now.items() if key not in before
    ]
    moved = [
        {f"b_{name}": value for name, value in {**_member(each), "gone": None}.items()}
        for key, each in now.items()
        if key in before and _differs(before[key], each)
    ]
    went = [
        {"b_network_id": network, "b_account_id": account, "b_gone": held.round_id}
        for (network, account), row in before.items()
        if (network, account) not in now and row["gone"] is None
    ]
    this_one = sa.and_(
        table.c.network_id == sa.bindparam("b_network_id"),
        table.c.account_id == sa.bindparam("b_account_id"),
    )
    changed = ("log10_lr", "lower", "upper", "exchanges", "first_seen", "last_seen", "gone")
    updates = table.update().where(this_one)
    for rows, statement in (
        (came, table.insert()),
        (moved, updates.values({name: sa.bindparam(f"b_{name}") for name in changed})),
        (went, updates.values(gone=sa.bindparam("b_gone"))),
    ):
        for begin in range(0, len(rows), _TOGETHER):
            connection.execute(statement, rows[begin : begin + _TOGETHER])


def _member(found: FoundMember) -> dict[str, Any]:
    return {
        "network_id": found.network_id, "account_id": found.account_id,
        "log10_lr": found.log10_lr, "lower": found.lower, "upper": found.upper,
        "exchanges": found.exchanges, "first_seen": found.first_seen,
        "last_seen": found.last_seen,
    }  # fmt: skip


def _differs(before: Mapping[str, Any], now: FoundMember) -> bool:
    if before["gone"] is not None or before["exchanges"] != now.exchanges:
        return True
    old, new = before["log10_lr"], now.log10_lr
    if old is None or new is None:
        return old is not new
    return bool(abs(old - new) >= _MOVED)


def _thin(connection: sa.Connection, database: sa.Engine) -> None:
    now = utc(connection.execute(sa.select(_now(database))).scalar_one())
    rows = connection.execute(
        sa.select(ROUNDS.c.round_id, ROUNDS.c.recorded).order_by(ROUNDS.c.recorded)
    ).all()
    gone = superfluous({row.round_id: utc(row.recorded) for row in rows}, now)
    for round_id in gone - {rows[-1].round_id}:
        # SQLite looks after references only where it is told to.
        for table in (ROUND_NETWORKS, ROUNDS):
            connection.execute(table.delete().where(table.c.round_id == round_id))


def _now(database: sa.Engine) -> Any:
    """The database's clock. SQLite's own has whole seconds, and its machine is ours."""
    if database.dialect.name == "postgresql":
        return sa.func.now()
    return sa.literal(datetime.now(UTC), sa.DateTime(timezone=True))


def utc(moment: datetime) -> datetime:
    """SQLite forgets the zone; what was written was UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
