"""Options that several commands take, each said once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gauger.engine import ENGINES
from gauger.model.errors import UsageError

Format = Annotated[
    str, typer.Option(metavar="NAME", help="Log format; found by looking unless named.")
]
AccountField = Annotated[
    str | None,
    typer.Option(metavar="PATH", help="Dotted path of the field that names the account."),
]
Accounts = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Account records: Parquet, CSV or JSON lines."),
]
Engine = Annotated[
    str | None, typer.Option(metavar="|".join(ENGINES), help="Where relational steps run.")
]
Master = Annotated[
    str | None,
    typer.Option(metavar="URL", help="With --engine spark: its cluster; see docs/spark.md."),
]
Memory = Annotated[
    str | None, typer.Option(metavar="SIZE", help="Memory to use at most, such as 3GB.")
]
Spill = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder for what does not fit in memory.")
]
SpillLimit = Annotated[
    str | None, typer.Option(metavar="SIZE", help="Disk to use for that at most, such as 50GB.")
]
Until = Annotated[
    str | None, typer.Option(metavar="TIME", help="Ignore exchanges at or after this time.")
]
MaxRejects = Annotated[
    int | None, typer.Option(metavar="N", help="Exit with 3 beyond this many rejected records.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but errors.")]


def moment(text: str | None) -> datetime | None:
    """The time that `--until` names; in UTC where it names no zone."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise UsageError(
            "`--until` is no time", f"`{text}`", "write it as 2026-06-05 or 2026-06-05T18:00:00Z"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
