"""Every policy that was in force stays known, with who put it there and why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from act.policies import HEAD, RULES
from gauger.act.cases.database import open_database
from gauger.act.cases.versions import (
    policy_in_force,
    policy_versions,
    put_policy,
    version_in_force,
)
from gauger.act.policy.policy import SHADOW
from gauger.model.errors import UnreadableInput, UsageError


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    """An open database."""
    opened = open_database(url)
    yield opened
    opened.dispose()


def test_versions_rise_and_stay(database: sa.Engine) -> None:
    assert policy_in_force(database) == SHADOW
    assert version_in_force(database) == 0
    put_policy(database, HEAD + RULES, "p")
    second = (HEAD + RULES).replace("version = 1", "version = 5").replace('"ana"', '"bo"')
    put_policy(database, second, "p")
    assert (policy_in_force(database).version, version_in_force(database)) == (5, 5)
    assert [(each.version, each.author) for each in policy_versions(database)] == [
        (5, "bo"), (1, "ana"),
    ]  # fmt: skip
    for stale in (HEAD, second):
        with pytest.raises(UsageError, match="give it version 6"):
            put_policy(database, stale, "p")
    with pytest.raises(UnreadableInput):
        put_policy(database, "version = 9", "p")
    assert version_in_force(database) == 5
