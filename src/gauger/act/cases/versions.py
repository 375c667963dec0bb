"""Policies that were put in force: every version stays, with its author and its reason."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from gauger.act.cases.approvals import approvals, approve_own, only_approved
from gauger.act.cases.audit import Act, Deed, put_on_record
from gauger.act.cases.tables import APPROVALS, POLICIES
from gauger.act.policy.policy import SHADOW, Policy, Suspension
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
        held = connection.execute(
            sa.select(POLICIES.c.version, POLICIES.c.text)
            .order_by(POLICIES.c.version.desc())
            .limit(1)
        ).first()
        latest = 0 if held is None else held.version
        if policy.version <= latest:
            raise _behind(policy.version, latest)
        before = SHADOW if held is None else parse_policy(held.text, f"policy version {latest}")
        digest = hashlib.sha256(text.encode()).hexdigest()
        try:
            connection.execute(
                POLICIES.insert().values(
                    version=policy.version,
                    author=policy.author,
                    reason=policy.reason,
                    text=text,
                    sha256=digest,
                    put=datetime.now(UTC),
                )
            )
        except IntegrityError as error:
            raise _behind(policy.version, policy.version) from error
        approve_own(connection, policy)
        put_on_record(connection, *_deeds(before, policy, digest))
    return policy


def _deeds(before: Policy, after: Policy, digest: str) -> list[Deed]:
    """What putting a policy in force amounts to; its words stay in the policy itself."""
    version, author = after.version, after.author
    deeds = [Deed(Act.POLICY_PUT, author, {"version": version, "sha256": digest})]
    if after.live_share != before.live_share:
        shares = {"version": version, "before": before.live_share, "after": after.live_share}
        deeds.append(Deed(Act.LIVE_SHARE_CHANGED, author, shares))
    if after.fails_open != before.fails_open:
        fails = "open" if after.fails_open else "closed"
        deeds.append(Deed(Act.FAILS_SWITCHED, author, {"version": version, "fails": fails}))
    for act, these, those in (
        (Act.SUSPENSION_ASKED, after.suspended, before.suspended),
        (Act.SUSPENSION_ENDED, before.suspended, after.suspended),
    ):
        deeds += [_suspension(act, each, after) for each in these if each not in those]
    return deeds


def _suspension(act: Act, held: Suspension, policy: Policy) -> Deed:
    """Who is suspended stands in the policy: an account's id may be an e-mail address."""
    return Deed(
        act,
        policy.author,
        {
            "version": policy.version,
            "of": "network" if held.account is None else "account",
            "network": held.network,
            "people": ", ".join(held.people),
            "until": held.until.isoformat(),
        },
    )


def _behind(version: int, latest: int) -> UsageError:
    return UsageError(
        "the policy's version does not rise", f"version {version}, and {latest} is in force",
        f"give it version {latest + 1}",
    )  # fmt: skip


def policy_in_force(database: sa.Engine) -> Policy:
    """The policy with the highest version, without suspensions that wait for a second person; one
    that only allows where there is none."""
    with database.connect() as connection:
        row = connection.execute(
            sa.select(POLICIES.c.text, POLICIES.c.version)
            .order_by(POLICIES.c.version.desc())
            .limit(1)
        ).first()
        held = approvals(connection)
    if row is None:
        return SHADOW
    return only_approved(parse_policy(row.text, f"policy version {row.version}"), held)


def version_in_force(database: sa.Engine) -> int:
    """Its number alone; 0 where there is none."""
    with database.connect() as connection:
        return connection.execute(sa.select(sa.func.max(POLICIES.c.version))).scalar() or 0


def policy_stamp(database: sa.Engine) -> tuple[int, int]:
    """Changes whenever the policy in force does: its version, and how much was approved."""
    with database.connect() as connection:
        version = connection.execute(sa.select(sa.func.max(POLICIES.c.version))).scalar() or 0
        approved = connection.execute(sa.select(sa.func.count()).select_from(APPROVALS)).scalar()
    return version, approved or 0


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
