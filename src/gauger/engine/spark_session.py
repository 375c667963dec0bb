"""Starts Spark: in this process's own Java, or as the driver of a cluster."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gauger.engine.master import Master, own_address
from gauger.model.errors import EngineError

if TYPE_CHECKING:
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

_ENDED: Final = "what answers at `--master` is no master, or it could not start executors"
_LOGS: Final = (
    "see that cluster and driver have one version of Spark, and read the log of the master and "
    "of a worker"
)
_LOOPBACK: Final = "127.0.0.1"


def start_session(folder: Path, memory: str, threads: int, master: Master | None) -> SparkSession:
    """A session of this process; `memory` is that of the driver, and of each executor.

    No secret is among the settings: Spark shows them, logs them, and sends them to the master.
    Raises EngineError where no master answers, RuntimeError where Java does not start.
    """
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    cluster = master is not None and master.is_cluster
    address = own_address(master) if master is not None and cluster else _LOOPBACK
    settings = {
        "spark.master": master.text if master else f"local[{threads}]",
        "spark.app.name": "gauger",
        "spark.driver.memory": size(memory),
        # What steps bring to the driver is bounded, and not by a gigabyte.
        "spark.driver.maxResultSize": size(memory),
        "spark.driver.bindAddress": address,
        "spark.driver.host": address,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Two cores gain nothing from 200 shuffle partitions of a few rows each.
        "spark.sql.shuffle.partitions": str(threads * PARTITIONS_PER_CORE),
        "spark.sql.session.timeZone": "UTC",
        "spark.local.dir": str(folder / "spill"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.log.level": "ERROR",
    }
    if cluster:
        settings["spark.executor.memory"] = size(memory)
    conf = SparkConf().setAll(list(settings.items()))
    # One Java process serves every session that this process starts, one after the other.
    java = None if SparkContext._gateway else launch_java(conf, folder / "spark.log")
    try:
        context = SparkContext(conf=conf, gateway=java)
        # Not through the environment, which outlives this session.
        context.pythonExec = os.environ.get("PYSPARK_PYTHON", sys.executable)
        return SparkSession(context)
    except Exception as error:
        # A context that a master ended is in the way of the next one.
        if SparkContext._active_spark_context is not None:
            SparkContext._active_spark_context.stop()
        if not cluster or "stopped SparkContext" not in str(error):
            raise
        raise EngineError("spark", "start", _ENDED, _LOGS) from error


PARTITIONS_PER_CORE: Final = 4
"""Shuffle partitions: enough that one fits into memory, few enough that small ones cost little."""


def size(memory: str) -> str:
    """A size such as 3GB the way that Java has it."""
    return memory.lower().replace("gb", "g").replace("mb", "m")


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
