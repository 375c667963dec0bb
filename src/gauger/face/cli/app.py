"""The commands of `gauger`."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

import gauger
from gauger.face.cli import audit, cases, doctor, exits, keys, lakes, policies, serve
from gauger.face.cli.options import (
    AccountField,
    Accounts,
    Engine,
    Format,
    Master,
    MaxRejects,
    Memory,
    Quiet,
    Spill,
    SpillLimit,
    Until,
    moment,
)
from gauger.model.errors import GaugerError, UsageError
from gauger.model.lake import LOAD_SIZE
from gauger.settings import load_settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Finds networks of accounts that harvest a model's answers, with evidence, from logs.",
)
app.add_typer(lakes.app, name="lake")
app.add_typer(policies.app, name="policy")
app.add_typer(keys.app, name="keys")
app.add_typer(cases.app, name="cases")
app.add_typer(audit.app, name="audit")
app.command()(serve.serve)
app.command()(doctor.doctor)
_talk = Console(stderr=True, highlight=False)


@app.command()
def scan(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Log files, folders, globs or tables; or sketches."),
    ] = None,
    accounts: Accounts = None,
    lake: Annotated[
        str | None, typer.Option(metavar="URL", help="Scan a lake instead; see docs/lake.md.")
    ] = None,
    snapshot: Annotated[
        int | None,
        typer.Option(
            metavar="ID", help="With --lake: which snapshot; the current one unless given."
        ),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Results of an earlier scan, whose networks are followed."
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Weigh only what changed since the scan whose results these are."
        ),
    ] = None,
    worksheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Hypotheses about who directs a network, from people."),
    ] = None,
    format: Format = "auto",
    account_field: AccountField = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where results go.")] = Path(
        "gauger-out"
    ),
    engine: Engine = None,
    master: Master = None,
    memory: Memory = None,
    spill: Spill = None,
    spill_limit: SpillLimit = None,
    until: Until = None,
    max_rejects: MaxRejects = None,
    prices: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Price list in TOML; see docs/taken.md."),
    ] = None,
    calibration: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What evidence is worth, from `gauger calibrate`."),
    ] = None,
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Put the words of frames into the report.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print findings.json to stdout.")] = False,
    quiet: Quiet = False,
) -> None:
    """Scan logs for networks of accounts under one operator.

    Exit codes: 0 nothing established, 1 a network with verdict `extraction`, 2 usage or
    unreadable input, 3 done but more records were rejected than --max-rejects.
    """
    from gauger.face.cli.scanning import only_one_of_each, run_scan
    from gauger.model.run import ScanRequest
    from gauger.tell.output import OutputFolder

    only_one_of_each(paths or (), lake, snapshot, previous, since, out)
    settings = load_settings()
    chosen = engine or settings.engine
    request = ScanRequest(
        paths=tuple(paths or ()),
        accounts=accounts,
        previous=previous,
        since=since,
        worksheet=worksheet,
        format=format,
        account_field=account_field or settings.account_field,
        engine=chosen,
        # One that was set once is of no concern to a scan by another engine.
        master=master or (settings.master if chosen == "spark" else None),
        memory=memory or settings.memory_on(engine or settings.engine),
        spill=spill or settings.spill,
        spill_limit=spill_limit or settings.spill_limit,
        threads=settings.threads,
        until=moment(until),
        secret=settings.phrase,
        show_text=show_text,
        prices=prices,
        calibration=calibration,
        lake=lake,
        snapshot=snapshot,
    )
    code = run_scan(
        request, OutputFolder(out), _talk, json=json, quiet=quiet, max_rejects=max_rejects
    )
    raise typer.Exit(code)


@app.command()
def sketch(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Log files, folders, globs or tables.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A folder of its own for the sketches.")],
    format: Format = "auto",
    account_field: AccountField = None,
    quiet: Quiet = False,
) -> None:
    """Sketch logs into a folder to keep, without their text; `gauger scan DIR` scans it."""
    from gauger.face.cli.sketching import run_sketching
    from gauger.read.keeping import KeepRequest

    settings = load_settings()
    request = KeepRequest(
        paths=tuple(paths),
        folder=out,
        format=format,
        account_field=account_field or settings.account_field,
        threads=settings.threads,
        secret=settings.phrase,
    )
    run_sketching(request, _talk, quiet=quiet)


@app.command()
def ingest(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Log files, folders, globs or tables.")
    ],
    lake: Annotated[str, typer.Option(metavar="URL", help="A folder or a URL; see docs/lake.md.")],
    format: Format = "auto",
    account_field: AccountField = None,
    memory: Memory = None,
    load_size: Annotated[
        str,
        typer.Option(
            metavar="SIZE", help="Commit after so much of the logs: a killed ingest goes on there."
        ),
    ] = LOAD_SIZE,
    max_rejects: MaxRejects = None,
    quiet: Quiet = False,
) -> None:
    """Add logs to a lake of sketches, without their text; `gauger scan --lake URL` scans it.

    Exit codes: 0 done, 2 usage or unreadable input, 3 done but more records were rejected than
    --max-rejects.
    """
    from gauger.face.cli.ingesting import run_ingest
    from gauger.model.lake import IngestRequest

    settings = load_settings()
    request = IngestRequest(
        paths=tuple(paths),
        lake=lake,
        format=format,
        account_field=account_field or settings.account_field,
        threads=settings.threads,
        memory=memory or settings.memory,
        secret=settings.phrase,
        load_size=load_size,
    )
    raise typer.Exit(run_ingest(request, _talk, quiet=quiet, max_rejects=max_rejects))


@app.command()
def simulate(
    scenario: Annotated[str, typer.Option(metavar="NAME", help="A packaged scenario or a file.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the world is written.")],
    accounts: Annotated[
        int | None, typer.Option(metavar="N", help="Size of the population.")
    ] = None,
    days: Annotated[int | None, typer.Option(metavar="D", help="Length of the window.")] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="Same seed, same bytes.")] = 1,
    prompts: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Real prompts; see docs/world_text.md.")
    ] = None,
    sketches: Annotated[
        bool, typer.Option("--sketches", help="Write sketches and no text.")
    ] = False,
    copies: Annotated[
        int, typer.Option(metavar="N", help="With --sketches: copies of the population.")
    ] = 1,
    quiet: Quiet = False,
) -> None:
    """Write a simulated provider's logs, account records and, apart from them, the truth."""
    if sketches:
        from gauger.face.cli.multiplying import run_sketched_simulation

        run_sketched_simulation(
            scenario, out, accounts, days, seed, copies, _talk, quiet=quiet, prompts=prompts
        )
        return
    if copies != 1:
        raise UsageError("`--copies` is for sketches", f"`{copies}`", "add `--sketches`")
    from gauger.face.cli.simulating import run_simulation

    run_simulation(scenario, out, accounts, days, seed, _talk, quiet=quiet, prompts=prompts)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where everything goes.")] = Path(
        "gauger-demo"
    ),
    seed: Annotated[int, typer.Option(metavar="S", help="Same seed, same world.")] = 1,
    quiet: Quiet = False,
) -> None:
    """Simulate a provider, scan it and show the result beside the truth."""
    from gauger.face.cli.demonstrating import run_demo

    run_demo(out, seed, _talk, quiet=quiet)


@app.command()
def worksheet(
    network_id: Annotated[
        str, typer.Argument(metavar="NETWORK_ID", help="A network of a finished scan.")
    ],
    findings: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the scan's results lie.")
    ] = Path("gauger-out"),
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to a file that is not there yet.")
    ] = None,
) -> None:
    """Print a blank worksheet for hypotheses about who directs a network."""
    from gauger.face.cli.worksheets import run_worksheet

    run_worksheet(network_id, findings, out, _talk)


@app.command()
def calibrate(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH", help="Log files, folders or globs; or kept sketches."),
    ],
    cases: Annotated[
        Path, typer.Option(metavar="FILE", help="Confirmed and cleared cases; docs/calibrate.md.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the calibration is written.")],
    accounts: Accounts = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What findings call it; by default the file's name."),
    ] = None,
    calibration: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Whose curves to keep; by default the shipped ones."),
    ] = None,
    format: Format = "auto",
    account_field: AccountField = None,
    engine: Engine = None,
    memory: Memory = None,
    spill: Spill = None,
    spill_limit: SpillLimit = None,
    until: Until = None,
    max_rejects: MaxRejects = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    quiet: Quiet = False,
) -> None:
    """Refit what evidence is worth to your own confirmed and cleared cases.

    Exit codes: 0 done, 2 usage, unreadable input or too few cases, 3 done but more records were
    rejected than --max-rejects.
    """
    from gauger.face.cli.calibrating import run_calibration
    from gauger.model.run import ScanRequest

    settings = load_settings()
    request = ScanRequest(
        paths=tuple(paths),
        accounts=accounts,
        format=format,
        account_field=account_field or settings.account_field,
        engine=engine or settings.engine,
        memory=memory or settings.memory,
        spill=spill or settings.spill,
        spill_limit=spill_limit or settings.spill_limit,
        threads=settings.threads,
        until=moment(until),
        secret=settings.phrase,
        calibration=calibration,
    )
    code = run_calibration(
        request, cases, out, name, _talk, json=json, quiet=quiet, max_rejects=max_rejects
    )
    raise typer.Exit(code)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(gauger.__version__)


def main() -> None:
    """Runs the command line; errors are one line, with the cause under GAUGER_DEBUG."""
    try:
        app()
    except GaugerError as error:
        _fail(error, exits.USAGE_OR_INPUT)
    except KeyboardInterrupt:
        _talk.print("interrupted; nothing was concluded")
        sys.exit(exits.INTERRUPTED)
    except BrokenPipeError:
        sys.exit(exits.NOTHING_ESTABLISHED)
    except OSError as error:
        where = f" `{error.filename}`" if error.filename else ""
        _talk.print(f"error: {escape(error.strerror or str(error))}{escape(where)}", soft_wrap=True)
        sys.exit(exits.USAGE_OR_INPUT)

    except Exception as error:
        _talk.print(
            f"[bold red]internal error:[/] {escape(repr(error))}; set `GAUGER_DEBUG=1` for the "
            "cause and report it",
            soft_wrap=True,
        )
        if os.environ.get("GAUGER_DEBUG"):
            traceback.print_exception(error)
        sys.exit(exits.INTERNAL)


def _fail(error: Exception, code: int) -> None:
    _talk.print(f"[bold red]error:[/] {escape(str(error))}", soft_wrap=True)
    if os.environ.get("GAUGER_DEBUG"):
        traceback.print_exception(error)
    sys.exit(code)
