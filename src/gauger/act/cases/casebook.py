"""Cases in the control plane: answers as they were given, appeals, and what people decided."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gauger.act.cases.audit import Act, Deed, put_on_record
from gauger.act.cases.basis import read_basis, write_basis
from gauger.act.cases.memory import Memory
from gauger.act.cases.tables import CASE_EVENTS, CASES
from gauger.model.case import Case, CaseEvent, CaseState, Clearance, Given
from gauger.model.decision import Answer

_AT_ONCE: Final = 64
"""Cases of one transaction: a few milliseconds in which answers share the interpreter."""
_PAUSE: Final = 0.01
"""Seconds between two, in which they have it to themselves."""
_GIVEN: Final = (
    "account_id", "network_id", "reason", "answer", "rule", "policy_version", "basis",
    "basis_sha256", "last_given", "expires", "state", "models",
)  # fmt: skip
"""What a case is given with each time."""
_KEEPS: Final = (CaseState.CLEARED.value, CaseState.NARROWED.value)
"""States of which decisions must know."""


def write_given(database: sa.Engine, given: Sequence[Given]) -> None:
    """Writes down live answers; a case that was cleared is taken up again only where the evidence
    is materially different, and then says what changed."""
    for first in range(0, len(given), _AT_ONCE):
        if first:
            time.sleep(_PAUSE)
        with database.begin() as connection:
            _write(connection, given[first : first + _AT_ONCE])


def _write(connection: sa.Connection, given: Sequence[Given]) -> None:
    rows = [_row(each) for each in given]
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # Rows as parameters of a statement that is compiled once: with them written into it, each is
    # compiled anew for longer than it takes.
    made = connection.execute(
        insert(CASES).on_conflict_do_nothing().returning(CASES.c.reference), rows
    )
    fresh = set(made.scalars())
    again = [each for each in given if each.reference not in fresh]
    states = _states(connection, again)
    events: list[dict[str, Any]] = []
    deeds: list[Deed] = []
    _update(connection, again, states)
    for each in given:
        decided = states.get(each.reference)
        follows = each.follows if each.reference in fresh else None
        if each.changed and (decided in _KEEPS or follows is not None):
            words = " ".join(each.changed)
            if follows is not None:
                words = f"Case {follows} of this account was cleared. {words}"
            events.append(_event(each.reference, each.given, "reopened", "gauger", words))
            deeds.append(
                Deed(Act.CASE_REOPENED, "gauger", {"reference": each.reference, "follows": follows})
            )
    if events:
        connection.execute(CASE_EVENTS.insert(), events)
    put_on_record(connection, *deeds)


def _states(connection: sa.Connection, given: Iterable[Given]) -> dict[str, str]:
    references = [each.reference for each in given]
    if not references:
        return {}
    chosen = sa.select(CASES.c.reference, CASES.c.state).where(CASES.c.reference.in_(references))
    return {row.reference: row.state for row in connection.execute(chosen.with_for_update())}


def _update(connection: sa.Connection, given: Iterable[Given], states: dict[str, str]) -> None:
    """Cases that were given before; what a person has decided on is changed by other evidence
    alone."""
    wholly: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    for each in given:
        state = states.get(each.reference)
        whole = state == CaseState.ANSWERED or (state in _KEEPS and each.changed)
        (wholly if whole else again).append(_row(each))
    for rows, kept in ((wholly, _GIVEN), (again, ("last_given", "expires"))):
        if rows:
            values: dict[str, Any] = {name: sa.bindparam(f"is_{name}") for name in kept}
            update = CASES.update().where(CASES.c.reference == sa.bindparam("is_of"))
            named = [
                {"is_of": row["reference"]} | {f"is_{name}": row[name] for name in kept}
                for row in rows
            ]
            connection.execute(update.values(values), named)


def _row(given: Given) -> dict[str, Any]:
    basis, digest = write_basis(given.basis)
    return {
        "reference": given.reference,
        "account_id": given.account_id,
        "network_id": given.basis.network_id,
        "reason": given.basis.reason.value,
        "answer": given.answer.value,
        "rule": given.rule,
        "policy_version": given.policy_version,
        "basis": basis,
        "basis_sha256": digest,
        "first_given": given.given,
        "last_given": given.given,
        "expires": given.expires,
        "state": CaseState.ANSWERED.value,
        "models": "[]",
    }


def _event(
    reference: str, moment: datetime, what: str, by: str, words: str, told: str = ""
) -> dict[str, Any]:
    return {
        "reference": reference, "moment": moment, "what": what, "by": by, "words": words,
        "told": told,
    }  # fmt: skip


def find_case(database: sa.Engine, reference: str) -> Case | None:
    """A case with all that happened in it; null where there is none of this reference."""
    with database.connect() as connection:
        return case_in(connection, reference)


def case_in(connection: sa.Connection, reference: str, *, to_change: bool = False) -> Case | None:
    """The same within a transaction; held until its end where it is to be changed."""
    chosen = sa.select(CASES).where(CASES.c.reference == reference)
    row = connection.execute(chosen.with_for_update() if to_change else chosen).mappings().first()
    if row is None:
        return None
    happened = sa.select(CASE_EVENTS).where(CASE_EVENTS.c.reference == reference)
    events = connection.execute(happened.order_by(CASE_EVENTS.c.number)).mappings()
    return _case(
        row,
        tuple(
            CaseEvent(_utc(e["moment"]), e["what"], e["by"], e["words"], e["told"]) for e in events
        ),
    )


def list_cases(
    database: sa.Engine, state: str | None = None, account_id: str | None = None, most: int = 100
) -> tuple[Case, ...]:
    """Cases in a state (`open` for those that wait for a person), those that wait longest first,
    then the latest."""
    waits = sa.and_(
        CASES.c.opened.is_not(None),
        sa.or_(CASES.c.decided.is_(None), CASES.c.opened > CASES.c.decided),
    )
    chosen = sa.select(CASES)
    if state == "open":
        chosen = chosen.where(waits)
    elif state is not None:
        chosen = chosen.where(CASES.c.state == state, sa.not_(waits))
    if account_id is not None:
        chosen = chosen.where(CASES.c.account_id == account_id)
    order = (
        sa.case((waits, 0), else_=1), sa.case((waits, CASES.c.opened), else_=None),
        CASES.c.last_given.desc(), CASES.c.reference,
    )  # fmt: skip
    with database.connect() as connection:
        rows = connection.execute(chosen.order_by(*order).limit(most)).mappings().all()
    return tuple(_case(row, None) for row in rows)


def read_memory(database: sa.Engine) -> Memory:
    """Whom people have cleared, or left answered for some models only."""
    chosen = sa.select(CASES).where(CASES.c.state.in_(_KEEPS)).order_by(CASES.c.decided)
    with database.connect() as connection:
        rows = connection.execute(chosen).mappings().all()
    return Memory.of(_clearances(rows))


def _clearances(rows: Iterable[Any]) -> Iterator[Clearance]:
    for row in rows:
        yield Clearance(
            row["reference"], row["account_id"], read_basis(row["basis"]),
            tuple(orjson.loads(row["models"])), row["until"] and _utc(row["until"]),
        )  # fmt: skip


def add_event(
    connection: sa.Connection, reference: str, what: str, by: str, words: str, told: str = ""
) -> datetime:
    """Writes down that something happened in a case, and when."""
    now = datetime.now(UTC)
    connection.execute(CASE_EVENTS.insert().values(_event(reference, now, what, by, words, told)))
    return now


def _case(row: Any, events: tuple[CaseEvent, ...] | None) -> Case:
    moments = (row["expires"], row["opened"], row["decided"], row["until"])
    expires, opened, decided, until = (each and _utc(each) for each in moments)
    return Case(
        row["reference"], row["account_id"], Answer(row["answer"]), row["rule"],
        row["policy_version"], read_basis(row["basis"]), row["basis_sha256"],
        _utc(row["first_given"]), _utc(row["last_given"]), expires, CaseState(row["state"]),
        opened, decided, until, tuple(orjson.loads(row["models"])), events,
    )  # fmt: skip


def _utc(moment: datetime) -> datetime:
    """SQLite forgets the zone; what was written was UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
