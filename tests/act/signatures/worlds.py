"""A small world of which a scan sees a part, and everybody's exchanges as they come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exchanges import PHRASE
from gauger.model.exchange import LOCATED_SCHEMA
from gauger.model.run import ScanRequest
from gauger.read.sources import Rejects
from gauger.scan import Scan, scan
from gauger.world import World, simulate

PLAIN = Path(__file__).parents[2] / "plain.toml"


@dataclass(frozen=True)
class Split:
    """A scan of two thirds of all accounts; `away` are those that it did not see."""

    world: World
    scan: Scan
    request: ScanRequest
    campaign: frozenset[str]
    away: frozenset[str]

    def exchanges(self) -> pa.RecordBatch:
        """Everybody's exchanges in the order of time."""
        table = pa.concat_tables([pq.read_table(path) for path in self.world.logs])
        table = table.sort_by([("time", "ascending"), ("exchange_id", "ascending")])
        nowhere = pa.nulls(table.num_rows, pa.int32())
        table = table.append_column("source_file", nowhere)
        table = table.append_column("source_row", nowhere.cast(pa.int64()))
        (batch,) = table.select(LOCATED_SCHEMA.names).cast(LOCATED_SCHEMA).combine_chunks(
        ).to_batches()  # fmt: skip
        return batch


def split(folder: Path, begin: date = date(2026, 4, 20)) -> Split:
    """Simulates from a day on, keeps every third account from the scan, and scans."""
    scenario = folder / "scenario.toml"
    text = PLAIN.read_text(encoding="utf-8")
    scenario.write_text(text.replace("2026-04-20", begin.isoformat()), encoding="utf-8")
    world = simulate(str(scenario), folder / "world", accounts=480, seed=1)
    truth = pq.read_table(world.truth)
    accounts = truth["account_id"].to_pylist()
    away = frozenset(accounts[::3])
    chosen = pa.array(sorted(away), pa.string())
    logs = pa.concat_tables([pq.read_table(path) for path in world.logs])
    records = pq.read_table(world.accounts)
    seen = folder / "seen"
    seen.mkdir()
    pq.write_table(logs.filter(_not_in(logs, chosen)), seen / "logs.parquet")
    pq.write_table(records.filter(_not_in(records, chosen)), folder / "accounts.parquet")
    request = ScanRequest(
        (str(seen / "logs.parquet"),), accounts=folder / "accounts.parquet", secret=PHRASE
    )
    with Rejects(folder / "rejects.jsonl") as rejects:
        scanned = scan(request, rejects)
    campaign = frozenset(row["account_id"] for row in truth.to_pylist() if row["campaign"])
    return Split(world, scanned, request, campaign, away)


def _not_in(table: pa.Table, accounts: pa.Array) -> pa.Array:
    return pc.invert(pc.is_in(table["account_id"], accounts))
