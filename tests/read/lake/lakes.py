"""Lakes as tests fill and look at them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from exchanges import PHRASE, at, write_log
from gauger.model.lake import Ingested, IngestRequest
from gauger.model.run import ScanRequest
from gauger.read.lake.address import parse_address
from gauger.read.lake.catalog import Lake, open_lake
from gauger.read.lake.ingest import ingest
from gauger.read.sources import Rejects
from gauger.scan import Scan, scan
from gauger.tell.output import OutputFolder


def rows(first: int, last: int, *, hours: float = 1) -> list[dict[str, Any]]:
    """Exchanges of three accounts, one every so many hours."""
    return [
        {"exchange_id": f"e{n}", "account_id": f"a{n % 3}", "prompt": f"what is the number {n}",
         "system": "You are a careful clerk", "source_ip": "203.0.113.9", "time": at(n * hours)}
        for n in range(first, last)
    ]  # fmt: skip


def log_of(path: Path, first: int, last: int, *, hours: float = 1) -> Path:
    """A log of such exchanges."""
    return Path(write_log(path, rows(first, last, hours=hours)))


def fill(lake: object, *paths: object, secret: str | None = PHRASE, **choices: Any) -> Ingested:
    """Ingests logs."""
    request = IngestRequest(
        paths=tuple(map(str, paths)), lake=str(lake), secret=secret, memory="500MB", **choices
    )
    return ingest(request)


def opened(lake: object) -> Lake:
    """A lake that is there."""
    return open_lake(parse_address(str(lake)))


def held(lake: object) -> pa.Table:
    """Everything in a lake's current snapshot, as another reader of Iceberg has it."""
    table = opened(lake).table.scan().to_arrow()
    return table.sort_by([("source_file", "ascending"), ("source_row", "ascending")])


def keys(lake: object) -> list[int]:
    """Keys of the exchanges in a lake, repeats and all."""
    found: list[int] = sorted(held(lake)["exchange_key"].to_pylist())
    return found


def scanned(out: Path, *paths: object, **choices: Any) -> tuple[Scan, bytes]:
    """A scan and the bytes of its findings."""
    request = ScanRequest(**{"paths": tuple(map(str, paths)), "secret": PHRASE, **choices})
    output = OutputFolder(out)
    output.prepare()
    with Rejects(output.rejects) as rejects:
        done = scan(request, rejects)
    output.write(done.findings, done.run)
    return done, output.findings.read_bytes()


def files_under(folder: Path, suffix: str = "") -> set[Path]:
    """Files anywhere under a folder."""
    return {path for path in folder.rglob(f"*{suffix}") if path.is_file()}
