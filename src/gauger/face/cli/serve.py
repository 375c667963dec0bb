"""`gauger serve`: its options; what it does stands in `serving`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from gauger.face.cli.keys import Database
from gauger.face.cli.options import AccountField, Memory, Quiet, Spill
from gauger.model.errors import UsageError
from gauger.settings import load_settings

SCANNED: Final = Path("gauger-serve/findings")
"""Where the results of its own scans are unless `--findings` names another place."""
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
    lake: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Take in exchanges for this lake, and scan it."),
    ] = None,
    spool: Annotated[
        Path,
        typer.Option(
            metavar="DIR", help="With --lake: where they wait, on a disk of this machine."
        ),
    ] = Path("gauger-serve/spool"),
    scan_every: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", help="With --lake: pause between two scans, at least; 0 for none."
        ),
    ] = 10.0,
    account_field: AccountField = None,
    memory: Memory = None,
    spill: Spill = None,
    log_format: Annotated[
        str, typer.Option(metavar="FORMAT", help="Of the log on stderr: text or json.")
    ] = "text",
    quiet: Quiet = False,
) -> None:
    """Answer gateways: what to do about a request of an account; see docs/live.md.

    With --lake exchanges may be sent to it as well, and are scanned. Where quotas are kept comes
    from `GAUGER_QUOTAS`, the policy from `gauger policy put`.
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
        findings=findings or (None if lake is None else SCANNED),
        quotas=settings.quotas,
        disposable_domains=settings.disposable_domains,
        account_header=account_header.lower(),
        guardrail_account=guardrail_account,
        lake=lake,
        spool=spool,
        account_field=account_field or settings.account_field,
        scan_every=scan_every if scan_every > 0 else None,
        memory=memory or settings.memory_on("duckdb"),
        threads=settings.threads,
        spill=spill or settings.spill,
        secret=settings.phrase,
    )
    run_service(options, host, port, _talk, quiet=quiet, log_format=log_format)
