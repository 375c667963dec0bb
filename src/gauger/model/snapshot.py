"""One state of a lake, which a finding names so that it can be found again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class LakeSnapshot:
    """One state of a lake, which stays as it is until it is expired; `operation` made it."""

    lake: str
    snapshot_id: int
    committed: datetime
    operation: str
    exchanges: int
    files: int
    bytes: int
    first_day: date | None
    last_day: date | None
