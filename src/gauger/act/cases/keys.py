"""API keys: made once, shown once, kept as a digest, each for a few scopes and an end.

A key is 32 random bytes, so a plain SHA-256 of it cannot be guessed back; it is compared in
constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa

from gauger.act.cases.audit import Act, Deed, Detail, put_on_record
from gauger.act.cases.tables import KEYS
from gauger.model.errors import UsageError

PREFIX: Final = "gk"
_FORM: Final = re.compile(rf"{PREFIX}_([a-z0-9]{{8}})_([A-Za-z0-9_-]{{43}})")
_NOBODY: Final = "0" * 64
COMMAND_LINE: Final = "command line"
"""Who acts where nobody else is named."""


class Scope(StrEnum):
    """What a key allows, and nothing besides."""

    INGEST = "ingest"
    DECIDE = "decide"
    READ = "read"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of a key."""

    key_id: str
    name: str
    scopes: frozenset[Scope]
    digest: str
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it has neither ended nor been revoked."""
        return self.revoked is None and (self.expires is None or now < self.expires)

    def allows(self, scope: Scope, now: datetime) -> bool:
        """Whether it holds now for a scope."""
        return self.holds(now) and scope in self.scopes


@dataclass(frozen=True)
class Keyring:
    """All keys as they stood when they were read."""

    keys: dict[str, ApiKey]

    def find(self, presented: str) -> ApiKey | None:
        """The key that was presented, valid or not; null for none of ours."""
        form = _FORM.fullmatch(presented)
        held = None if form is None else self.keys.get(form[1])
        secret = "" if form is None else form[2]
        # An unknown id takes as long as a wrong secret.
        digest = _NOBODY if held is None else held.digest
        return held if hmac.compare_digest(_digest(secret), digest) else None


def make_key(
    database: sa.Engine,
    name: str,
    scopes: Iterable[Scope],
    lasts: timedelta | None = None,
    by: str = COMMAND_LINE,
) -> str:
    """A key with these scopes; what is returned is shown once and kept nowhere.

    Raises UsageError for no scope and no name.
    """
    scopes = sorted(set(scopes))
    if not scopes or not name.strip():
        raise UsageError("a key needs a name and a scope", "none", "name both")
    key_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    with database.begin() as connection:
        connection.execute(
            KEYS.insert().values(
                key_id=key_id,
                name=name.strip()[:120],
                scopes=",".join(scopes),
                digest=_digest(secret),
                created=now,
                expires=None if lasts is None else now + lasts,
            )
        )
        made: dict[str, Detail] = {"key_id": key_id, "scopes": ",".join(scopes)}
        if lasts is not None:
            made["expires"] = (now + lasts).isoformat()
        put_on_record(connection, Deed(Act.KEY_ADDED, by, made))
    return f"{PREFIX}_{key_id}_{secret}"


def revoke_key(database: sa.Engine, key_id: str, by: str = COMMAND_LINE) -> None:
    """Ends a key. Raises UsageError where there is none with this id, or it has ended."""
    with database.begin() as connection:
        ended = connection.execute(
            KEYS.update()
            .where(KEYS.c.key_id == key_id, KEYS.c.revoked.is_(None))
            .values(revoked=datetime.now(UTC))
        )
        if ended.rowcount == 1:
            put_on_record(connection, Deed(Act.KEY_REVOKED, by, {"key_id": key_id}))
    if ended.rowcount != 1:
        raise UsageError("no such key can be revoked", f"`{key_id}`", "see `gauger keys list`")


def read_keys(database: sa.Engine) -> Keyring:
    """All keys, those that have ended too."""
    with database.connect() as connection:
        rows = connection.execute(sa.select(KEYS).order_by(KEYS.c.created)).mappings().all()
    return Keyring(
        {
            row["key_id"]: ApiKey(
                row["key_id"],
                row["name"],
                frozenset(Scope(scope) for scope in row["scopes"].split(",")),
                row["digest"],
                _utc(row["created"]),
                row["expires"] and _utc(row["expires"]),
                row["revoked"] and _utc(row["revoked"]),
            )
            for row in rows
        }
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _utc(moment: datetime) -> datetime:
    """SQLite forgets the zone; what was written was UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
