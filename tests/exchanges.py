"""Exchanges made by hand, as record batches and as sketches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.exchange import EXCHANGE_SCHEMA, LOCATED_SCHEMA
from gauger.read.sketch import SketchKey, sketch

BEGIN = datetime(2026, 4, 20, tzinfo=UTC)
KEY = SketchKey(0x0706050403020100, 0x0F0E0D0C0B0A0908, stable=True)
OTHER_KEY = SketchKey(0x1122334455667788, 0x99AABBCCDDEEFF00, stable=True)
PHRASE = "a secret of the tests, long enough"


def at(hours: float) -> datetime:
    """A moment so many hours into the time of the tests."""
    return BEGIN + timedelta(hours=hours)


def batch(rows: Iterable[dict[str, Any]]) -> pa.RecordBatch:
    """Located exchanges; whatever a row leaves out is null, the required fields excepted."""
    filled = [
        {
            "exchange_id": f"exchange-{number}",
            "time": at(number / 60),
            "account_id": "account",
            "request_model": "model",
            "source_file": 0,
            "source_row": number + 1,
            **row,
        }
        for number, row in enumerate(rows)
    ]
    return pa.RecordBatch.from_pylist(filled, schema=LOCATED_SCHEMA)


def prompts(texts: Iterable[str | None]) -> pa.RecordBatch:
    """Exchanges that differ in nothing but their prompts."""
    return batch({"exchange_id": "one", "time": BEGIN, "prompt": text} for text in texts)


def sketched(rows: Iterable[dict[str, Any]], key: SketchKey = KEY) -> pa.Table:
    """Sketches of exchanges made by hand."""
    return pa.Table.from_batches([sketch(batch(rows), key)])


def write_log(path: Any, rows: Iterable[dict[str, Any]]) -> str:
    """A Parquet log of exchanges made by hand."""
    made = pa.Table.from_batches([batch(rows)]).select(EXCHANGE_SCHEMA.names)
    pq.write_table(made, path)
    return str(path)
