"""The facts of a run that a report states, so that somebody else can repeat it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple


class InputFile(NamedTuple):
    """One file that was read; the digest is None where it was not taken."""

    name: str
    format: str
    bytes: int
    sha256: str | None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What ran, on what, and how the fingerprints were keyed."""

    version: str
    generated_at: datetime
    inputs: tuple[InputFile, ...]
    engine: str
    seconds: float
    key: Literal["random", "stable"] = "random"
    """`random`: fingerprints are comparable within this run only; `stable`: across runs."""
    snapshot: str = ""
    """The snapshot of a lake that was read, and when it was committed; empty without a lake."""
