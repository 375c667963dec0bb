"""Account records of a Parquet file whose columns are what they should be, read column by column.

Records of a million accounts take seconds that way and half a minute one by one. A file with
anything to coerce or to reject is left to whoever reads record by record.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gauger.model.account import ACCOUNT_SCHEMA


def accounts_at_once(path: Path) -> pa.Table | None:
    """The records in ACCOUNT_SCHEMA; None where the file has to be read record by record."""
    try:
        names = [name for name in pq.read_schema(path).names if name in ACCOUNT_SCHEMA.names]
        table = pq.read_table(path, columns=names)
    except (pa.ArrowException, OSError, ValueError):
        return None
    if "account_id" not in names or len(set(names)) < len(names):
        return None
    columns = [
        _column(table[field.name] if field.name in names else None, field, table.num_rows)
        for field in ACCOUNT_SCHEMA
    ]
    if any(column is None for column in columns):
        return None
    accounts = pa.table(columns, ACCOUNT_SCHEMA)
    ids = accounts["account_id"]
    if ids.null_count or pc.count_distinct(ids).as_py() < accounts.num_rows:
        return None
    return accounts


def _column(found: pa.ChunkedArray | None, field: pa.Field, rows: int) -> pa.ChunkedArray | None:
    if found is None or pa.types.is_null(found.type):
        return pa.chunked_array([pa.nulls(rows, field.type)])
    try:
        if pa.types.is_timestamp(field.type):
            # Finer times would be cut off here and rounded there.
            exact = pa.types.is_timestamp(found.type) and found.type.unit != "ns"
            return _utc(found).cast(field.type) if exact else None
        if not (pa.types.is_string(found.type) or pa.types.is_large_string(found.type)):
            return None
        text = found.cast(field.type)
        return pc.if_else(pc.equal(text, ""), pa.scalar(None, field.type), text)
    except pa.ArrowInvalid:
        return None


def _utc(times: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times without a zone are taken as UTC."""
    return times if times.type.tz else times.cast(pa.timestamp(times.type.unit, "UTC"))
