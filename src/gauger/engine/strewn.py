"""Rows of numbers that several processes scatter to parts, through files that all of them see.

Who scatters writes few files, each with the rows of every part one after the other; who takes a
part reads its piece of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gauger.engine.scattered import Columns, Coming, joined

_ROWS = 4_000_000
"""Rows of a file, and those that a process holds at a time."""


class Strewing:
    """Takes in rows (key, further numbers of fixed types) for so many parts, a power of two.

    Files begin with `stem`, which no other process uses. A full disk raises OSError.
    """

    def __init__(self, stem: Path, total: int, types: Sequence[type]) -> None:
        self._stem = stem
        self._coming = Coming(total, types)
        self.files: list[str] = []

    def add(self, *columns: NDArray[np.generic]) -> None:
        """Takes in a batch: parallel arrays, the first of them keys, whole numbers of 64 bits."""
        self._coming.add(columns)
        if self._coming.rows >= _ROWS:
            self.write()

    def write(self) -> None:
        """Writes what has come since the last file."""
        if not self._coming.rows:
            return
        columns, starts = self._coming.parted()
        path = self._stem.with_name(f"{self._stem.name}-{len(self.files)}")
        with path.open("wb") as file:
            starts.tofile(file)
            for column in columns:
                column.tofile(file)
        self.files.append(path.name)


def strewn(files: Sequence[Path], part: int, total: int, types: Sequence[type]) -> Columns:
    """The columns of one part, from all files."""
    pieces: list[list[NDArray[np.generic]]] = [[] for _ in types]
    for path in files:
        with path.open("rb") as file:
            starts = np.fromfile(file, np.int64, total + 1)
            begin, rows = int(starts[part]), int(starts[part + 1] - starts[part])
            at = starts.nbytes
            for held, of in zip(pieces, map(np.dtype, types), strict=True):
                file.seek(at + begin * of.itemsize)
                held.append(np.fromfile(file, of, rows))
                at += int(starts[-1]) * of.itemsize
    return tuple(joined(held, np.dtype(of)) for held, of in zip(pieces, types, strict=True))
