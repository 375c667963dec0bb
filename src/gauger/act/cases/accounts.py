"""Account records as they were last told, for the scans that a service starts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gauger.act.cases.tables import ACCOUNT_RECORDS

LONGEST_ID: Final = 512
_TOGETHER: Final = 1_000


def put_accounts(database: sa.Engine, records: Mapping[str, Mapping[str, Any]]) -> None:
    """Keeps the record of each account in the place of the one before; all of them or none."""
    now = datetime.now(UTC)
    rows = [
        {"account_id": account, "record": orjson.dumps(record).decode(), "received": now}
        for account, record in records.items()
    ]
    insert: Any = (postgresql if database.dialect.name == "postgresql" else sqlite).insert
    statement = insert(ACCOUNT_RECORDS)
    statement = statement.on_conflict_do_update(
        index_elements=["account_id"],
        set_={"record": statement.excluded.record, "received": statement.excluded.received},
    )
    with database.begin() as connection:
        for begin in range(0, len(rows), _TOGETHER):
            connection.execute(statement, rows[begin : begin + _TOGETHER])


def write_accounts(database: sa.Engine, path: Path) -> int:
    """Writes all records as JSON lines, for a scan to read; returns how many. Raises OSError."""
    count = 0
    query = sa.select(ACCOUNT_RECORDS.c.record).order_by(ACCOUNT_RECORDS.c.account_id)
    with database.connect() as connection, path.open("w", encoding="utf-8") as file:
        held = connection.execution_options(stream_results=True).execute(query)
        for (record,) in held:
            file.write(record + "\n")
            count += 1
    return count


def accounts_stamp(database: sa.Engine) -> str:
    """Changes whenever a record does."""
    with database.connect() as connection:
        count, latest = connection.execute(
            sa.select(sa.func.count(), sa.func.max(ACCOUNT_RECORDS.c.received))
        ).one()
    return f"{count} {latest}"
