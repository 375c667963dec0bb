"""members.parquet: every account of every network with the evidence of its own.

Accounts of which one cannot tell are no members, and have no row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.exchange import TIME
from gauger.model.finding import Findings, Member, Network
from gauger.tell.belonging import named
from gauger.tell.numbers import storable, utc
from gauger.tell.safely import whole_file

MEMBERS_SCHEMA: Final = pa.schema(
    [
        ("network_id", pa.string()),
        ("account_id", pa.string()),
        ("log10_lr", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("exchanges", pa.int64()),
        ("first_seen", TIME),
        ("last_seen", TIME),
        ("input_tokens", pa.int64()),
        ("output_tokens", pa.int64()),
        ("ties", pa.list_(pa.string())),
        ("belonging", pa.string()),
        ("marked", pa.float64()),
    ]
)
"""Columns of members.parquet, in order; the last five were added to version 1."""

_ROWS_AT_ONCE: Final = 65_536


def write_members(findings: Findings, path: Path) -> None:
    """Write members.parquet; where there is no network it holds the columns and no row."""
    with (
        whole_file(path) as file,
        pq.ParquetWriter(file, MEMBERS_SCHEMA, compression="zstd") as writer,
    ):
        for batch in _batches(findings):
            writer.write_batch(batch)


def _batches(findings: Findings) -> Iterator[pa.RecordBatch]:
    for network in findings.networks:
        members = named(network)
        for start in range(0, len(members), _ROWS_AT_ONCE):
            yield _batch(network, members[start : start + _ROWS_AT_ONCE])


def _batch(network: Network, members: tuple[Member, ...]) -> pa.RecordBatch:
    columns = {
        "network_id": [storable(network.network_id)] * len(members),
        "account_id": [storable(member.account_id) for member in members],
        "log10_lr": [_finite(member.lr.log10) for member in members],
        "lower": [_finite(member.lr.lower) for member in members],
        "upper": [_finite(member.lr.upper) for member in members],
        "exchanges": [member.exchanges for member in members],
        "first_seen": [utc(member.first_seen) for member in members],
        "last_seen": [utc(member.last_seen) for member in members],
        "input_tokens": [member.input_tokens for member in members],
        "output_tokens": [member.output_tokens for member in members],
        "ties": [[storable(tie) for tie in member.ties] for member in members],
        "belonging": [member.belonging.value for member in members],
        "marked": [member.marked for member in members],
    }
    return pa.record_batch(
        [pa.array(columns[field.name], field.type) for field in MEMBERS_SCHEMA], MEMBERS_SCHEMA
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
