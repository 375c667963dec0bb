"""One scan of some files, as tests look at it: rows, rejects and the logs themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from gauger.model.exchange import LOCATED_SCHEMA
from gauger.read.sources import Logs, Rejects, SourceSettings, open_logs

NOW = datetime(2026, 11, 21, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What came of a scan."""

    rows: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    logs: Logs


def scan(*paths: Path | str, **choices: Any) -> Scanned:
    """Read `paths` to the end, at a fixed present."""
    settings = SourceSettings(**{"now": NOW, **choices})
    rows: list[dict[str, Any]] = []
    with TemporaryDirectory() as folder:
        record = Path(folder) / "rejects.jsonl"
        with Rejects(record) as rejects:
            logs = open_logs([str(path) for path in paths], settings, rejects)
            seen = 0
            for batch in logs.batches():
                assert batch.schema.equals(LOCATED_SCHEMA)
                assert 0 < batch.num_rows <= settings.batch_rows
                batch.validate(full=True)
                rows.extend(batch.to_pylist())
                assert seen <= logs.bytes_read <= logs.bytes_total
                seen = logs.bytes_read
        assert logs.bytes_read == logs.bytes_total
        lines = record.read_text().splitlines() if record.exists() else []
    found = [json.loads(line) for line in lines]
    assert len(found) == rejects.count
    return Scanned(rows, found, logs)


def written(path: Path, *records: Any) -> Path:
    """A file of JSON lines; bytes and text go in as they are."""
    lines = []
    for record in records:
        if isinstance(record, str):
            record = record.encode()
        lines.append(record if isinstance(record, bytes) else orjson.dumps(record))
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def canonical(number: int = 1, **changed: Any) -> dict[str, Any]:
    """A valid canonical record; a value of `...` leaves its key out."""
    record = {
        "exchange_id": f"ex-{number}",
        "time": "2026-09-01T10:00:00Z",
        "account_id": "acct_1",
        "request_model": "big-1",
        "prompt": f"prompt {number}",
        **changed,
    }
    return {key: value for key, value in record.items() if value is not ...}


def filled(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a row that are set."""
    return {key: value for key, value in row.items() if value is not None}
