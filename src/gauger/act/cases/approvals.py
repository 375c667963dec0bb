"""Suspensions that two people have said yes to, one after the other; no other is in force.

A policy names both, but one person can write two names. So whoever puts it speaks for themselves
alone, and another of those named must approve what it suspends.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from gauger.act.cases.audit import Act, Deed, put_on_record
from gauger.act.cases.basis import suspended_basis
from gauger.act.cases.tables import APPROVALS, POLICIES
from gauger.act.policy.policy import Policy, Suspension
from gauger.act.policy.reading import parse_policy
from gauger.model.errors import UsageError

NEEDED: Final = 2


def named(person: str) -> str:
    """A person's name as two spellings of it are compared."""
    return person.strip().casefold()[:200]


def approvals(connection: sa.Connection) -> dict[str, set[str]]:
    """Who has approved which suspension, by its digest."""
    held: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(sa.select(APPROVALS.c.suspension, APPROVALS.c.person)):
        held[row.suspension].add(row.person)
    return held


def approve_own(connection: sa.Connection, policy: Policy) -> None:
    """Takes the author of a policy at their word for suspensions that name them."""
    _add(connection, policy.author, policy.suspended)


def approve(database: sa.Engine, person: str) -> int:
    """Approves the suspensions of the latest policy that name a person; how many of them are in
    force by it. Raises UsageError where none waits for them."""
    with database.begin() as connection:
        text = connection.execute(
            sa.select(POLICIES.c.text).order_by(POLICIES.c.version.desc()).limit(1)
        ).scalar()
        suspended = () if text is None else parse_policy(text, "the policy in force").suspended
        added = _add(connection, person, suspended)
        if not added:
            raise UsageError(
                "no suspension waits for this person", f"`{person}`",
                "see `[[suspension]]` in the policy in force",
            )  # fmt: skip
        held = approvals(connection)
        begun = [each for each in added if _is_approved(each, held)]
        deeds = [Deed(Act.SUSPENSION_APPROVED, person.strip(), _details(each)) for each in added]
        deeds += [Deed(Act.SUSPENDED, person.strip(), _details(each)) for each in begun]
        put_on_record(connection, *deeds)
    return len(begun)


def only_approved(policy: Policy, held: dict[str, set[str]]) -> Policy:
    """A policy without the suspensions that still wait for a second person."""
    kept = tuple(each for each in policy.suspended if _is_approved(each, held))
    return policy if kept == policy.suspended else replace(policy, suspended=kept)


def digest_of(suspension: Suspension) -> str:
    """A digest of what two people are asked to approve."""
    return suspended_basis(suspension).suspension or ""


def _is_approved(suspension: Suspension, held: dict[str, set[str]]) -> bool:
    people = {named(person) for person in suspension.people}
    return len(people & held.get(digest_of(suspension), set())) >= NEEDED


def _add(
    connection: sa.Connection, person: str, suspended: tuple[Suspension, ...]
) -> list[Suspension]:
    held, name = approvals(connection), named(person)
    added = [
        each
        for each in suspended
        if name in {named(one) for one in each.people}
        and name not in held.get(digest_of(each), set())
    ]
    digests = {digest_of(each) for each in added}
    if digests:
        now = datetime.now(UTC)
        connection.execute(
            APPROVALS.insert(),
            [{"suspension": each, "person": name, "moment": now} for each in sorted(digests)],
        )
    return added


def _details(suspension: Suspension) -> dict[str, str | int | float | bool | None]:
    """Who is suspended stands in the policy: an account's id may be an e-mail address."""
    return {
        "of": "network" if suspension.account is None else "account",
        "network": suspension.network,
        "until": suspension.until.isoformat(),
        "suspension": digest_of(suspension),
    }
