"""`gauger serve`: its options; what it does stands in `serving`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gauger.face.cli.keys import Database
from gauger.face.cli.options import Quiet
from gauger.model.errors import UsageError
from gauger.settings import load_settings

_talk = Console(stderr=True, highlight=False)


def serve(
    findings: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Results of scans, taken in whenever they change."),
    ] = None,
    host: Annotated[str, typer.Option(metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="Port to listen on.")] = 8470,
    database: Database = None,
    account_header: Annotated[
        str, typer.Option(metavar="NAME", help="Header in which a gateway names the account.")
    ] = "x-gauger-account",
    guardrail_account: Annotated[
        str, typer.Option(metavar="FIELD", help="Field in which LiteLLM names the account.")
    ] = "user_api_key_user_id",
    log_format: Annotated[
        str, typer.Option(metavar="FORMAT", help="Of the log on stderr: text or json.")
    ] = "text",
    quiet: Quiet = False,
) -> None:
    """Answer gateways: what to do about a request of an account; see docs/live.md.

    Where quotas are kept comes from `GAUGER_QUOTAS`, the policy from `gauger policy put`.
    """
    from gauger.face.server import require

    require()
    from gauger.face.cli.serving import run_service
    from gauger.face.server.options import ServeOptions

    if log_format not in ("text", "json"):
        raise UsageError("no such log format", f"`{log_format}`", "name text or json")
    settings = load_settings()
    options = ServeOptions(
        database=database or settings.database,
        findings=findings,
        quotas=settings.quotas,
        account_header=account_header.lower(),
        guardrail_account=guardrail_account,
        secret=settings.phrase,
    )
    run_service(options, host, port, _talk, quiet=quiet, log_format=log_format)
