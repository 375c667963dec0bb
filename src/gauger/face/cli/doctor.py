"""`gauger doctor`: checks a deployment, and says what to do about what is not well."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gauger.face.cli import exits
from gauger.face.cli.keys import Database
from gauger.settings import load_settings

if TYPE_CHECKING:
    from gauger.face.server.checking import Checked

KEY: Final = "GAUGER_KEY"
_LOOKS: Final = {"ok": "[green]ok[/]", "warn": "[yellow]warn[/]", "fail": "[bold red]fail[/]"}


def doctor(
    findings: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Results of scans, as `gauger serve` has them."),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A service to ask; its key stands in GAUGER_KEY."),
    ] = None,
    database: Database = None,
    json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
) -> None:
    """Check a deployment of `gauger serve`: what it needs, and what it leans on.

    Exit codes: 0 all is well, 1 something fails, 0 with warnings alone.
    """
    from gauger.face.server import checking

    checks = checking.ran("packages", checking.packages)
    if all(check.state is checking.State.OK for check in checks):
        checks += _rest(findings, url, database)
    if json:
        sys.stdout.buffer.write(orjson.dumps(
            {"checks": checks, "worst": _worst(checks)}, option=orjson.OPT_INDENT_2
            | orjson.OPT_APPEND_NEWLINE,
        ))  # fmt: skip
    else:
        _show(checks)
    failed = any(check.state is checking.State.FAIL for check in checks)
    raise typer.Exit(exits.CHECK_FAILED if failed else exits.NOTHING_ESTABLISHED)


def _rest(findings: Path | None, url: str | None, database: str | None) -> list[Checked]:
    from gauger.face.server import checking, checking_parts
    from gauger.face.server.options import ServeOptions

    settings = load_settings()
    options = ServeOptions(
        database=database or settings.database, findings=findings, quotas=settings.quotas,
        secret=settings.phrase,
    )  # fmt: skip
    checks = checking.ran("secret", lambda: checking.secret(options))
    checks += checking.ran("database", lambda: checking_parts.database(options))
    checks += checking.ran("quotas", lambda: checking_parts.quotas(options))
    checks += checking.ran("findings", lambda: checking.findings(options))
    checks += checking.ran("folder", lambda: checking.folders(options))
    checks += checking.ran("open files", checking.open_files)
    if url is not None:
        key = os.environ.get(KEY)
        checks += checking.ran("service", lambda: checking_parts.service(url, key))
    return checks


def _worst(checks: list[Checked]) -> str:
    states = {check.state.value for check in checks}
    return next(state for state in ("fail", "warn", "ok") if state in states or state == "ok")


def _show(checks: list[Checked]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        found = escape(check.found)
        if check.remedy is not None:
            found += f"\n[dim]{escape(check.remedy)}[/]"
        table.add_row(_LOOKS[check.state.value], escape(check.name), found)
    Console(highlight=False).print(table)
