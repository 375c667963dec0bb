"""Runs a scan for a person: settings, progress, results in a folder, an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from gauger.act.signatures.files import write_signatures
from gauger.face.cli.exits import exit_code
from gauger.face.cli.progress import TerminalProgress
from gauger.face.cli.summary import say_findings
from gauger.model.errors import UsageError
from gauger.model.run import ScanRequest
from gauger.read.sources import Rejects
from gauger.scan import scan
from gauger.tell.output import OutputFolder


def only_one_of_each(
    paths: Sequence[str],
    lake: str | None,
    snapshot: int | None,
    previous: Path | None,
    since: Path | None,
    out: Path,
) -> None:
    """Raises UsageError for choices that cannot be made together."""
    if not paths and lake is None:
        raise UsageError("there is nothing to scan", "no path", "name logs, sketches or `--lake`")
    if paths and lake is not None:
        raise UsageError("logs and a lake cannot be scanned together", "both", "scan them apart")
    if snapshot is not None and lake is None:
        raise UsageError("`--snapshot` is of a lake", f"`{snapshot}`", "add `--lake`")
    if since is not None and previous is not None:
        raise UsageError(
            "the networks of one earlier scan can be followed", "`--since` and `--previous`",
            "give one of them: `--since` follows them too",
        )  # fmt: skip
    for option, earlier in (("--previous", previous), ("--since", since)):
        if earlier is not None and earlier.resolve() == out.resolve():
            raise UsageError(
                "the earlier results would be overwritten",
                f"`{out}` as `{option}` and as `--out`",
                "write to another folder",
            )


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
    folder.write(result.findings, result.run, result.standing)
    if not quiet:
        say_findings(talk, result.findings, folder)
    if json:
        sys.stdout.write(folder.findings.read_text(encoding="utf-8"))
    return exit_code(result.findings, max_rejects)
