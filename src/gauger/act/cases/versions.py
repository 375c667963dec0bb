"""Policies that were put in force: every version stays, with its author and its reason."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from gauger.act.cases.tables import POLICIES
from gauger.act.policy.policy import SHADOW, Policy
from gauger.act.policy.reading import parse_policy
from gauger.model.errors import UsageError


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy as it was put in force."""

    version: int
    author: str
    reason: str
    sha256: str
    put: datetime


def put_policy(database: sa.Engine, text: str, where: str) -> Policy:
    """Puts a policy in force; `where` names the text in errors.

    Raises UnreadableInput for what is no policy, and UsageError for a version that does not rise.
    """
    policy = parse_policy(text, where)
    with database.begin() as connection:
        latest = connection.execute(sa.select(sa.func.max(POLICIES.c.version))).scalar() or 0
        if policy.version <= latest:
            raise _behind(policy.version, latest)
        try:
            connection.execute(
                POLICIES.insert().values(
                    version=policy.version,
                    author=policy.author,
                    reason=policy.reason,
                    text=text,
                    sha256=hashlib.sha256(text.encode()).hexdigest(),
                    put=datetime.now(UTC),
                )
            )
        except IntegrityError as error:
            raise _behind(policy.version, policy.version) from error
    return policy


def _behind(version: int, latest: int) -> UsageError:
    return UsageError(
        "the policy's version does not rise", f"version {version}, and {latest} is in force",
        f"give it version {latest + 1}",
    )  # fmt: skip


def policy_in_force(database: sa.Engine) -> Policy:
    """The policy with the highest version; one that only allows where there is none."""
    with database.connect() as connection:
        row = connection.execute(
            sa.select(POLICIES.c.text, POLICIES.c.version)
            .order_by(POLICIES.c.version.desc())
            .limit(1)
        ).first()
    return SHADOW if row is None else parse_policy(row.text, f"policy version {row.version}")


def version_in_force(database: sa.Engine) -> int:
    """Its number alone; 0 where there is none."""
    with database.connect() as connection:
        return connection.execute(sa.select(sa.func.max(POLICIES.c.version))).scalar() or 0


def policy_versions(database: sa.Engine) -> tuple[PolicyVersion, ...]:
    """All of them, latest first."""
    with database.connect() as connection:
        rows = (
            connection.execute(sa.select(POLICIES).order_by(POLICIES.c.version.desc()))
            .mappings()
            .all()
        )
    return tuple(
        PolicyVersion(
            row["version"], row["author"], row["reason"], row["sha256"],
            row["put"].replace(tzinfo=UTC) if row["put"].tzinfo is None else row["put"],
        )
        for row in rows
    )  # fmt: skip
