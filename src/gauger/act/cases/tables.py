"""Tables of the control plane; migrations make them, and a test holds the two together."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

KEYS: Final = sa.Table(
    "api_keys",
    METADATA,
    sa.Column("key_id", sa.String(16), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("scopes", sa.String(80), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires", sa.DateTime(timezone=True)),
    sa.Column("revoked", sa.DateTime(timezone=True)),
)
"""API keys; of the key itself only a digest."""

POLICIES: Final = sa.Table(
    "policies",
    METADATA,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("put", sa.DateTime(timezone=True), nullable=False),
)
"""Every policy that was ever in force; the one with the highest version is."""

CASES: Final = sa.Table(
    "cases",
    METADATA,
    sa.Column("reference", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.Text, nullable=False),
    sa.Column("network_id", sa.Text),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("answer", sa.String(12), nullable=False),
    sa.Column("rule", sa.Text),
    sa.Column("policy_version", sa.Integer, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("basis_sha256", sa.String(64), nullable=False),
    sa.Column("first_given", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_given", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires", sa.DateTime(timezone=True)),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("opened", sa.DateTime(timezone=True)),
    sa.Column("decided", sa.DateTime(timezone=True)),
    sa.Column("until", sa.DateTime(timezone=True)),
    sa.Column("models", sa.Text, nullable=False),
    sa.Index("cases_account_id", "account_id"),
    sa.Index("cases_state", "state"),
)
"""Every live answer but to allow, by the reference that the account was given with it."""

CASE_EVENTS: Final = sa.Table(
    "case_events",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("reference", sa.String(64), nullable=False),
    sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
    sa.Column("what", sa.String(16), nullable=False),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Index("case_events_reference", "reference"),
)
"""What happened in a case; `words` are for people, `told` for the account."""

AUDIT: Final = sa.Table(
    "audit_entries",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("moment", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)
"""The audit log; times stand as text, since their digest must not depend on the database."""

AUDIT_HEAD: Final = sa.Table(
    "audit_head",
    METADATA,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)
"""One row, which whoever adds an entry takes hold of first: so one chain has one end."""
