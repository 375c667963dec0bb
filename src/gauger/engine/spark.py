"""Spark, for logs that outgrow one machine; an extra, loaded only when asked for."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine.base import Engine
from gauger.model.errors import MissingExtra


class SparkEngine(Engine):
    """The same relational steps on PySpark, in a session that is there, else in one of its own.

    Its own runs in local mode unless `master` says otherwise.
    """

    name = "spark"

    def __init__(self, folder: Path, memory: str, threads: int, master: str | None = None) -> None:
        if importlib.util.find_spec("pyspark") is None:
            raise MissingExtra("the engine `spark`", "spark")
        from pyspark.sql import SparkSession

        running = SparkSession.getActiveSession()
        self._started = running is None
        self._session = running or (
            SparkSession.builder.master(master or f"local[{threads}]")
            .appName("gauger")
            .config("spark.driver.memory", memory.lower().replace("gb", "g").replace("mb", "m"))
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            # Two cores gain nothing from 200 shuffle partitions of a few rows each.
            .config("spark.sql.shuffle.partitions", str(threads * 4))
            .config("spark.local.dir", str(folder / "spill"))
            .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
            .config("spark.log.level", "ERROR")
            .getOrCreate()
        )
        # Connecting sets the time zone of the session to UTC.
        super().__init__(ibis.pyspark.connect(self._session), folder)

    def _keep(self, expression: ir.Table, name: str) -> ir.Table:
        place = self._folder / f"{name}.kept"
        # Written and read back: a cached plan would be recomputed after an eviction.
        self._connection.to_parquet(expression, str(place))
        return self.read(place)

    def _fetch(self, expression: ir.Table) -> pa.Table:
        # Ibis would go by way of pandas: row by row, and 64-bit fingerprints become floating
        # point numbers where one of them is null.
        rows = self._session.sql(self._connection.compile(expression)).toArrow()
        return rows.cast(expression.schema().to_pyarrow())

    def close(self) -> None:
        """Stops the Spark session, and with it the Java process, if this engine started it."""
        if self._started:
            self._session.stop()
