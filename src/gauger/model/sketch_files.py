"""Parquet files of sketches: written a row group at a time, so that memory stays flat."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.errors import OutputError

SKETCH_MARK: Final = b"gauger.sketches"
"""Key of the Parquet metadata that tells a file of sketches from a log; holds the key check."""

ROWS_PER_GROUP: Final = 122_880
"""What engines read in parallel: DuckDB's own row groups are as long."""

GROUPS_PER_FILE: Final = 16

REPETITIVE: Final = (
    "account_key", "account_id", "request_model", "model", "organization_id", "credential",
    "turn", "operation", "input_role", "input_images", "stream", "finish_reason", "status",
    "system", "system_runs.list.element", "marks", "capability", "script", "response_structured",
    "tools", "parameters", "client", "address", "range", "block", "source_file",
)  # fmt: skip
"""Columns whose values recur; a dictionary of the others would cost more than it saves."""


class SketchWriter:
    """Writes sketches of one schema into a folder that exists, in files of a few row groups.

    Raises OutputError.
    """

    def __init__(self, folder: Path, schema: pa.Schema, *, key_check: str, compact: bool) -> None:
        self._folder = folder
        self._schema = schema.with_metadata({SKETCH_MARK: key_check.encode()})
        self._compression = "zstd" if compact else "lz4"
        self._pending: list[pa.RecordBatch] = []
        self._rows = 0
        self._groups = 0
        self._files = 0
        self._writer: pq.ParquetWriter | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Takes a batch; what fills a row group goes to the disk."""
        self._pending.append(batch)
        self._rows += batch.num_rows
        if self._rows >= ROWS_PER_GROUP:
            self._flush()

    def close(self) -> None:
        """Writes what is left; there is one file at least, so that an engine finds a schema."""
        if self._rows or not (self._files or self._writer):
            self._flush()
        self._end_file()

    def _flush(self) -> None:
        table = pa.Table.from_batches(self._pending, self._schema.remove_metadata())
        self._pending, self._rows = [], 0
        try:
            if self._writer is None:
                self._writer = self._begin_file()
            self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        except OSError as error:
            raise self._unwritable(error) from error
        self._groups += 1
        if self._groups == GROUPS_PER_FILE:
            self._end_file()

    def _begin_file(self) -> pq.ParquetWriter:
        return pq.ParquetWriter(
            self._folder / self._name(), self._schema, compression=self._compression,
            use_dictionary=list(REPETITIVE), write_statistics=["time"],
        )  # fmt: skip

    def _name(self) -> str:
        return f"sketches-{self._files:04d}.parquet"

    def _end_file(self) -> None:
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        try:
            writer.close()
        except OSError as error:
            raise self._unwritable(error) from error
        self._files += 1
        self._groups = 0

    def _unwritable(self, error: OSError) -> OutputError:
        problem = (error.strerror or str(error)).lower()
        return OutputError(
            self._folder / self._name(), problem, "free space or name another folder"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        elif self._writer is not None:
            self._writer.close()
