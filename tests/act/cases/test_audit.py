"""The audit log: one chain however many write it, and no change in it goes unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from act.policies import HEAD, LIVE, RULES
from gauger.act.cases.audit import (
    Act,
    Deed,
    Head,
    entries,
    head,
    parse_head,
    put_on_record,
    record,
    verify,
)
from gauger.act.cases.database import open_database
from gauger.act.cases.keys import Scope, make_key, read_keys, revoke_key
from gauger.act.cases.tables import AUDIT, AUDIT_HEAD
from gauger.act.cases.versions import put_policy
from gauger.model.errors import UsageError


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    """An open database."""
    opened = open_database(url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """One database for many examples, each of which leaves it as it was."""
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('audit')}/control.db")
    for number in range(12):
        record(opened, Deed(Act.ANSWERS, "process", {"slow": number, "step-up": 3}))
    yield opened
    opened.dispose()


def test_an_empty_log_is_whole(database: sa.Engine) -> None:
    assert verify(database).problem is None
    assert head(database) == Head(0, "0" * 64)


def test_what_is_done_is_on_record_and_says_no_secret(database: sa.Engine) -> None:
    key = make_key(database, "gateway", [Scope.DECIDE])
    held = read_keys(database).find(key)
    assert held is not None
    revoke_key(database, held.key_id, by="bo")
    suspension = (
        '[[suspension]]\nreason = "words"\npeople = ["ana", "bo"]\nuntil = 2026-07-01\n'
        'account = "someone@mail.example"\n'
    )
    put_policy(database, HEAD + RULES, "p")
    later = (HEAD + LIVE + 'fails = "closed"\n' + RULES + suspension).replace("= 1\n", "= 2\n", 1)
    put_policy(database, later, "p")
    put_policy(database, (HEAD + LIVE + RULES).replace("= 1\n", "= 3\n", 1), "p")
    said = list(entries(database))
    assert [entry.kind for entry in said] == [
        "key_added", "key_revoked", "policy_put", "policy_put", "live_share_changed",
        "fails_switched", "suspension_asked", "policy_put", "fails_switched", "suspension_ended",
    ]  # fmt: skip
    assert said[1].actor == "bo"
    text = str(said)
    assert key not in text and key.split("_", 2)[2] not in text
    assert "someone@" not in text and "words" not in text and "a test" not in text
    assert verify(database).problem is None


def test_what_fails_leaves_no_entry(database: sa.Engine) -> None:
    put_policy(database, HEAD + RULES, "p")
    before = head(database)
    with pytest.raises(UsageError):
        put_policy(database, HEAD + RULES, "p")
    with pytest.raises(UsageError):
        revoke_key(database, "00000000")
    assert head(database) == before


def test_many_writers_make_one_chain(database: sa.Engine) -> None:
    def write(name: str) -> None:
        for number in range(15):
            record(database, Deed(Act.ANSWERS, name, {"n": number}))

    threads = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify(database)
    assert (found.entries, found.problem) == (60, None)
    for name in range(4):
        theirs = [entry.details for entry in entries(database) if entry.actor == f"w{name}"]
        assert theirs == [f'{{"n":{number}}}' for number in range(15)]


def test_an_entry_of_a_transaction_that_ends_badly_is_not_there(database: sa.Engine) -> None:
    with pytest.raises(RuntimeError), database.begin() as connection:
        put_on_record(connection, Deed(Act.ANSWERS, "x"))
        raise RuntimeError
    assert verify(database).entries == 0


COLUMNS = ("moment", "kind", "actor", "details", "previous", "digest")


def _changed(number: int, column: str, text: str) -> Callable[[sa.Connection], bool]:
    def change(connection: sa.Connection) -> bool:
        where = AUDIT.c.number == number
        was = connection.execute(sa.select(AUDIT.c[column]).where(where)).scalar()
        connection.execute(AUDIT.update().where(where).values({column: text}))
        return was != text

    return change


def _removed(number: int) -> Callable[[sa.Connection], bool]:
    def change(connection: sa.Connection) -> bool:
        connection.execute(AUDIT.delete().where(AUDIT.c.number == number))
        return True

    return change


def _moved(number: int, to: int) -> Callable[[sa.Connection], bool]:
    def change(connection: sa.Connection) -> bool:
        connection.execute(AUDIT.update().where(AUDIT.c.number == number).values(number=to))
        return number != to

    return change


def _inserted(number: int, copied: int) -> Callable[[sa.Connection], bool]:
    def change(connection: sa.Connection) -> bool:
        row = connection.execute(sa.select(AUDIT).where(AUDIT.c.number == copied)).mappings().one()
        connection.execute(AUDIT.insert().values({**row, "number": number}))
        return True

    return change


NUMBERS = st.integers(1, 12)
CHANGES = st.one_of(
    st.builds(
        _changed, NUMBERS, st.sampled_from(COLUMNS),
        st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=70),
    ),
    st.builds(_removed, NUMBERS),
    st.builds(_moved, NUMBERS, st.integers(13, 20)),
    st.builds(_inserted, st.sampled_from([0, -1, 13, 14]), NUMBERS),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(change=CHANGES)
def test_any_single_change_is_found(
    kept: sa.Engine, change: Callable[[sa.Connection], bool]
) -> None:
    connection = kept.connect()
    held = connection.begin()
    try:
        different = change(connection)
        found = verify(Within(connection))  # type: ignore[arg-type]
        assert (found.first_bad is not None) == different
    finally:
        held.rollback()
        connection.close()


class Within:
    """A database of which only one transaction is seen."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def connect(self) -> Within:
        """As an engine does."""
        return self

    def __enter__(self) -> sa.Connection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        pass


def _made_anew(database: sa.Engine, first: int) -> None:
    """Forges a chain from an entry on, with digests that fit, as one who knows how would."""
    deeds = [
        Deed(Act(entry.kind), "somebody else" if entry.number == first else entry.actor)
        for entry in entries(database, first - 1)
    ]
    with database.begin() as connection:
        connection.execute(AUDIT.delete().where(AUDIT.c.number >= first))
        last = connection.execute(
            sa.select(AUDIT.c.number, AUDIT.c.digest).order_by(AUDIT.c.number.desc()).limit(1)
        ).first()
        number, digest = (0, "0" * 64) if last is None else tuple(last)
        connection.execute(AUDIT_HEAD.update().values(number=number, digest=digest))
        put_on_record(connection, *deeds)


def test_a_noted_head_finds_what_was_cut_off_or_made_anew(database: sa.Engine) -> None:
    for number in range(8):
        record(database, Deed(Act.ANSWERS, "p", {"n": number}))
    noted = parse_head(f"2026-06-05T00:00:00 {head(database)}")
    record(database, Deed(Act.ANSWERS, "p", {"n": 8}))
    assert verify(database, [noted]).problem is None
    _made_anew(database, 5)
    assert verify(database).problem is None, "the chain fits by itself"
    assert verify(database, [noted]).first_bad == 8
    _made_anew(database, 1)
    assert verify(database, [noted]).first_bad == 8
    with database.begin() as connection:
        connection.execute(AUDIT.delete().where(AUDIT.c.number > 6))
        digest = connection.execute(sa.select(AUDIT.c.digest).where(AUDIT.c.number == 6)).scalar()
        connection.execute(AUDIT_HEAD.update().values(number=6, digest=digest))
    assert verify(database).problem is None
    found = verify(database, [noted])
    assert (found.first_bad, found.problem) == (7, "the log ends before entry 8")


@pytest.mark.parametrize("text", ["", "x", "1", "1:short", f"a:{'0' * 64}", "-1:" + "0" * 64])
def test_what_is_no_head_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="no head"):
        parse_head(text)


def test_cutting_the_end_off_is_found_without_a_noted_head(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/c.db")
    for _ in range(3):
        record(database, Deed(Act.ANSWERS, "p"))
    with database.begin() as connection:
        connection.execute(AUDIT.delete().where(AUDIT.c.number == 3))
    assert verify(database).first_bad == 3
    database.dispose()
