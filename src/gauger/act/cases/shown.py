"""What the control plane holds of rounds, for people and programs to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gauger.act.cases.rounds import FoundMember, FoundNetwork, utc
from gauger.act.cases.tables import NETWORK_MEMBERS, ROUND_NETWORKS, ROUNDS
from gauger.model.round import Outcome


@dataclass(frozen=True, slots=True)
class RecordedRound:
    """A round as it was recorded; `recorded` is by the database's clock."""

    round_id: str
    replica: str
    kind: str
    outcome: str
    error: str | None
    started: datetime
    seconds: float
    recorded: datetime
    snapshot_id: int | None
    exchanges: int | None
    accounts: int | None
    networks: int | None


def latest_rounds(database: sa.Engine, most: int) -> list[RecordedRound]:
    """The rounds that were not thinned, latest first."""
    query = sa.select(ROUNDS).order_by(ROUNDS.c.recorded.desc(), ROUNDS.c.round_id.desc())
    with database.connect() as connection:
        rows = connection.execute(query.limit(most)).mappings().all()
    return [
        RecordedRound(**{**row, "started": utc(row["started"]), "recorded": utc(row["recorded"])})
        for row in rows
    ]


def latest_networks(database: sa.Engine) -> tuple[str | None, list[FoundNetwork]]:
    """The id of the latest round that was done, and the networks that it found."""
    with database.connect() as connection:
        round_id = connection.execute(
            sa.select(ROUNDS.c.round_id)
            .where(ROUNDS.c.outcome == Outcome.DONE.value)
            .order_by(ROUNDS.c.recorded.desc(), ROUNDS.c.round_id.desc())
            .limit(1)
        ).scalar()
        rows = connection.execute(
            sa.select(ROUND_NETWORKS)
            .where(ROUND_NETWORKS.c.round_id == round_id)
            .order_by(ROUND_NETWORKS.c.exchanges.desc(), ROUND_NETWORKS.c.network_id)
        ).mappings()
        return round_id, [_network(row) for row in rows]


def members_of(
    database: sa.Engine, network_id: str, most: int, after: str = ""
) -> list[FoundMember]:
    """Members of a network as the latest round has them, by account, after one of them."""
    table = NETWORK_MEMBERS
    query = (
        sa.select(table)
        .where(table.c.network_id == network_id, table.c.gone.is_(None))
        .where(table.c.account_id > after)
        .order_by(table.c.account_id)
        .limit(most)
    )
    with database.connect() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        FoundMember(
            row["network_id"], row["account_id"], row["log10_lr"], row["lower"], row["upper"],
            row["exchanges"], _moment(row["first_seen"]), _moment(row["last_seen"]),
        )
        for row in rows
    ]  # fmt: skip


def _network(row: Mapping[Any, Any]) -> FoundNetwork:
    return FoundNetwork(
        row["network_id"], row["verdict"], row["accounts"], row["exchanges"],
        (row["coordinated"], row["coordinated_lower"], row["coordinated_upper"]),
        (row["extraction"], row["extraction_lower"], row["extraction_upper"]),
        _moment(row["first_seen"]), _moment(row["last_seen"]),
    )  # fmt: skip


def _moment(moment: datetime | None) -> datetime | None:
    return None if moment is None else utc(moment)
