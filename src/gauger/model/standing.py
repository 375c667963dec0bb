"""What a scan leaves for a later one that weighs only what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from gauger.model.evidence import LogLR
from gauger.model.finding import Belonging
from gauger.model.lineage import EarlierNetwork
from gauger.model.sketch import FINGERPRINTS

ACTIVITY_SCHEMA: Final = pa.schema(
    [
        pa.field("account_id", pa.string(), nullable=False),
        pa.field("exchanges", pa.int64(), nullable=False),
        pa.field("reference", pa.bool_(), nullable=False),
        pa.field("kept", pa.bool_(), nullable=False),
    ]
)
"""One row per account of a scan of everything: the exchanges it had sent by then, whether it is
one of those that later scans compare with, and whether the sketches of all it sent are kept."""

DAYS_SCHEMA: Final = pa.schema(
    [
        pa.field("day", pa.int32(), nullable=False),
        pa.field("exchanges", pa.int64(), nullable=False),
        pa.field("check", pa.int64(), nullable=False),
        pa.field("repeated", FINGERPRINTS, nullable=False),
    ]
)
"""One row per day (since the epoch, in UTC) of a scan of everything: the records read of it, a sum
of the lowest bits of their `exchange_key`, and the keys of those that came several times on any
day. A day of later logs with the same numbers holds the same exchanges."""


@dataclass(frozen=True, slots=True)
class EarlierMember:
    """An account of an earlier network with the evidence that put it there."""

    account_id: str
    lr: LogLR
    ties: tuple[str, ...]
    belonging: Belonging
    marked: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What all accounts had done by the last scan of everything: `activity` has rows
    (ACTIVITY_SCHEMA), `days` rows (DAYS_SCHEMA), none where nothing can be told of them.

    `compared` has the sketches of the accounts that are `kept`, in a table or, once they were
    written, in a file; null where sketches made later could not be put beside them.
    """

    activity: pa.Table
    days: pa.Table
    compared: pa.Table | Path | None = None

    @classmethod
    def of_nothing(cls) -> Standing:
        """Of a scan that had nothing to count."""
        return cls(ACTIVITY_SCHEMA.empty_table(), DAYS_SCHEMA.empty_table())


@dataclass(frozen=True, slots=True)
class EarlierScan:
    """Networks with the evidence of their accounts, and what stood at the last scan of
    everything."""

    networks: tuple[EarlierNetwork, ...]
    members: Mapping[str, EarlierMember]
    standing: Standing
