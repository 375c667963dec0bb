"""Runs a scan for a person: settings, progress, results in a folder, an exit code."""

from __future__ import annotations

import sys

from rich.console import Console

from gauger.act.signatures.files import write_signatures
from gauger.face.cli.exits import exit_code
from gauger.face.cli.progress import TerminalProgress
from gauger.face.cli.summary import say_findings
from gauger.model.run import ScanRequest
from gauger.read.sources import Rejects
from gauger.scan import scan
from gauger.tell.output import OutputFolder


def run_scan(
    request: ScanRequest,
    folder: OutputFolder,
    talk: Console,
    *,
    json: bool = False,
    quiet: bool = False,
    max_rejects: int | None = None,
) -> int:
    """Scans, writes the results and says what was found; returns the exit code."""
    folder.prepare()
    with Rejects(folder.rejects) as rejects, TerminalProgress(talk, quiet=quiet) as progress:
        result = scan(request, rejects, progress)
    write_signatures(result.signatures, folder.path)
    folder.write(result.findings, result.run)
    if not quiet:
        say_findings(talk, result.findings, folder)
    if json:
        sys.stdout.write(folder.findings.read_text(encoding="utf-8"))
    return exit_code(result.findings, max_rejects)
