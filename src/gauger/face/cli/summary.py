"""What a person reads on the terminal once a scan is over."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gauger.model.evidence import Verdict
from gauger.model.finding import Findings
from gauger.tell.output import OutputFolder

_STYLE = {
    Verdict.EXTRACTION: "bold red",
    Verdict.COORDINATED: "yellow",
    Verdict.PERMITTED: "green",
}


def say_findings(console: Console, findings: Findings, folder: OutputFolder) -> None:
    """Counts, networks, what is not established, and where the report lies."""
    measured = findings.measured
    console.print(
        f"Measured {measured.exchanges:,} exchanges of {measured.accounts:,} accounts; "
        f"{measured.rejected:,} records rejected."
    )
    if findings.networks:
        console.print(_table(findings))
        console.print(
            "Not established: who directs these accounts, and whether any model was trained on "
            "the answers. Likelihood ratios are not calibrated yet.",
            style="dim",
        )
    else:
        console.print("No network is established. That is no proof that there is none.")
    for note in findings.notes:
        console.print(f"· {escape(note)}", style="dim")
    if measured.rejected:
        console.print(f"Rejected records: {escape(str(folder.rejects))}", soft_wrap=True)
    console.print(f"Report: {escape(str(folder.report))}", soft_wrap=True)


def _table(findings: Findings) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("network", "verdict"):
        table.add_column(name)
    for name in ("accounts", "exchanges"):
        table.add_column(name, justify="right")
    table.add_column("one operator (log10 LR)")
    table.add_column("extraction (log10 LR)")
    for network in findings.networks:
        table.add_row(
            network.network_id,
            f"[{_STYLE.get(network.verdict, '')}]{network.verdict}[/]",
            f"{len(network.members):,}",
            f"{network.exchanges:,}",
            _lr(
                network.coordinated.lr.log10 if network.coordinated.lr else 0.0,
                network.coordinated.verbal,
            ),
            _lr(
                network.extraction.lr.log10 if network.extraction.lr else 0.0,
                network.extraction.verbal,
            ),
        )
    return table


def _lr(log10: float, words: str | None) -> str:
    return f"{log10:+.1f}  {words or ''}"
