"""Rows of numbers scattered to parts by the bits of a key, which come back one part at a time.

What memory has no room for lies in files of the run's folder until its part is asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numba as nb
import numpy as np
from numpy.typing import NDArray

_OPEN: Final = 1 << 20
"""Rows of a batch that are scattered at a time, so that what is scattered stays small."""


class Scattered:
    """Rows (key, further numbers of fixed types) in so many parts, a power of two.

    Past `room` bytes rows are written to files below `folder`. A full disk raises OSError.
    """

    def __init__(self, folder: Path, total: int, room: int, types: tuple[type, ...]) -> None:
        self._folder = folder
        self._total = total
        self._room = room
        self._types = tuple(np.dtype(of) for of in types)
        self._held: list[list[tuple[NDArray[np.generic], ...]]] = [[] for _ in range(total)]
        self._bytes = 0
        self._written = False

    def add(self, *columns: NDArray[np.generic]) -> None:
        """Takes in a batch: parallel arrays, the first of them keys, whole numbers of 64 bits."""
        for begin in range(0, len(columns[0]), _OPEN):
            some = [column[begin : begin + _OPEN] for column in columns]
            order, starts = _by_part(some[0], self._total)
            ordered = [
                column[order].astype(of, copy=False)
                for column, of in zip(some, self._types, strict=True)
            ]
            for part in range(self._total):
                if starts[part] < starts[part + 1]:
                    self._held[part].append(
                        tuple(column[starts[part] : starts[part + 1]] for column in ordered)
                    )
            self._bytes += sum(column.nbytes for column in ordered)
            if self._bytes > self._room:
                self._write()

    def take(self, part: int) -> tuple[NDArray[np.generic], ...]:
        """The columns of one part, which is let go of."""
        held, self._held[part] = self._held[part], []
        columns = []
        for number, of in enumerate(self._types):
            pieces = [batch[number] for batch in held]
            place = self._place(part, number)
            if self._written and place.exists():
                pieces.append(np.fromfile(place, of))
                place.unlink()
            columns.append(np.concatenate(pieces) if pieces else np.empty(0, of))
        return tuple(columns)

    def _write(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._written = True
        for part, held in enumerate(self._held):
            for number in range(len(self._types) if held else 0):
                with self._place(part, number).open("ab") as file:
                    for batch in held:
                        batch[number].tofile(file)
            held.clear()
        self._bytes = 0

    def _place(self, part: int, number: int) -> Path:
        return self._folder / f"{part}-{number}"


@nb.njit(cache=True, nogil=True)
def _by_part(keys, total):  # type: ignore[no-untyped-def]
    """The order of rows by their part, and where each part begins in it."""
    starts = np.zeros(total + 1, np.int64)
    for key in keys:
        starts[(key & (total - 1)) + 1] += 1
    for part in range(total):
        starts[part + 1] += starts[part]
    order = np.empty(len(keys), np.int32)
    free = starts[:-1].copy()
    for row in range(len(keys)):
        part = keys[row] & (total - 1)
        order[free[part]] = row
        free[part] += 1
    return order, starts
