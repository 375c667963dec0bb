"""Parquet files of a lake: one day each, small on the disk, and named by what is in them.

A file's name ends in its digest, so that whoever reads it can tell whether it is whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import (
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
)
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.table.metadata import TableMetadata

from gauger.model.errors import OutputError
from gauger.model.manifest import digest_of
from gauger.model.sketch_files import REPETITIVE, ROWS_PER_GROUP, SKETCH_MARK
from gauger.read.lake.table import PARTITION

ROWS_PER_FILE: Final = 32 * ROWS_PER_GROUP
"""About 350 MB; a day of more exchanges takes several files."""

_LEVEL: Final = 1
"""Two hundredths larger than at level 3, in five sixths of the time that writing takes."""
_DAY: Final = 86_400_000_000
_EPOCH: Final = date(1970, 1, 1)
_DIGEST: Final = 32
_NAME: Final = re.compile(r"-([0-9a-f]{32})\.parquet$")
_FREE: Final = "free space, or point `TMPDIR` elsewhere, then run the same command again"


@dataclass(frozen=True, slots=True)
class Draft:
    """A finished file that no snapshot names yet; `path` can be read on this machine."""

    path: Path
    day: date
    exchanges: int
    bytes: int
    sha256: str

    def location(self, root: str, owner: str, number: int) -> str:
        """Where it belongs in a lake; `owner` is the load or compaction that made it."""
        name = f"{owner}-{number:05d}-{self.sha256[:_DIGEST]}.parquet"
        return f"{root}/data/{PARTITION}={self.day.isoformat()}/{name}"


def digest_in(location: str) -> str | None:
    """How the digest of a file begins, by its name; null where another tool wrote it."""
    found = _NAME.search(location)
    return found[1] if found else None


def day_of(number: int) -> date:
    """The day that a partition counts to."""
    return _EPOCH + timedelta(days=number)


def write_drafts(
    batches: Iterable[pa.RecordBatch], folder: Path, schema: pa.Schema, key_check: str
) -> Iterator[Draft]:
    """Writes sketches that come day by day into one or more files per day.

    `schema` has the field ids of the table. Memory is that of a row group. Raises OutputError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    marked = schema.with_metadata({SKETCH_MARK: key_check.encode()})
    file: _File | None = None
    files = 0
    try:
        for batch in batches:
            for day, part in _by_day(batch):
                if file is not None and (file.day != day or file.rows >= ROWS_PER_FILE):
                    yield file.finish()
                    file = None
                if file is None:
                    file = _File(folder / f"draft-{files:06d}.parquet", day, marked)
                    files += 1
                file.write(part)
        if file is not None:
            yield file.finish()
            file = None
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise OutputError(folder, problem, _FREE) from error
    finally:
        if file is not None:
            file.abandon()


def described(draft: Draft, location: str, metadata: TableMetadata) -> DataFile:
    """A file as a snapshot names it: its day, its size and the times in it."""
    schema = metadata.schema()
    statistics = data_file_statistics_from_parquet_metadata(
        parquet_metadata=pq.read_metadata(draft.path),
        stats_columns=compute_statistics_plan(schema, metadata.properties),
        parquet_column_mapping=parquet_path_to_id_mapping(schema),
    )
    return DataFile.from_args(
        content=DataFileContent.DATA,
        file_path=location,
        file_format=FileFormat.PARQUET,
        partition=statistics.partition(metadata.spec(), schema),
        file_size_in_bytes=draft.bytes,
        sort_order_id=None,
        spec_id=metadata.default_spec_id,
        equality_ids=None,
        key_metadata=None,
        **statistics.to_serialized_dict(),
    )


class _File:
    """One file while it is written."""

    def __init__(self, path: Path, day: date, schema: pa.Schema) -> None:
        self.day = day
        self.rows = 0
        self._path = path
        self._schema = schema
        self._pending: list[pa.RecordBatch] = []
        self._waiting = 0
        self._writer = pq.ParquetWriter(
            path, schema, compression="zstd", compression_level=_LEVEL,
            use_dictionary=[name for name in REPETITIVE if name.split(".")[0] in schema.names],
            write_statistics=["time"], store_schema=False, write_page_checksum=True,
        )  # fmt: skip

    def write(self, batch: pa.RecordBatch) -> None:
        self._pending.append(batch)
        self._waiting += batch.num_rows
        self.rows += batch.num_rows
        if self._waiting >= ROWS_PER_GROUP:
            self._flush()

    def finish(self) -> Draft:
        self._flush()
        self._writer.close()
        size = self._path.stat().st_size
        return Draft(self._path, self.day, self.rows, size, digest_of(self._path))

    def abandon(self) -> None:
        """Closes what will not be used, whatever the disk says to that."""
        try:
            self._writer.close()
        except OSError:
            return

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = pa.Table.from_batches(self._pending)
        columns: list[Any] = [table[field.name].cast(field.type) for field in self._schema]
        table = pa.table(columns, schema=self._schema)
        self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        self._pending, self._waiting = [], 0


def _by_day(batch: pa.RecordBatch) -> Iterator[tuple[date, pa.RecordBatch]]:
    if not batch.num_rows:
        return
    days = batch["time"].cast(pa.int64()).to_numpy() // _DAY
    cuts = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
    for start, end in pairwise(cuts):
        yield day_of(int(days[start])), batch.slice(start, end - start)


def moment_of(milliseconds: int) -> datetime:
    """A moment as snapshots count it."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
