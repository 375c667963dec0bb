"""What a caller may choose about reading logs, and what it is told about the files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

BATCH_BYTES = 32 * 1024 * 1024
"""Text that one record batch may hold, about, so that memory stays flat whatever the prompts."""


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """Choices of one scan that concern its sources."""

    format: str = "auto"
    """`auto`, or the name of a source that every file is then read with."""
    account_field: str | None = None
    """Dotted path that names the account in a record; overrides the source's own rule."""
    now: datetime | None = None
    """The present, for judging times; the system's clock where null."""
    batch_rows: int = 16_384
    """Rows of a batch at most; a batch also ends at about 32 MB of text."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file or table of the scan, for the run's record of what it read."""

    path: Path | str
    """A table's is its URL, which holds no secret."""
    format: str
    bytes: int
    """Size on disk at opening; what is appended later is not read."""
    sha256: str | None
    """Digest of those bytes; null until the file has been read to its end."""
    rows: int | None = None
    """Rows read of a table, whose bytes say nothing; null for a file."""


@dataclass(frozen=True, slots=True)
class Unfilled:
    """How many values of one column could not be understood and were left null."""

    field: str
    values: int
