"""Tables of the control plane; migrations make them, and a test holds the two together."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

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

APPROVALS: Final = sa.Table(
    "suspension_approvals",
    METADATA,
    sa.Column("suspension", sa.String(64), primary_key=True),
    sa.Column("person", sa.String(200), primary_key=True),
    sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
)
"""Who has approved which suspension, by a digest of it."""

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

ROUNDS: Final = sa.Table(
    "rounds",
    METADATA,
    sa.Column("round_id", sa.String(32), primary_key=True),
    sa.Column("replica", sa.String(120), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("started", sa.DateTime(timezone=True), nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("recorded", sa.DateTime(timezone=True), nullable=False),
    sa.Column("snapshot_id", sa.BigInteger),
    sa.Column("exchanges", sa.BigInteger),
    sa.Column("accounts", sa.BigInteger),
    sa.Column("networks", sa.Integer),
    sa.Index("rounds_recorded", "recorded"),
)
"""Every scheduled scan; `recorded` by the database's clock, which all replicas share, `started`
by that of the replica that scanned."""

ROUND_NETWORKS: Final = sa.Table(
    "round_networks",
    METADATA,
    sa.Column("round_id", sa.String(32), primary_key=True),
    sa.Column("network_id", sa.String(64), primary_key=True),
    sa.Column("verdict", sa.String(24), nullable=False),
    sa.Column("accounts", sa.Integer, nullable=False),
    sa.Column("exchanges", sa.BigInteger, nullable=False),
    sa.Column("coordinated", sa.Float),
    sa.Column("coordinated_lower", sa.Float),
    sa.Column("coordinated_upper", sa.Float),
    sa.Column("extraction", sa.Float),
    sa.Column("extraction_lower", sa.Float),
    sa.Column("extraction_upper", sa.Float),
    sa.Column("first_seen", sa.DateTime(timezone=True)),
    sa.Column("last_seen", sa.DateTime(timezone=True)),
    sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], ondelete="CASCADE"),
    sa.Index("round_networks_network", "network_id"),
)
"""The networks that a round found, with the log10 LRs of its claims; null where not weighed."""

NETWORK_MEMBERS: Final = sa.Table(
    "network_members",
    METADATA,
    sa.Column("network_id", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.String(512), primary_key=True),
    sa.Column("log10_lr", sa.Float),
    sa.Column("lower", sa.Float),
    sa.Column("upper", sa.Float),
    sa.Column("exchanges", sa.BigInteger, nullable=False),
    sa.Column("first_seen", sa.DateTime(timezone=True)),
    sa.Column("last_seen", sa.DateTime(timezone=True)),
    sa.Column("joined", sa.String(32), nullable=False),
    sa.Column("gone", sa.String(32)),
    sa.Index("network_members_account", "account_id"),
)
"""Members as the latest round has them, one row each however many rounds there are; `joined` and
`gone` are the rounds that first named an account and that no longer did."""

ACCOUNT_RECORDS: Final = sa.Table(
    "account_records",
    METADATA,
    sa.Column("account_id", sa.String(512), primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("received", sa.DateTime(timezone=True), nullable=False),
)
"""Each account's latest record, as JSON, for the scans that a service starts."""
