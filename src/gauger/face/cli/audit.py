"""`gauger audit`: what was done, and whether its log is whole."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from gauger.face.cli import exits
from gauger.face.cli.keys import Database
from gauger.model.errors import OutputError, UnreadableInput
from gauger.settings import load_settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Show the audit log, note its end, and verify that nothing in it was changed.",
)
_talk = Console(stderr=True, highlight=False)


@app.command()
def verify(
    head: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER:DIGEST", help="A head that was noted before."),
    ] = None,
    heads: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file of them, as `head --note` writes.")
    ] = None,
    database: Database = None,
) -> None:
    """Go over the whole log; exit code 1 where an entry does not fit, and which is the first.

    By itself it finds every change, removal and insertion. Whoever made the whole end of the log
    anew, or cut it off, is found out by heads that were noted where they could not write.
    """
    from gauger.act.cases.audit import parse_head
    from gauger.act.cases.audit import verify as verified

    noted = [parse_head(text) for text in head or ()]
    if heads is not None:
        noted += [parse_head(line) for line in _lines(heads)]
    found = verified(_opened(database), noted)
    if found.problem is None:
        _talk.print(
            f"Whole: {found.entries:,} entries, and {len(noted):,} noted heads fit.",
            soft_wrap=True,
        )
        return
    _talk.print(f"Entry {found.first_bad} does not fit: {found.problem}.", soft_wrap=True)
    raise typer.Exit(exits.DOES_NOT_FIT)


@app.command()
def head(
    note: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Add it to a file, kept elsewhere.")
    ] = None,
    database: Database = None,
) -> None:
    """Print the end of the log, to be noted where nobody who writes the database can write."""
    from gauger.act.cases.audit import head as end

    line = f"{datetime.now(UTC).isoformat(timespec='seconds')} {end(_opened(database))}\n"
    if note is not None:
        try:
            with note.open("a", encoding="utf-8") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            problem = (error.strerror or type(error).__name__).lower()
            raise OutputError(note, problem, "name another file") from error
    sys.stdout.write(line)


@app.command()
def show(
    after: Annotated[int, typer.Option(metavar="NUMBER", help="Entries past this one.")] = 0,
    last: Annotated[
        int | None, typer.Option(metavar="N", help="Only the last so many entries.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    database: Database = None,
) -> None:
    """Show what was done, in order."""
    from gauger.act.cases.audit import entries
    from gauger.act.cases.audit import head as end

    opened = _opened(database)
    if last is not None:
        after = max(after, end(opened).number - last)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("number", "when (UTC)", "what", "who", "details"):
        table.add_column(heading, no_wrap=heading in ("number", "when (UTC)", "what"))
    for entry in entries(opened, after):
        details: dict[str, Any] = orjson.loads(entry.details)
        if json:
            said = asdict(entry) | {"details": details}
            sys.stdout.write(orjson.dumps(said).decode() + "\n")
            continue
        words = " ".join(f"{name}={value}" for name, value in details.items() if value is not None)
        table.add_row(str(entry.number), entry.moment[:19], entry.kind, entry.actor, words)
    if not json:
        Console(highlight=False, markup=False).print(table)


def _opened(database: str | None) -> Any:
    from gauger.act.cases import require

    require()
    from gauger.act.cases.database import open_database

    return open_database(database or load_settings().database)


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(path, "it is no file of noted heads", "name another") from error
