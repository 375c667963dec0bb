"""The demo: a world, a scan of it, and the result held against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from gauger.face.cli.scanning import run_scan
from gauger.face.cli.simulating import run_simulation
from gauger.model.run import ScanRequest
from gauger.settings import load_settings
from gauger.tell.output import OutputFolder


def run_demo(out: Path, seed: int, talk: Console, *, quiet: bool) -> None:
    """Simulates, scans and compares; a demo that ran to its end exits with 0."""
    world = run_simulation("demo", out / "world", None, None, seed, talk, quiet=True)
    settings = load_settings()
    folder = OutputFolder(out / "result")
    request = ScanRequest(
        paths=(str(out / "world" / "logs"),),
        accounts=world.accounts,
        engine=settings.engine,
        memory=settings.memory,
        threads=settings.threads,
        secret=settings.phrase,
        show_text=True,
    )
    run_scan(request, folder, talk, quiet=quiet)
    if not quiet:
        talk.print()
        talk.print(_beside_the_truth(folder, world.truth))


def _beside_the_truth(folder: OutputFolder, truth: Path) -> Table:
    """Accounts of every campaign, and how many of them are in a network found for extraction."""
    import orjson

    document: dict[str, Any] = orjson.loads(folder.findings.read_bytes())
    accused = {
        account
        for network in document["networks"]
        if network["verdict"] == "extraction"
        for account in network["accounts"]
    }
    table = Table(box=None, pad_edge=False, header_style="dim", title="Held against the truth",
                  title_justify="left")  # fmt: skip
    table.add_column("who")
    table.add_column("accounts", justify="right")
    table.add_column("in a network with verdict extraction", justify="right")
    sizes: dict[str, int] = {}
    found: dict[str, int] = {}
    for row in pq.read_table(truth, columns=["account_id", "campaign"]).to_pylist():
        who = f"campaign {row['campaign']}" if row["campaign"] else "innocent accounts"
        sizes[who] = sizes.get(who, 0) + 1
        found[who] = found.get(who, 0) + (row["account_id"] in accused)
    for who in sorted(sizes):
        table.add_row(who, f"{sizes[who]:,}", f"{found[who]:,}")
    return table
