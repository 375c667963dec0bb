"""DuckDB, embedded: the default, with nothing to set up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine.base import Engine
from gauger.engine.sizes import bytes_of

_LEAST: Final = 192_000_000
"""Bytes without which no grouping gets far, spilling or not."""


class DuckDBEngine(Engine):
    """Relational steps in this process, spilling to the run's folder past `memory`."""

    name = "duckdb"
    embedded = True

    def __init__(
        self, folder: Path, memory: str, threads: int, spill_limit: str | None = None
    ) -> None:
        connection = ibis.duckdb.connect(
            memory_limit=memory,
            threads=threads,
            temp_directory=str(folder / "spill"),
            preserve_insertion_order=False,
        )
        connection.raw_sql("SET TimeZone = 'UTC'")
        connection.raw_sql("SET enable_progress_bar = false")
        if spill_limit is not None:
            connection.raw_sql(f"SET max_temp_directory_size = '{bytes_of(spill_limit)}B'")
        super().__init__(connection, folder)
        self.threads = threads
        self._beside = ThreadPoolExecutor(1)
        self._limit = self._number("SELECT current_setting('memory_limit')")

    def yield_memory(self, beside: int) -> None:
        """Leaves so many bytes of what it was given to whatever else this process holds."""
        room = max(self._limit - beside, _LEAST)
        # What it holds already can be spilled only as far as nothing uses it.
        with suppress(duckdb.OutOfMemoryException):
            self._all(f"SET memory_limit = '{room}B'")

    def held(self) -> int:
        """Bytes of memory that it holds now."""
        return self._number("SELECT sum(memory_usage_bytes) FROM duckdb_memory()")

    def close(self) -> None:
        """Lets go of the engine's memory and files."""
        self._beside.shutdown()
        super().close()

    def _run(self, run: Callable[[], Any]) -> Any:
        # A query runs in C code, where no Ctrl+C is heard: it is waited for where one is.
        task = self._beside.submit(run)
        try:
            return task.result()
        except KeyboardInterrupt:
            self._connection.con.interrupt()
            wait([task])
            raise

    def _all(self, query: str) -> list[Any]:
        # A result that is not read to its end keeps others from being begun.
        rows: list[Any] = self._connection.con.execute(query).fetchall()
        return rows

    def _number(self, query: str) -> int:
        ((number,),) = self._all(query)
        return bytes_of(number) if isinstance(number, str) else int(number)

    def _keep(self, expression: ir.Table, name: str) -> ir.Table:
        table: ir.Table = self._connection.create_table(name, expression)
        return table

    def stream(self, expression: ir.Table, step: str) -> Iterator[pa.RecordBatch]:
        """Rows in batches, of which the next is made while one is worked on."""
        batches = self._guarded(step, lambda: self._stream(expression))
        coming = self._beside.submit(next, batches, None)
        try:
            while (batch := self._guarded(step, coming.result)) is not None:
                coming = self._beside.submit(next, batches, None)
                yield batch
        finally:
            wait([coming])

    def _stream(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        # Not by way of Ibis, which asks for a method that later versions of DuckDB lack.
        relation = self._connection.con.sql(self._connection.compile(expression))
        return iter(pa.RecordBatchReader.from_stream(relation))
