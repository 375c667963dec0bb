"""Fills a lake for a person: progress, and what was added to it."""

from __future__ import annotations

from rich.console import Console

from gauger.face.cli.exits import NOTHING_ESTABLISHED, TOO_MANY_REJECTS
from gauger.face.cli.loading import loading
from gauger.face.cli.progress import TerminalProgress
from gauger.model.lake import Ingested, IngestRequest


def run_ingest(
    request: IngestRequest, talk: Console, *, quiet: bool = False, max_rejects: int | None = None
) -> int:
    """Ingests, says what was added and what was known; returns the exit code."""
    from gauger.read.lake import require

    require()
    with loading():
        from gauger.read.lake.ingest import ingest

    with TerminalProgress(talk, quiet=quiet) as progress:
        done = ingest(request, progress)
    if not quiet:
        for line in _told(done, request.lake):
            talk.print(line, soft_wrap=True, markup=False)
    rejected = sum(load.rejected for load in done.loads)
    over = max_rejects is not None and rejected > max_rejects
    return TOO_MANY_REJECTS if over else NOTHING_ESTABLISHED


def _told(done: Ingested, lake: str) -> list[str]:
    said = []
    if done.known:
        logs = "1 log" if len(done.known) == 1 else f"{len(done.known):,} logs"
        said.append(f"Left out {logs} that the lake holds already.")
    if not done.loads:
        said.append("Nothing was added.")
    for load in done.loads:
        rejected = f"; {load.rejected:,} records rejected" if load.rejected else ""
        days = f", {load.first_day} to {load.last_day}" if load.first_day else ""
        said.append(f"Added {load.exchanges:,} exchanges{days}{rejected}.")
        if load.rejects:
            said.append(f"Rejected records: {load.rejects}")
    if done.snapshot is not None:
        state = done.snapshot
        said.append(
            f"Snapshot {state.snapshot_id}: {state.exchanges:,} exchanges, "
            f"{state.bytes / 1e6:,.1f} MB."
        )
    said.append(f"Scan it with: gauger scan --lake {lake}")
    return said
