"""`gauger lake`: what a lake holds, and what keeps it small."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from typing import Annotated, Final

import orjson
import typer
from rich.console import Console

from gauger.face.cli.options import Quiet
from gauger.face.cli.progress import TerminalProgress
from gauger.model.errors import UsageError
from gauger.model.snapshot import LakeSnapshot
from gauger.settings import load_settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Look at a lake, compact it, and let it forget.",
)
_talk = Console(stderr=True, highlight=False)

Url = Annotated[str, typer.Argument(metavar="URL", help="A folder or a URL; see docs/lake.md.")]

_HOURS: Final = {"h": 1, "d": 24, "w": 24 * 7}


@app.command()
def snapshots(
    lake: Url,
    json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List the snapshots that can be scanned, latest first."""
    _require()
    from gauger.read.lake.address import parse_address
    from gauger.read.lake.catalog import open_lake
    from gauger.read.lake.snapshots import snapshots_of

    with open_lake(parse_address(lake)) as opened:
        found = snapshots_of(opened)
    if json:
        told = [_document(each) for each in found]
        sys.stdout.write(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    sys.stdout.write(_line("snapshot", "committed (UTC)", "by", "exchanges", "files", "MB", "days"))
    for each in found:
        days = f"{each.first_day} to {each.last_day}" if each.first_day else "none"
        sys.stdout.write(
            _line(
                str(each.snapshot_id),
                f"{each.committed:%Y-%m-%d %H:%M:%S}",
                each.operation,
                f"{each.exchanges:,}",
                f"{each.files:,}",
                f"{each.bytes / 1e6:,.1f}",
                days,
            )
        )


@app.command()
def compact(
    lake: Url,
    memory: Annotated[
        str | None, typer.Option(metavar="SIZE", help="Memory of the engine, such as 3GB.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Make few large files of each day's small ones, in one commit."""
    _require()
    from gauger.read.lake.compact import compact as compacted
    from gauger.tell.report.wording import plural

    settings = load_settings()
    with TerminalProgress(_talk, quiet=quiet) as progress:
        done = compacted(
            lake, memory=memory or settings.memory, threads=settings.threads, progress=progress
        )
    if quiet:
        return
    if done.snapshot is None:
        _talk.print("No day has small files: nothing was changed.")
        return
    _talk.print(
        f"Compacted {plural(done.days, 'day')}: {plural(done.files_before, 'file')} of "
        f"{done.bytes_before / 1e6:,.1f} MB into {done.files_after:,} of "
        f"{done.bytes_after / 1e6:,.1f} MB.\nSnapshot {done.snapshot.snapshot_id}. Earlier ones "
        "keep the small files until `gauger lake retain --snapshots-older-than`.",
        soft_wrap=True,
    )


@app.command()
def retain(
    lake: Url,
    older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="Delete days that ended earlier: 90d.")
    ] = None,
    snapshots_older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="Expire snapshots committed earlier: 30d.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Delete days past an age, expire snapshots, and remove files that nothing names."""
    _require()
    from gauger.read.lake.retain import retain as retained
    from gauger.tell.report.wording import plural

    if older_than is None and snapshots_older_than is None:
        raise UsageError(
            "nothing says what to let go", "no age", "give `--older-than` or "
            "`--snapshots-older-than`, such as 90d",
        )  # fmt: skip
    with TerminalProgress(_talk, quiet=quiet) as progress:
        done = retained(
            lake, older_than=_age(older_than), snapshots_older_than=_age(snapshots_older_than),
            progress=progress,
        )  # fmt: skip
    if not quiet:
        _talk.print(
            f"Deleted {plural(done.exchanges, 'exchange')} of {plural(done.days, 'day')}; expired "
            f"{plural(done.snapshots, 'snapshot')}; removed {plural(done.files, 'file')} "
            f"({done.bytes / 1e6:,.1f} MB)."
        )


def _require() -> None:
    from gauger.read.lake import require

    require()


def _age(text: str | None) -> timedelta | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,6})([hdw])", text.strip().lower())
    if found is None or not int(found[1]):
        raise UsageError("an age cannot be read", f"`{text}`", "write it as 90d, 12w or 36h")
    return timedelta(hours=int(found[1]) * _HOURS[found[2]])


def _line(*cells: str) -> str:
    widths = (20, 20, 8, 16, 8, 12, 0)
    right = (False, False, False, True, True, True, False)
    said = [
        f"{cell:>{width}}" if ends else f"{cell:<{width}}"
        for cell, width, ends in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(said).rstrip() + "\n"


def _document(snapshot: LakeSnapshot) -> dict[str, object]:
    return {
        "snapshot": str(snapshot.snapshot_id),
        "committed": snapshot.committed.isoformat().replace("+00:00", "Z"),
        "operation": snapshot.operation,
        "exchanges": snapshot.exchanges,
        "files": snapshot.files,
        "bytes": snapshot.bytes,
        "first_day": snapshot.first_day,
        "last_day": snapshot.last_day,
    }
