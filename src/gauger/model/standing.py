"""What a scan leaves for a later one that weighs only what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from gauger.model.evidence import LogLR
from gauger.model.finding import Belonging
from gauger.model.lineage import EarlierNetwork

ACTIVITY_SCHEMA: Final = pa.schema(
    [
        pa.field("account_id", pa.string(), nullable=False),
        pa.field("exchanges", pa.int64(), nullable=False),
        pa.field("reference", pa.bool_(), nullable=False),
    ]
)
"""One row per account of a scan of everything: the exchanges it had sent by then, and whether it
is one of those that later scans compare with."""


@dataclass(frozen=True, slots=True)
class EarlierMember:
    """An account of an earlier network with the evidence that put it there."""

    account_id: str
    lr: LogLR
    ties: tuple[str, ...]
    belonging: Belonging
    marked: float | None


@dataclass(frozen=True, slots=True)
class EarlierScan:
    """Networks with the evidence of their accounts, and what all accounts had done by the last
    scan of everything, rows (ACTIVITY_SCHEMA)."""

    networks: tuple[EarlierNetwork, ...]
    members: Mapping[str, EarlierMember]
    activity: pa.Table
