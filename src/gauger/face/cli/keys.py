"""`gauger keys`: who may ask the service, and for what."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gauger.settings import load_settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Make, list and revoke API keys of `gauger serve`.",
)
_talk = Console(stderr=True, highlight=False)

Database = Annotated[
    str | None, typer.Option(metavar="URL", help="The control plane; `sqlite:///FILE` or more.")
]


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is.")],
    scope: Annotated[
        list[str], typer.Option(metavar="SCOPE", help="ingest, decide, read or administer.")
    ],
    days: Annotated[int | None, typer.Option(metavar="N", help="How long it holds.")] = None,
    database: Database = None,
) -> None:
    """Make a key and print it; it is shown this once and kept nowhere."""
    from gauger.act.cases import require
    from gauger.model.errors import UsageError

    require()
    from gauger.act.cases.database import open_database
    from gauger.act.cases.keys import Scope, make_key

    known = {each.value for each in Scope}
    unknown = sorted(set(scope) - known)
    if unknown:
        raise UsageError(
            "there is no such scope", f"`{unknown[0]}`", f"name one of {', '.join(sorted(known))}"
        )
    if days is not None and days < 1:
        raise UsageError("`--days` is too few", f"`{days}`", "give a number from 1")
    opened = open_database(database or load_settings().database)
    lasts = None if days is None else timedelta(days=days)
    key = make_key(opened, name, [Scope(each) for each in scope], lasts)
    sys.stdout.write(key + "\n")
    _talk.print("Keep it now: only a digest of it is kept here.")


@app.command("list")
def list_(database: Database = None) -> None:
    """List the keys, without the keys themselves."""
    from gauger.act.cases import require

    require()
    from gauger.act.cases.database import open_database
    from gauger.act.cases.keys import read_keys

    keys = read_keys(open_database(database or load_settings().database)).keys.values()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("id", "name", "scopes", "made", "state"):
        table.add_column(heading, no_wrap=heading != "name")
    now = datetime.now(UTC)
    for key in keys:
        state = "holds" if key.expires is None else f"holds until {key.expires:%Y-%m-%d}"
        if key.revoked is not None:
            state = f"revoked {key.revoked:%Y-%m-%d}"
        elif key.expires is not None and now >= key.expires:
            state = f"ended {key.expires:%Y-%m-%d}"
        scopes = " ".join(sorted(key.scopes))
        table.add_row(key.key_id, key.name, scopes, f"{key.created:%Y-%m-%d}", state)
    Console(highlight=False, markup=False).print(table)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `gauger keys list` says it.")],
    database: Database = None,
) -> None:
    """End a key; services stop to take it within their refresh time."""
    from gauger.act.cases import require

    require()
    from gauger.act.cases.database import open_database
    from gauger.act.cases.keys import revoke_key

    revoke_key(open_database(database or load_settings().database), key_id)
    _talk.print(f"Revoked {key_id}.")
