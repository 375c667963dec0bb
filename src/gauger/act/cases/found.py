"""Records a round from its result folder, at once or whenever the database is there again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from gauger.act.cases.rounds import FoundMember, FoundNetwork, record_round
from gauger.act.decisions.loading import FINDINGS, MEMBERS
from gauger.model.errors import UnreadableInput
from gauger.model.round import Outcome, Round

_COLUMNS = [
    "network_id", "account_id", "log10_lr", "lower", "upper", "exchanges", "first_seen",
    "last_seen",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Claim:
    log10_lr: float | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def lr(self) -> tuple[float | None, float | None, float | None]:
        return self.log10_lr, self.lower, self.upper


@dataclass(frozen=True, slots=True)
class _Claims:
    coordinated: _Claim
    extraction: _Claim


@dataclass(frozen=True, slots=True)
class _Network:
    network_id: str
    verdict: str
    accounts: tuple[str, ...]
    exchanges: int
    claims: _Claims
    first_seen: datetime | None = None
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Findings:
    networks: tuple[_Network, ...]


def record_folder(database: sa.Engine, folder: Path, held: Round) -> None:
    """Records a round with what its folder holds.

    Raises SQLAlchemy's errors for a database that is away, and UnreadableInput for a folder that
    is damaged.
    """
    if held.outcome is not Outcome.DONE:
        record_round(database, held)
        return
    try:
        found = TypeAdapter(_Findings).validate_json((folder / FINDINGS).read_bytes())
        rows = pq.read_table(folder / MEMBERS, columns=_COLUMNS).to_pylist()
    except (OSError, ValidationError, pa.ArrowException) as error:
        raise UnreadableInput(folder, "it holds no findings of a scan", "remove it") from error
    networks = [
        FoundNetwork(
            each.network_id, each.verdict, len(each.accounts), each.exchanges,
            each.claims.coordinated.lr, each.claims.extraction.lr,
            each.first_seen, each.last_seen,
        )
        for each in found.networks
    ]  # fmt: skip
    record_round(database, held, networks, [FoundMember(**row) for row in rows])
