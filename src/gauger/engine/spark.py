"""Spark, for logs that outgrow one machine; an extra, loaded only when asked for."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine.base import Engine
from gauger.model.errors import MissingExtra

if TYPE_CHECKING:
    from pyspark import SparkConf
    from pyspark.sql import SparkSession


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
        self._session = running or _started(folder, memory, threads, master)
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


def _started(folder: Path, memory: str, threads: int, master: str | None) -> SparkSession:
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    settings = {
        "spark.master": master or f"local[{threads}]",
        "spark.app.name": "gauger",
        "spark.driver.memory": memory.lower().replace("gb", "g").replace("mb", "m"),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Two cores gain nothing from 200 shuffle partitions of a few rows each.
        "spark.sql.shuffle.partitions": str(threads * 4),
        "spark.local.dir": str(folder / "spill"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.log.level": "ERROR",
    }
    conf = SparkConf().setAll(list(settings.items()))
    # One Java process serves every session that this process starts, one after the other.
    java = None if SparkContext._gateway else launch_java(conf, folder / "spark.log")
    return SparkSession(SparkContext(conf=conf, gateway=java))


def launch_java(conf: SparkConf, log: Path) -> Any:
    """Starts Java with what it says in `log`: warnings come before any log level can be set.

    What goes wrong later is raised, not only logged. Raises RuntimeError with what Java or its
    launcher complained of first where it does not start.
    """
    from pyspark import java_gateway
    from pyspark.errors import PySparkRuntimeError

    launch: Any = java_gateway.launch_gateway  # has no types of its own

    with log.open("wb") as said:
        try:
            return launch(conf, {"stdout": said, "stderr": said})
        except PySparkRuntimeError as error:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            # The first complaint is the cause; what follows it are its effects.
            causes = (line.strip() for line in lines if line.strip() and "WARN" not in line)
            raise RuntimeError(f"Java does not start: {next(causes, str(error))}") from error
