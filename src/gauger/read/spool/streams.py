"""Folders of a spool: one stream of segments for each process that ever received exchanges.

A stream belongs to a process as long as that process holds its lock, which a killed one no longer
does. What it left is committed by whoever comes next.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gauger.model.closing import Closing
from gauger.read.spool.segments import Segment, segments_in, settle

_LOCK: Final = "lock"
_PREFIX: Final = "stream-"


@dataclass(frozen=True, slots=True)
class Stream:
    """One folder of segments."""

    folder: Path

    @property
    def stream_id(self) -> str:
        """What its load in a lake is called."""
        return self.folder.name.removeprefix(_PREFIX)

    @property
    def segments(self) -> list[Segment]:
        """Those not removed yet, in their order; none where the folder is gone."""
        try:
            return segments_in(self.folder)
        except FileNotFoundError:
            return []

    def abandoned(self) -> bool:
        """Whether nobody adds to it any more."""
        try:
            handle = os.open(self.folder / _LOCK, os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(handle)
        return True

    def remove(self) -> None:
        """Removes an abandoned stream of which nothing is left; a damaged segment stays."""
        with suppress(OSError):
            for path in self.folder.glob("*.partial"):
                path.unlink()
            (self.folder / _LOCK).unlink(missing_ok=True)
            self.folder.rmdir()


class OwnStream(Closing):
    """The stream that this process adds to. Raises OSError."""

    def __init__(self, spool: Path) -> None:
        folder = spool / f"{_PREFIX}{secrets.token_hex(8)}"
        spool.mkdir(parents=True, exist_ok=True)
        # Under its name only once it is locked: a committer removes what nobody holds.
        begun = folder.with_name(f".{folder.name}")
        begun.mkdir()
        self._lock = os.open(begun / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        begun.rename(folder)
        settle(spool)
        self.stream = Stream(folder)
        self.rows = 0

    def close(self) -> None:
        """Leaves it to whoever commits what is left."""
        os.close(self._lock)


def streams_in(spool: Path) -> list[Stream]:
    """Every stream of a spool, whoever adds to it."""
    return [Stream(path) for path in sorted(spool.glob(f"{_PREFIX}*")) if path.is_dir()]


def bytes_in(spool: Path) -> int:
    """What waits on the disk to be committed."""
    size = 0
    for path in spool.glob(f"{_PREFIX}*/*.arrow"):
        with suppress(FileNotFoundError):
            size += path.stat().st_size
    return size
