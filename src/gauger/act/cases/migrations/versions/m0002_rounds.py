"""Rounds of scans, the networks and members they found, and accounts as they were last told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "m0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the tables of what scheduled scans read and find."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "rounds",
        sa.Column("round_id", sa.String(32), primary_key=True),
        sa.Column("replica", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("started", moment, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("recorded", moment, nullable=False),
        sa.Column("snapshot_id", sa.BigInteger),
        sa.Column("exchanges", sa.BigInteger),
        sa.Column("accounts", sa.BigInteger),
        sa.Column("networks", sa.Integer),
    )
    op.create_index("rounds_recorded", "rounds", ["recorded"])
    op.create_table(
        "round_networks",
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
        sa.Column("first_seen", moment),
        sa.Column("last_seen", moment),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], ondelete="CASCADE"),
    )
    op.create_index("round_networks_network", "round_networks", ["network_id"])
    op.create_table(
        "network_members",
        sa.Column("network_id", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.String(512), primary_key=True),
        sa.Column("log10_lr", sa.Float),
        sa.Column("lower", sa.Float),
        sa.Column("upper", sa.Float),
        sa.Column("exchanges", sa.BigInteger, nullable=False),
        sa.Column("first_seen", moment),
        sa.Column("last_seen", moment),
        sa.Column("joined", sa.String(32), nullable=False),
        sa.Column("gone", sa.String(32)),
    )
    op.create_index("network_members_account", "network_members", ["account_id"])
    op.create_table(
        "account_records",
        sa.Column("account_id", sa.String(512), primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("received", moment, nullable=False),
    )
