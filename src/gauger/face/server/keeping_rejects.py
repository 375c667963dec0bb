"""Rejects of ingests, kept for people: by what they came, row and reason, without the text."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from gauger.read.arriving import Arrival

LOG: Final = logging.getLogger("gauger.serve")
LARGEST: Final = 64_000_000
"""Bytes after which a file is set aside under `.1`, in the place of the one before."""


class KeptRejects:
    """One file that is added to, and the one before it."""

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        self.path = path
        self._largest = largest
        self._handle: BinaryIO | None = None

    def add(self, arrivals: Sequence[Arrival]) -> None:
        """Adds what could not be used of some requests; a disk that fails costs these lines."""
        lines = b"".join(_lines(arrival) for arrival in arrivals if arrival.rejected)
        if not lines:
            return
        try:
            handle = self._opened()
            handle.write(lines)
            handle.flush()
        except OSError as error:
            LOG.warning("cannot keep rejects: %s", error.strerror or error)
            self.close()

    def close(self) -> None:
        """Lets go of the file."""
        handle, self._handle = self._handle, None
        if handle is not None:
            try:
                handle.close()
            except OSError as error:
                LOG.warning("cannot keep rejects: %s", error.strerror or error)

    def _opened(self) -> BinaryIO:
        if self._handle is not None and self._handle.tell() > self._largest:
            self.close()
            self.path.replace(self.path.with_suffix(".jsonl.1"))
        if self._handle is None:
            self._handle = self.path.open("ab")
        return self._handle


def _lines(arrival: Arrival) -> bytes:
    received = datetime.now(UTC)
    told = [
        {
            "received": received, "file": arrival.name, "row": each.row,
            "reason": each.reason, "field": each.field,
        }
        for each in arrival.rejects
    ]  # fmt: skip
    left = arrival.rejected - len(told)
    if left:
        reason = f"and {left} more records of this request"
        told.append(
            {"received": received, "file": arrival.name, "row": 0, "reason": reason, "field": None}
        )
    options = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
    return b"".join(orjson.dumps(each, option=options) for each in told)
