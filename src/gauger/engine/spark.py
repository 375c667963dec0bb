"""Spark, for logs that outgrow one machine; an extra, loaded only when asked for."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

import gauger
from gauger.engine.base import Engine, first_line
from gauger.engine.master import Master
from gauger.engine.spark_session import PARTITIONS_PER_CORE, size, start_session
from gauger.engine.spread import COLUMNS, Answer, Work, answer_to, answers, taken
from gauger.engine.watch import Watch, await_executors
from gauger.model.errors import EngineError, MissingExtra, UsageError

_SHARED: Final = (
    "workers must see the run's folder under the same path as the same user: name with "
    "`--spill` a folder that all machines share"
)
_ALIKE: Final = (
    "workers must have this Python under the same path with the same gauger, or name theirs in "
    "`PYSPARK_PYTHON`"
)


class SparkEngine(Engine):
    """The same relational steps on PySpark, in a session that is there, else in one of its own.

    Its own runs in local mode unless `master` names a cluster.
    """

    name = "spark"

    def __init__(
        self, folder: Path, memory: str, threads: int, master: Master | None = None
    ) -> None:
        if importlib.util.find_spec("pyspark") is None:
            raise MissingExtra("the engine `spark`", "spark")
        from pyspark.sql import SparkSession

        running = SparkSession.getActiveSession()
        there = None if running is None else running.sparkContext.master
        if there is not None and master is not None and there != master.text:
            found = f"`{there}`"
            raise UsageError("a Spark session of another master runs here", found, "stop it first")
        self._watch: Watch | None = None
        self._spreads = 0
        self._started = running is None
        self._session: Any = running or start_session(folder, memory, threads, master)
        try:
            # Connecting sets the time zone of the session to UTC.
            super().__init__(ibis.pyspark.connect(self._session), folder)
            if master is not None and master.is_cluster:
                self.apart = True
                self._join_cluster(size(memory))
        except BaseException:
            self.close()
            raise

    def spread(self, answer: Answer, tasks: Sequence[bytes], step: str) -> list[bytes]:
        """Runs a function on every task, on the executors; the answers in the order of the tasks.

        Tasks and answers are a few bytes each. Raises what the function raises of ours.
        """
        if not tasks:
            return []
        folder = self._folder / f"tasks-{self._spreads}"
        self._spreads += 1
        folder.mkdir()
        for number, task in enumerate(tasks):
            (folder / str(number)).write_bytes(task)

        def answered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            return answers(batches, folder, answer)

        def run() -> pa.Table:
            numbers = self._session.range(0, len(tasks), 1, len(tasks))
            return numbers.mapInArrow(answered, COLUMNS).toArrow()

        return taken(self._guarded(step, run))

    def over(self, expression: ir.Table, work: Work, step: str) -> list[bytes]:
        """Runs a function on the rows of an expression, on the executors: once for every partition,
        or more often where one is lost. Answers are a few bytes each."""

        def answered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            from pyspark import TaskContext

            context = TaskContext.get()
            number = context.partitionId() if context else 0
            yield answer_to(number, lambda: work(iter(batches)))

        def run() -> pa.Table:
            rows = self._session.sql(self._connection.compile(expression))
            return rows.mapInArrow(answered, COLUMNS).toArrow()

        return taken(self._guarded(step, run))

    def close(self) -> None:
        """Stops the Spark session, and with it the Java process, if this engine started it."""
        if self._watch is not None:
            self._watch.end()
        if self._started:
            self._session.stop()

    def _join_cluster(self, memory: str) -> None:
        context = self._session.sparkContext
        await_executors(context, memory)
        cores = context.defaultParallelism
        self._session.conf.set("spark.sql.shuffle.partitions", str(cores * PARTITIONS_PER_CORE))
        self._watch = Watch(context)
        # Now, rather than after hours: a worker that lacks something fails every step.
        ours = _told()
        for told in self.spread(_tell, [b""] * cores, "start"):
            if told != ours:
                found = f"a worker has {told.decode()}, the driver {ours.decode()}"
                raise EngineError(self.name, "start", found, _ALIKE)

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

    def _stream(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        # By way of files, whose names tell their order: rows that are too many to hold are too
        # many for the driver's Java as well.
        place = self._folder / f"stream-{self._spreads}"
        self._spreads += 1
        self._connection.to_parquet(expression, str(place))
        schema = expression.schema().to_pyarrow()
        for part in sorted(place.glob("*.parquet")):
            with pq.ParquetFile(part) as file:
                for batch in file.iter_batches():
                    yield from pa.Table.from_batches([batch]).cast(schema).to_batches()

    def _problem(self, error: Exception) -> str:
        if self._watch is not None and self._watch.gave_up:
            return "the cluster has had no executor for a minute: its workers are gone"
        return _cause(str(error)) or first_line(error)

    def _remedy(self, problem: str) -> str:
        lowered = problem.lower()
        if not self.apart:
            return super()._remedy(problem)
        if self._watch is not None and self._watch.gave_up:
            return "start workers again, then run the same command again"
        if "cannot run program" in lowered or "modulenotfounderror" in lowered:
            return _ALIKE
        if "no such file" in lowered or "filenotfounderror" in lowered or "permission" in lowered:
            return _SHARED
        if "lost" in lowered or "stopped" in lowered or "connection" in lowered:
            return "see that master and workers run, then run the same command again"
        return super()._remedy(problem)


_RECENT: Final = "most recent failure: "
_WORKER: Final = "Traceback (most recent call last):"


def _cause(said: str) -> str | None:
    """What a task died of, which Spark tells after much of its own."""
    if _WORKER in said:
        trace = said.partition(_WORKER)[2].splitlines()
        named = (line for line in trace if line and not line[0].isspace())
        return next(named, None)
    if _RECENT in said:
        return said.partition(_RECENT)[2].splitlines()[0][:300]
    return None


def _told() -> bytes:
    version = ".".join(map(str, sys.version_info[:2]))
    return json.dumps({"python": version, "gauger": gauger.__version__}).encode()


def _tell(_: bytes) -> bytes:
    """What a worker says of itself."""
    return _told()
