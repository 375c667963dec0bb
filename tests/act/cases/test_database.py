"""The control plane's tables come from migrations, once, and a later gauger's are left alone."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gauger.act.cases.database import open_database
from gauger.act.cases.tables import METADATA
from gauger.model.errors import DatabaseError


def test_migrations_make_the_tables_that_the_code_knows(url: str) -> None:
    database = open_database(url)
    with database.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert found == []
    database.dispose()


def test_what_was_written_is_there_when_it_is_opened_again(url: str) -> None:
    first = open_database(url)
    with first.begin() as connection:
        connection.execute(sa.text("CREATE TABLE mark (n INTEGER)"))
    first.dispose()
    again = open_database(url)
    assert sa.inspect(again).has_table("mark")
    again.dispose()


def test_replicas_may_open_it_at_once(url: str) -> None:
    if url.startswith("sqlite"):
        open_database(url).dispose()  # one process makes its own file before it has replicas
    failures: list[BaseException] = []

    def opened() -> None:
        try:
            open_database(url).dispose()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=opened) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_tables_of_a_later_gauger_are_refused(url: str) -> None:
    database = open_database(url)
    with database.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    database.dispose()
    with pytest.raises(DatabaseError, match="a later gauger made its tables"):
        open_database(url)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("no url", "it is no URL"),
        ("mysql://x:hidden@h/d", "`mysql` is not supported"),
        ("postgresql://x:hidden@127.0.0.1:1/d", "refused"),
        ("sqlite:////proc/none/x.db", "no such file"),
    ],
)
def test_what_cannot_be_opened_is_said_without_its_password(bad: str, problem: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        open_database(bad)
    assert problem in str(caught.value)
    assert "hidden" not in str(caught.value)
