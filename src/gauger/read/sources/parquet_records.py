"""Parquet of a format that has no canonical columns, as the records that its JSON would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.errors import UnreadableInput
from gauger.read.sources.columnar import open_parquet
from gauger.read.sources.opening import LogFile, hash_whole
from gauger.read.sources.records import Record
from gauger.read.sources.rejects import RejectedRecord, Rejects
from gauger.read.sources.settings import BATCH_BYTES

REMEDY = "export the file again"
ROWS = 1_024


def columns_of(file: LogFile) -> tuple[str, ...]:
    """Names of a file's columns; raises `UnreadableInput`."""
    with open_parquet(file) as parquet:
        try:
            return tuple(parquet.schema_arrow.names)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise UnreadableInput(file.path, "the Parquet schema is corrupt", REMEDY) from error


def parquet_records(file: LogFile, wanted: Sequence[str], rejects: Rejects) -> Iterator[Record]:
    """Rows of the wanted columns; a corrupt row group costs its own rows only."""
    with open_parquet(file) as parquet:
        metadata = parquet.metadata
        columns = [name for name in parquet.schema_arrow.names if name in wanted]
        done = 0
        for group in range(metadata.num_row_groups):
            held = metadata.row_group(group)
            first = done
            try:
                for batch in _batches(parquet, group, columns):
                    yield from _rows(file, batch, done + 1, rejects)
                    done += batch.num_rows
                    file.bytes_read = file.size * done // max(metadata.num_rows, 1)
            except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
                lost = held.num_rows - (done - first)
                reason = f"row group {group + 1} of {metadata.num_row_groups} is corrupt "
                reason += f"({type(error).__name__}): its last {lost} rows are lost"
                rejects.add(file.name, done + 1, reason)
                done = first + held.num_rows
    file.bytes_read = file.size
    hash_whole(file)


def _batches(parquet: pq.ParquetFile, group: int, columns: list[str]) -> Iterator[pa.RecordBatch]:
    held = parquet.metadata.row_group(group)
    size = max(held.total_byte_size // max(held.num_rows, 1), 1)
    rows = max(1, min(ROWS, BATCH_BYTES // size))
    return iter(parquet.iter_batches(rows, row_groups=[group], columns=columns, use_threads=False))


def _rows(
    file: LogFile, batch: pa.RecordBatch, first_row: int, rejects: Rejects
) -> Iterator[Record]:
    size = batch.nbytes // max(batch.num_rows, 1)
    columns = [(name, _cells(batch.column(name))) for name in batch.schema.names]
    for place in range(batch.num_rows):
        try:
            value = {name: _plain(cells[place]) for name, cells in columns}
        except RejectedRecord as rejected:
            rejects.add(file.name, first_row + place, rejected.reason)
        else:
            yield Record(first_row + place, value, size)


def _cells(array: pa.Array) -> Sequence[Any]:
    if pa.types.is_timestamp(array.type) and array.type.unit == "ns":
        # Python's own datetime has no nanoseconds.
        array = array.cast(pa.timestamp("us", array.type.tz), safe=False)
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        # Whether it is UTF-8 is then seen for each row.
        array = array.cast(pa.large_binary())
    cells: list[Any] = array.to_pylist()
    return cells


def _plain(cell: Any) -> Any:
    """A cell as JSON would have it: text for bytes, an object for a map."""
    if isinstance(cell, bytes):
        try:
            return cell.decode("utf-8")
        except UnicodeDecodeError:
            raise RejectedRecord("a text holds invalid UTF-8") from None
    if isinstance(cell, Mapping):
        return {str(key): _plain(value) for key, value in cell.items()}
    if isinstance(cell, list):
        if cell and all(isinstance(item, tuple) and len(item) == 2 for item in cell):
            return {str(_plain(key)): _plain(value) for key, value in cell}
        return [_plain(item) for item in cell]
    return cell
