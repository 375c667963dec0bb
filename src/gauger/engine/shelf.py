"""A table handed to an engine piece by piece, each a file, because memory could not hold it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


class Shelf:
    """Pieces of one table in a folder of its own; several threads may put some."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.folder = folder
        self._schema = schema
        self._numbers = count()
        folder.mkdir(parents=True)
        # A table without a piece has columns all the same.
        self.put(schema.empty_table())

    def put(self, table: pa.Table) -> None:
        """Adds rows. A full disk raises OSError."""
        place = self.folder / f"{next(self._numbers)}.parquet"
        pq.write_table(table.cast(self._schema), place, compression="lz4", use_dictionary=False)

    def adopt(self, piece: Path) -> None:
        """Adds a file that was written elsewhere in the same folder's file system."""
        piece.rename(self.folder / f"{next(self._numbers)}.parquet")

    @property
    def files(self) -> list[Path]:
        """Where the pieces lie."""
        return sorted(self.folder.iterdir())

    @property
    def rows(self) -> int:
        """How many rows all pieces have."""
        return sum(pq.read_metadata(place).num_rows for place in self.files)

    def pieces(self) -> Iterator[pa.Table]:
        """Each piece by itself, its rows in the order in which they were put."""
        for place in self.files:
            yield pq.read_table(place)
