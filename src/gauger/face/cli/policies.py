"""`gauger policy`: what a policy would do, before it does anything."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gauger.face.cli.keys import Database
from gauger.face.cli.options import Accounts, Format, Memory, Quiet, Until, moment
from gauger.settings import load_settings

if TYPE_CHECKING:
    from gauger.act.decisions.replay import PolicyReplay

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Try a policy, put it in force, and see those before it; docs/live.md.",
)
_talk = Console(stderr=True, highlight=False)


@app.command()
def test(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="The policy, in TOML.")],
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Stored traffic: kept sketches, or logs."),
    ] = None,
    findings: Annotated[
        Path, typer.Option(metavar="DIR", help="Results of the scan that it decides by.")
    ] = Path("gauger-out"),
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A policy to compare with.")
    ] = None,
    in_force: Annotated[
        bool, typer.Option("--in-force", help="Compare with the policy in force.")
    ] = False,
    database: Database = None,
    lake: Annotated[
        str | None, typer.Option(metavar="URL", help="Traffic in a lake instead.")
    ] = None,
    accounts: Accounts = None,
    format: Format = "auto",
    until: Until = None,
    memory: Memory = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    quiet: Quiet = False,
) -> None:
    """Replay stored traffic against a policy: who would be touched, and how.

    Whom people have cleared is known with --in-force, or where --database is named.

    It counts who would be answered how, not who would be answered wrongly. Exit codes: 0 done,
    2 usage or unreadable input.
    """
    from gauger.act.cases import require
    from gauger.act.decisions.decide import FORGOTTEN
    from gauger.act.policy.reading import read_policy
    from gauger.face.cli.progress import TerminalProgress
    from gauger.model.errors import UsageError
    from gauger.model.run import ScanRequest
    from gauger.read.sources import Rejects
    from gauger.trial import TrialRequest, try_policy

    if bool(paths) == (lake is not None):
        found = "both" if paths else "neither"
        raise UsageError("traffic is either paths or a lake", found, "name one of them")
    if in_force and against is not None:
        raise UsageError("there are two policies to compare with", "both", "name one of them")
    settings = load_settings()
    before = None if against is None else read_policy(against)
    memory_of_cases = FORGOTTEN
    if in_force or database is not None:
        require()
        from gauger.act.cases.casebook import read_memory
        from gauger.act.cases.database import open_database
        from gauger.act.cases.versions import policy_in_force

        control = open_database(database or settings.database)
        memory_of_cases = read_memory(control)
        before = policy_in_force(control) if in_force else before
    traffic = ScanRequest(
        paths=tuple(paths or ()),
        accounts=accounts,
        format=format,
        memory=memory or settings.memory_on(settings.engine),
        spill=settings.spill,
        threads=settings.threads,
        until=moment(until),
        secret=settings.phrase,
        lake=lake,
    )
    request = TrialRequest(policy, findings, traffic, before, memory_of_cases)
    rejected = findings / "policy-test-rejects.jsonl"
    with Rejects(rejected) as rejects, TerminalProgress(_talk, quiet=quiet) as progress:
        replayed = try_policy(request, rejects, progress)
    if json:
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        sys.stdout.write(orjson.dumps(asdict(replayed), option=options).decode())
        return
    _say(replayed, rejects.count)


@app.command()
def put(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="The policy, in TOML.")],
    database: Database = None,
) -> None:
    """Put a policy in force; its version must rise, and the one before it stays in the log."""
    from gauger.act.cases import require
    from gauger.act.policy.reading import read_policy

    read = read_policy(policy)
    require()
    from gauger.act.cases.database import open_database
    from gauger.act.cases.versions import policy_in_force, put_policy

    opened = open_database(database or load_settings().database)
    put_policy(opened, policy.read_text(encoding="utf-8"), str(policy))
    waiting = len(read.suspended) - len(policy_in_force(opened).suspended)
    if waiting:
        _talk.print(
            f"Suspensions that wait for a second person's `gauger policy approve`: {waiting:,}",
            soft_wrap=True,
        )
    live = "in shadow" if read.live_share <= 0 else f"live for {read.live_share:.0%} of accounts"
    _talk.print(f"Policy version {read.version} is in force, {live}.")


@app.command()
def approve(
    by: Annotated[str, typer.Option(metavar="NAME", help="Who approves; one of its `people`.")],
    database: Database = None,
) -> None:
    """Approve the suspensions of the policy in force that name you; two people begin one.

    Whoever put the policy has approved those that name them.
    """
    from gauger.act.cases import require

    require()
    from gauger.act.cases.approvals import approve as approved
    from gauger.act.cases.database import open_database

    begun = approved(open_database(database or load_settings().database), by)
    _talk.print(f"Approved by {by}. Suspensions that begin by it: {begun:,}", markup=False)


@app.command()
def log(database: Database = None) -> None:
    """List the policies that were in force, latest first."""
    from gauger.act.cases import require

    require()
    from gauger.act.cases.database import open_database
    from gauger.act.cases.versions import policy_versions

    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("version", "put (UTC)", "author", "reason", "sha256"):
        table.add_column(heading, no_wrap=heading in ("version", "put (UTC)"))
    for each in policy_versions(open_database(database or load_settings().database)):
        moment_ = f"{each.put:%Y-%m-%d %H:%M:%S}"
        table.add_row(str(each.version), moment_, each.author, each.reason, each.sha256[:12])
    Console(highlight=False, markup=False).print(table)


def _say(replayed: PolicyReplay, rejected: int) -> None:
    out = Console(highlight=False)
    out.print(
        f"Would touch {replayed.accounts_touched:,} of {replayed.accounts:,} accounts and "
        f"{replayed.organizations_touched:,} organizations, in {replayed.exchanges_touched:,} of "
        f"{replayed.exchanges:,} exchanges; {replayed.accounts_live:,} of these accounts are in "
        f"the live share. First exchanges alone give away {replayed.accounts_recognised:,} "
        "accounts that the scan did not name.",
        soft_wrap=True,
    )
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("answer", "rule", "reason"):
        table.add_column(heading)
    for heading in ("accounts", "organizations", "exchanges"):
        table.add_column(heading, justify="right")
    for each in replayed.answers:
        table.add_row(
            each.answer, escape(each.rule or ""), each.reason, f"{each.accounts:,}",
            f"{each.organizations:,}", f"{each.exchanges:,}",
        )  # fmt: skip
    out.print(table)
    if replayed.changes is not None:
        if not replayed.changes:
            out.print("No account would be answered harder or milder than by the other.")
        for change in replayed.changes:
            out.print(f"{change.before} to {change.after}: {change.accounts:,} accounts")
    if rejected:
        out.print(f"Rejected records: {rejected:,}")
