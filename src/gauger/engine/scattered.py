"""Rows of numbers scattered to parts by the bits of a key, which come back one part at a time.

What memory has no room for lies in files of the run's folder until its part is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numba as nb
import numpy as np
from numpy.typing import NDArray

_AT_ONCE: Final = 2_000_000
"""Rows that are scattered at a time: of fewer, each part would get a handful."""

Columns = tuple[NDArray[np.generic], ...]


class Coming:
    """Batches of rows that wait to be put in the order of their parts."""

    def __init__(self, total: int, types: Sequence[type]) -> None:
        self._total = total
        self._types = tuple(np.dtype(of) for of in types)
        self._batches: list[Columns] = []
        self.rows = 0

    def add(self, columns: Columns) -> None:
        """Takes in a batch: parallel arrays, the first of them keys, whole numbers of 64 bits."""
        self._batches.append(
            tuple(
                column.astype(of, copy=False)
                for column, of in zip(columns, self._types, strict=True)
            )
        )
        self.rows += len(columns[0])

    def parted(self) -> tuple[list[NDArray[np.generic]], NDArray[np.int64]]:
        """The columns of all of them in the order of the parts, and where each part begins; they
        wait no longer."""
        columns = [
            joined([batch[number] for batch in self._batches], of)
            for number, of in enumerate(self._types)
        ]
        self._batches.clear()
        self.rows = 0
        place, starts = _places(columns[0], self._total)
        return [_moved(column, place) for column in columns], starts


class Scattered:
    """Rows (key, further numbers of fixed types) in so many parts, a power of two.

    Past `room` bytes rows are written to files below `folder`. A full disk raises OSError.
    """

    def __init__(self, folder: Path, total: int, room: int, types: tuple[type, ...]) -> None:
        self._folder = folder
        self._room = room
        self._types = tuple(np.dtype(of) for of in types)
        self._coming = Coming(total, types)
        self._held: list[list[Columns]] = [[] for _ in range(total)]
        self._bytes = 0
        self._written = False

    def add(self, *columns: NDArray[np.generic]) -> None:
        """Takes in a batch: parallel arrays, the first of them keys, whole numbers of 64 bits."""
        self._coming.add(columns)
        if self._coming.rows >= _AT_ONCE:
            self._scatter()
            if self._bytes > self._room:
                self._write()

    def whole(self) -> Scattered:
        """Nothing more comes; any thread may take parts from here on."""
        self._scatter()
        return self

    def take(self, part: int) -> Columns:
        """The columns of one part, which is let go of."""
        held, self._held[part] = self._held[part], []
        columns = []
        for number, of in enumerate(self._types):
            pieces = [batch[number] for batch in held]
            place = self._place(part, number)
            if self._written and place.exists():
                pieces.append(np.fromfile(place, of))
                place.unlink()
            columns.append(joined(pieces, of))
        return tuple(columns)

    def _scatter(self) -> None:
        ordered, starts = self._coming.parted()
        self._bytes += sum(column.nbytes for column in ordered)
        for part in np.flatnonzero(np.diff(starts)):
            self._held[part].append(
                tuple(column[starts[part] : starts[part + 1]] for column in ordered)
            )

    def _write(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._written = True
        for part, held in enumerate(self._held):
            for number, of in enumerate(self._types if held else ()):
                with self._place(part, number).open("ab") as file:
                    joined([batch[number] for batch in held], of).tofile(file)
            held.clear()
        self._bytes = 0

    def _place(self, part: int, number: int) -> Path:
        return self._folder / f"{part}-{number}"


def parts_for(rows: int, each: int, most: int = 1 << 30) -> int:
    """Into how many parts, a power of two, rows are scattered so that a part has `each` of them
    or fewer, if no more than `most` parts are needed for that."""
    parts = 1
    while parts * each < rows and parts < most:
        parts *= 2
    return parts


def joined(pieces: list[NDArray[np.generic]], of: np.dtype[np.generic]) -> NDArray[np.generic]:
    """The pieces of a column one after the other."""
    return np.concatenate(pieces) if pieces else np.empty(0, of)


@nb.njit(cache=True, nogil=True)
def _places(keys, total):  # type: ignore[no-untyped-def]
    """Where each row goes in the order of the parts, and where each part begins in it."""
    starts = np.zeros(total + 1, np.int64)
    for key in keys:
        starts[(key & (total - 1)) + 1] += 1
    for part in range(total):
        starts[part + 1] += starts[part]
    place = np.empty(len(keys), np.int32)
    free = starts[:-1].copy()
    for row in range(len(keys)):
        part = keys[row] & (total - 1)
        place[row] = free[part]
        free[part] += 1
    return place, starts


@nb.njit(cache=True, nogil=True)
def _moved(column, place):  # type: ignore[no-untyped-def]
    """Every value at its place: read in its order, which a gather in the order of the parts, a row
    here and a row there, is not."""
    moved = np.empty_like(column)
    for row in range(len(column)):
        moved[place[row]] = column[row]
    return moved
