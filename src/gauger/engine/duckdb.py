"""DuckDB, embedded: the default, with nothing to set up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine.base import Engine


class DuckDBEngine(Engine):
    """Relational steps in this process, spilling to the run's folder past `memory`."""

    name = "duckdb"

    def __init__(self, folder: Path, memory: str, threads: int) -> None:
        connection = ibis.duckdb.connect(
            memory_limit=memory,
            threads=threads,
            temp_directory=str(folder / "spill"),
            preserve_insertion_order=False,
        )
        connection.raw_sql("SET TimeZone = 'UTC'")
        connection.raw_sql("SET enable_progress_bar = false")
        super().__init__(connection, folder)

    def _keep(self, expression: ir.Table, name: str) -> ir.Table:
        table: ir.Table = self._connection.create_table(name, expression)
        return table

    def _stream(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        # Not by way of Ibis, which asks for a method that later versions of DuckDB lack.
        relation = self._connection.con.sql(self._connection.compile(expression))
        return iter(pa.RecordBatchReader.from_stream(relation))
