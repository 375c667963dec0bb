"""API keys: shown once, kept as a digest, good for their scopes and no longer than they last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gauger.act.cases.database import open_database
from gauger.act.cases.keys import Scope, make_key, read_keys, revoke_key
from gauger.act.cases.tables import KEYS
from gauger.model.errors import UsageError


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    """An open database."""
    opened = open_database(url)
    yield opened
    opened.dispose()


def test_a_key_is_found_by_itself_alone_and_not_kept(database: sa.Engine) -> None:
    key = make_key(database, "gateway", [Scope.DECIDE, Scope.READ])
    other = make_key(database, "other", [Scope.INGEST])
    keyring = read_keys(database)
    held = keyring.find(key)
    assert held is not None
    assert (held.name, held.scopes) == ("gateway", {Scope.DECIDE, Scope.READ})
    mixed = key.rsplit("_", 1)[0] + "_" + other.split("_", 2)[2]
    for wrong in ("", key[:-1], key + "x", key.upper(), mixed, "gk_00000000_" + "A" * 43):
        assert keyring.find(wrong) is None, wrong
    with database.connect() as connection:
        kept = str(connection.execute(sa.select(KEYS)).all())
    assert key.split("_", 2)[2] not in kept


def test_a_key_allows_its_scopes_until_it_ends(database: sa.Engine) -> None:
    now = datetime.now(UTC)
    lasting = read_keys(database).find(make_key(database, "a", [Scope.DECIDE]))
    assert lasting is None, "a keyring is as old as its reading"
    key = make_key(database, "b", [Scope.DECIDE], timedelta(days=1))
    held = read_keys(database).find(key)
    assert held is not None
    assert held.allows(Scope.DECIDE, now)
    assert not held.allows(Scope.READ, now)
    assert not held.allows(Scope.ADMINISTER, now)
    assert not held.allows(Scope.DECIDE, now + timedelta(days=2))
    revoke_key(database, held.key_id)
    ended = read_keys(database).find(key)
    assert ended is not None and not ended.allows(Scope.DECIDE, now)


def test_what_cannot_be(database: sa.Engine) -> None:
    for name, scopes in (("x", []), (" ", [Scope.READ])):
        with pytest.raises(UsageError):
            make_key(database, name, scopes)
    with pytest.raises(UsageError, match="no such key"):
        revoke_key(database, "00000000")
