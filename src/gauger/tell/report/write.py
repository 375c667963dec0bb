"""Findings to one HTML file: the only two calls that the rest of gauger makes here."""

from __future__ import annotations

from pathlib import Path

from gauger.model.finding import Findings
from gauger.tell.report.page_view import page_view
from gauger.tell.report.pages import render
from gauger.tell.report.run import RunSummary
from gauger.tell.safely import write_whole


def render_report(findings: Findings, run: RunSummary) -> str:
    """The report as text; the same findings and run give the same bytes."""
    return render("page.html.j2", page=page_view(findings, run))


def write_report(findings: Findings, path: Path, run: RunSummary) -> None:
    """Write report.html, whole or not at all."""
    write_whole(path, render_report(findings, run).encode("utf-8", "backslashreplace"))
