"""Where rejected records are accounted for: nothing that was read is dropped in silence."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from gauger.model.closing import Closing
from gauger.model.errors import OutputError

QUOTE_CHARACTERS = 40


class RejectedRecord(Exception):
    """Raised while one record is read, to reject that record and no other."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        self.reason = reason
        self.field = field
        super().__init__(reason)


class Rejects(Closing):
    """The rejects of one scan, written to `path` as JSON lines with file, row and reason.

    The file is created with the first reject. Raises `OutputError` when it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._handle: BinaryIO | None = None

    def add(self, file: str, row: int, reason: str, field: str | None = None) -> None:
        """Account for one record; `row` counts from 1, 0 is the file as a whole."""
        line = orjson.dumps(
            {"file": printable(file), "row": row, "reason": printable(reason), "field": field}
        )
        try:
            if self._handle is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._handle = self.path.open("wb")
            self._handle.write(line + b"\n")
        except OSError as error:
            raise self._unwritable(error) from error
        self.count += 1

    def close(self) -> None:
        """Put every reject on the disk; harmless when there was none or when repeated."""
        if self._handle is None:
            return
        handle, self._handle = self._handle, None
        try:
            with handle:
                handle.flush()
                os.fsync(handle.fileno())
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> OutputError:
        problem = (error.strerror or type(error).__name__).lower()
        return OutputError(self.path, problem, "free space or choose another folder with `--out`")


@dataclass(frozen=True, slots=True)
class Reject:
    """One record that could not be used; `row` counts from 1, 0 is all of what was sent."""

    row: int
    reason: str
    field: str | None


class HeldRejects(Rejects):
    """Rejects of one request, held to be answered: the first `most` of them, and how many."""

    def __init__(self, most: int) -> None:
        super().__init__(Path("rejects"))
        self.held: list[Reject] = []
        self._most = most

    def add(self, file: str, row: int, reason: str, field: str | None = None) -> None:
        """Account for one record."""
        del file
        self.count += 1
        if len(self.held) < self._most:
            self.held.append(Reject(row, printable(reason), field))


def quoted(value: object) -> str:
    """A bad value of a time, number or type field, short enough to hold no text."""
    text = str(value)
    cut = text if len(text) <= QUOTE_CHARACTERS else text[: QUOTE_CHARACTERS - 1] + "…"
    return f"`{printable(cut)}`"


def printable(text: str) -> str:
    """Text that UTF-8 can hold: file names and bad values may carry lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
