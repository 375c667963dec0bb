"""Which of many rounds may go: the older they are, the fewer of them are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

ALL: Final = timedelta(minutes=10)
"""Of the last ten minutes every round is kept."""
HOURLY: Final = timedelta(days=1)
"""Of the last day the last one of each hour, and of the time before one of each day."""
DAILY: Final = timedelta(days=30)
"""Older ones go."""


def superfluous(moments: Mapping[str, datetime], now: datetime) -> set[str]:
    """Ids of those that may go, of rounds and when they were. One of the future stays."""
    kept: dict[tuple[str, ...], str] = {}
    gone: set[str] = set()
    for round_id, moment in sorted(moments.items(), key=lambda item: (item[1], item[0])):
        age = now - moment
        if age <= ALL:
            continue
        if age > DAILY:
            gone.add(round_id)
            continue
        slot = (f"{moment:%Y-%m-%d}",) + ((f"{moment:%H}",) if age <= HOURLY else ())
        before = kept.get(slot)
        if before is not None:
            gone.add(before)
        kept[slot] = round_id
    return gone
