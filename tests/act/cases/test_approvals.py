"""Nobody is held until two people have said so, each for themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from act.policies import HEAD
from gauger.act.cases.approvals import approve
from gauger.act.cases.audit import entries
from gauger.act.cases.database import open_database
from gauger.act.cases.versions import policy_in_force, policy_stamp, put_policy
from gauger.model.errors import UsageError

SUSPENSION = (
    '[[suspension]]\nreason = "{why}"\npeople = {people}\nuntil = 2030-01-01\naccount = "x"\n'
)


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    """An open database."""
    opened = open_database(url)
    yield opened
    opened.dispose()


def put(database: sa.Engine, version: int, people: str = '["ana", "bo"]', why: str = "r") -> None:
    """Puts a policy by ana with one suspension."""
    head = HEAD.replace("version = 1", f"version = {version}")
    put_policy(database, head + SUSPENSION.format(people=people, why=why), "p")


def held(database: sa.Engine) -> int:
    """Suspensions in force."""
    return len(policy_in_force(database).suspended)


def test_the_author_is_one_and_another_must_approve(database: sa.Engine) -> None:
    put(database, 1)
    assert held(database) == 0
    before = policy_stamp(database)
    for nobody in ("ana", " ANA ", "cy", ""):
        with pytest.raises(UsageError, match="no suspension waits"):
            approve(database, nobody)
    assert held(database) == 0
    assert approve(database, "Bo") == 1
    assert held(database) == 1
    assert policy_stamp(database) != before, "services see it"
    kinds = [(entry.kind, entry.actor) for entry in entries(database)]
    assert kinds == [
        ("policy_put", "ana"), ("suspension_asked", "ana"), ("suspension_approved", "Bo"),
        ("suspended", "Bo"),
    ]  # fmt: skip


def test_two_others_may_approve_what_a_third_has_put(database: sa.Engine) -> None:
    put(database, 1, '["bo", "cy"]')
    assert approve(database, "bo") == 0
    assert held(database) == 0
    assert approve(database, "cy") == 1
    assert held(database) == 1


def test_an_approval_holds_for_what_was_approved_and_nothing_else(database: sa.Engine) -> None:
    put(database, 1)
    approve(database, "bo")
    put(database, 2)
    assert held(database) == 1, "the same in a later version"
    put(database, 3, why="another reason")
    assert held(database) == 0
    approve(database, "bo")
    assert held(database) == 1


def test_without_a_policy_nothing_waits(database: sa.Engine) -> None:
    with pytest.raises(UsageError):
        approve(database, "ana")
