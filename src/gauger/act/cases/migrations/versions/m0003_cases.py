"""Cases of accounts that were answered, approvals of suspensions, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "m0003"
down_revision = "m0002"


def upgrade() -> None:
    """Makes the tables, and the head of an audit log that is empty."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "cases",
        sa.Column("reference", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("network_id", sa.Text),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("answer", sa.String(12), nullable=False),
        sa.Column("rule", sa.Text),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("basis_sha256", sa.String(64), nullable=False),
        sa.Column("first_given", moment, nullable=False),
        sa.Column("last_given", moment, nullable=False),
        sa.Column("expires", moment),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("opened", moment),
        sa.Column("decided", moment),
        sa.Column("until", moment),
        sa.Column("models", sa.Text, nullable=False),
    )
    op.create_index("cases_account_id", "cases", ["account_id"])
    op.create_index("cases_state", "cases", ["state"])
    op.create_table(
        "case_events",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("moment", moment, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
    )
    op.create_index("case_events_reference", "case_events", ["reference"])
    op.create_table(
        "suspension_approvals",
        sa.Column("suspension", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("moment", moment, nullable=False),
    )
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("moment", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"place": 1, "number": 0, "digest": "0" * 64}])
