"""The audit log: what people and the service did, in entries that each hold the digest of the one
before.

Whoever changes, removes or inserts an entry breaks the chain there. Whoever makes all that follow
anew, or cuts off its end, is found out by a head that was noted elsewhere before. Entries hold
counts, ids and names of those who acted: no text, no address, no secret.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import orjson
import sqlalchemy as sa

from gauger.act.cases.tables import AUDIT, AUDIT_HEAD
from gauger.model.errors import UsageError

Detail = str | int | float | bool | None
NOTHING: Final = "0" * 64
"""What the first entry holds as the digest of the one before."""
_AT_ONCE: Final = 5_000
_BEFORE_ALL: Final = -(2**31)
"""Numbers count from 1; one that was slipped in before them must be seen as well."""


class Act(StrEnum):
    """What is put on record."""

    POLICY_PUT = "policy_put"
    FAILS_SWITCHED = "fails_switched"
    LIVE_SHARE_CHANGED = "live_share_changed"
    SUSPENSION_ASKED = "suspension_asked"
    SUSPENSION_APPROVED = "suspension_approved"
    SUSPENDED = "suspended"
    SUSPENSION_ENDED = "suspension_ended"
    KEY_ADDED = "key_added"
    KEY_REVOKED = "key_revoked"
    CASE_OPENED = "case_opened"
    CASE_DECIDED = "case_decided"
    CASE_REOPENED = "case_reopened"
    ANSWERS = "answers"
    FAILURES = "failures"
    SERVE_STARTED = "serve_started"
    SERVE_STOPPED = "serve_stopped"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `details` are JSON, `number` counts from 1."""

    number: int
    moment: str
    kind: str
    actor: str
    details: str
    previous: str
    digest: str

    @property
    def fits(self) -> bool:
        """Whether it is what its digest says."""
        return self.digest == digest_of(
            self.number, self.moment, self.kind, self.actor, self.details, self.previous
        )


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log at some time: how many entries, and the digest of the last."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether the log is whole; `first_bad` is the first entry that does not fit, and `problem`
    says how. Both are null where everything fits."""

    entries: int
    head: Head
    first_bad: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to put on record: what, who did it, and the details."""

    kind: Act
    actor: str
    details: Mapping[str, Detail] = field(default_factory=dict)


def digest_of(number: int, moment: str, kind: str, actor: str, details: str, previous: str) -> str:
    """SHA-256 over everything that an entry says; as a list, so that nothing runs together."""
    said = orjson.dumps([number, moment, kind, actor, details, previous])
    return hashlib.sha256(said).hexdigest()


def put_on_record(connection: sa.Connection, *deeds: Deed) -> None:
    """Adds entries within a transaction, so that what is done and its entry stand or fall
    together; nothing else may be written after it in the same transaction.
    """
    if not deeds:
        return
    # The head's row is taken hold of by writing to it: on PostgreSQL that locks the row, on
    # SQLite the file, and whoever comes second waits and then sees the entry of the first.
    taken = connection.execute(
        AUDIT_HEAD.update().where(AUDIT_HEAD.c.place == 1).values(number=AUDIT_HEAD.c.number)
    )
    if taken.rowcount != 1:
        raise UsageError("the audit log has no head", "none", "see `gauger audit verify`")
    held = connection.execute(sa.select(AUDIT_HEAD)).one()
    number, previous = held.number, held.digest
    rows = []
    for deed in deeds:
        number += 1
        moment = datetime.now(UTC).isoformat(timespec="microseconds")
        details = orjson.dumps(deed.details, option=orjson.OPT_SORT_KEYS).decode()
        said = (number, moment, deed.kind.value, deed.actor[:200], details, previous)
        previous = digest_of(*said)
        rows.append(dict(zip(AUDIT.columns.keys(), (*said, previous), strict=True)))
    connection.execute(AUDIT.insert(), rows)
    connection.execute(AUDIT_HEAD.update().values(number=number, digest=previous))


def record(database: sa.Engine, *deeds: Deed) -> None:
    """Adds entries in a transaction of their own."""
    with database.begin() as connection:
        put_on_record(connection, *deeds)


def head(database: sa.Engine) -> Head:
    """The end of the log as it says itself."""
    with database.connect() as connection:
        held = connection.execute(sa.select(AUDIT_HEAD)).first()
    return Head(0, NOTHING) if held is None else Head(held.number, held.digest)


def entries(database: sa.Engine, after: int = 0, most: int | None = None) -> Iterator[Entry]:
    """Entries past a number, in order, read a few thousand at a time."""
    left = most
    while left is None or left > 0:
        asked = _AT_ONCE if left is None else min(left, _AT_ONCE)
        chosen = (
            sa.select(AUDIT).where(AUDIT.c.number > after).order_by(AUDIT.c.number).limit(asked)
        )
        with database.connect() as connection:
            rows = connection.execute(chosen).all()
        for row in rows:
            yield Entry(*row)
        if len(rows) < asked:
            return
        after = rows[-1].number
        left = None if left is None else left - len(rows)


def parse_head(text: str) -> Head:
    """A head as `gauger audit head` printed it. Raises UsageError."""
    number, _, digest = text.strip().split(" ")[-1].partition(":")
    if not number.isdecimal() or len(digest) != len(NOTHING):
        raise UsageError(
            "this is no head of an audit log", f"`{text.strip()[:100]}`",
            "give a line of `gauger audit head`",
        )  # fmt: skip
    return Head(int(number), digest)


def verify(database: sa.Engine, noted: Iterable[Head] = ()) -> Verified:
    """Goes over the whole log, and compares it with heads that were noted before."""
    # The head first: what is added meanwhile lies past it, and is no fault.
    said = head(database)
    expected = {each.number: each.digest for each in noted if each.number}
    number, previous = 0, NOTHING
    for entry in entries(database, _BEFORE_ALL):
        number += 1
        problem = _problem(entry, number, previous, expected.get(entry.number))
        if problem is None and entry.number == said.number and entry.digest != said.digest:
            problem = "it is not the one that the log's own head names"
        if problem is not None:
            return Verified(number, said, min(entry.number, number), problem)
        previous = entry.digest
    if number > head(database).number:
        return Verified(number, said, said.number + 1, "it lies past the log's own head")
    furthest = max([said.number, *expected])
    if number < furthest:
        return Verified(number, said, number + 1, f"the log ends before entry {furthest}")
    return Verified(number, said)


def _problem(entry: Entry, number: int, previous: str, noted: str | None) -> str | None:
    if entry.number != number:
        return f"entry {entry.number} stands in the place of {number}"
    if not entry.fits:
        return "what it says is not what its digest says"
    if entry.previous != previous:
        return "it does not follow the one before it"
    if noted is not None and entry.digest != noted:
        return "it is not the one whose head was noted"
    return None
