"""`gauger cases`: accounts that were answered, who appeals, and what a person decides."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from gauger.face.cli.keys import Database
from gauger.face.cli.options import moment
from gauger.model.case import DECIDED, Case, CaseState
from gauger.model.errors import UsageError
from gauger.settings import load_settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="List cases of accounts that were answered, show one, and decide it.",
)
_talk = Console(stderr=True, highlight=False)
_STATES = ("open", *(state.value for state in CaseState))


@app.command("list")
def list_(
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help=f"One of {', '.join(_STATES)}.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(metavar="ID", help="Cases of this account only.")
    ] = None,
    most: Annotated[int, typer.Option(metavar="N", help="How many at most.")] = 100,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    database: Database = None,
) -> None:
    """List cases: those that wait for a person first, the longest wait before all."""
    from gauger.act.cases.casebook import list_cases

    if state is not None and state not in _STATES:
        raise UsageError("there is no such state", f"`{state}`", f"name one of {_STATES}")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("reference", "state", "answer", "reason", "last given (UTC)", "account"):
        table.add_column(heading, no_wrap=heading != "account", overflow="fold")
    for case in list_cases(_opened(database), state, account, most):
        if json:
            sys.stdout.write(_json(case) + "\n")
            continue
        table.add_row(
            case.reference, case.stands, case.answer, case.basis.reason, _minute(case.last_given),
            case.account_id,
        )  # fmt: skip
    if not json:
        Console(highlight=False, markup=False).print(table)


@app.command()
def show(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="As the answer told it.")],
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    database: Database = None,
) -> None:
    """Show all of one case: what the answer rested on, and what happened since."""
    from gauger.act.cases.casebook import find_case

    case = find_case(_opened(database), reference)
    if case is None:
        raise UsageError("there is no such case", f"`{reference}`", "see `gauger cases list`")
    if json:
        sys.stdout.write(_json(case) + "\n")
        return
    _say(case)


@app.command()
def decide(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="Which case.")],
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="cleared, upheld or narrowed.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides.")],
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Why, for people here.")],
    told: Annotated[str, typer.Option(metavar="WORDS", help="What the customer reads.")] = "",
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="When the decision ends; never unless given.")
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="With `narrowed`: where the answer holds on."),
    ] = None,
    database: Database = None,
) -> None:
    """Decide a case. Who is cleared is allowed, for as long as the evidence is the same.

    `upheld` lets the answer stand; `narrowed` lets it stand for some models. A service takes the
    decision up within its refresh time.
    """
    from gauger.act.cases.appeals import decide_case

    known = [each.value for each in DECIDED]
    if outcome not in known:
        raise UsageError("that cannot be decided", f"`{outcome}`", f"decide {', '.join(known)}")
    ends: datetime | None = moment(until)
    case = decide_case(
        _opened(database), reference, CaseState(outcome), by, reason, told=told, until=ends,
        models=model or (),
    )  # fmt: skip
    _talk.print(f"Case {case.reference} is {case.stands}, by {by}.", markup=False, soft_wrap=True)


def _say(case: Case) -> None:
    basis = case.basis
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    bounds = (
        ("one operator", basis.coordinated), ("harvesting", basis.extraction),
        ("the account belongs", basis.account),
    )  # fmt: skip
    rows: list[tuple[str, object]] = [
        ("reference", case.reference),
        ("state", case.stands),
        ("account", case.account_id),
        ("answer", f"{case.answer}, for {basis.reason}"),
        ("rule", case.rule and f"{case.rule}, policy version {case.policy_version}"),
        ("network", basis.network_id and f"{basis.network_id}, {basis.verdict}, {basis.place}"),
        ("rests on", "; ".join(f"{w}: {v:+.1f} at least" for w, v in bounds if v is not None)),
        ("shares", ", ".join(basis.traits)),
        ("given", f"{_minute(case.first_given)} to {_minute(case.last_given)}"),
        ("expires", case.expires and _minute(case.expires)),
        ("decision ends", case.until and _minute(case.until)),
        ("holds on for", ", ".join(case.models)),
    ]
    for name, value in rows:
        if value:
            table.add_row(name, str(value))
    for event in case.events or ():
        table.add_row(_minute(event.moment), f"{event.what} by {event.by}: {event.words}")
        if event.told:
            table.add_row("", f"told: {event.told}")
    Console(highlight=False, markup=False).print(table)


def _json(case: Case) -> str:
    return orjson.dumps(case, option=orjson.OPT_UTC_Z).decode()


def _minute(moment_: datetime) -> str:
    return f"{moment_:%Y-%m-%d %H:%M}"


def _opened(database: str | None) -> Any:
    from gauger.act.cases import require

    require()
    from gauger.act.cases.database import open_database

    return open_database(database or load_settings().database)
