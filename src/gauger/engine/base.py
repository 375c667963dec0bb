"""What a relational step needs of an engine; the steps themselves are Ibis expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from gauger.engine.scattered import Scattered
from gauger.engine.shelf import Shelf
from gauger.engine.spread import Answer, Work
from gauger.model.closing import Closing
from gauger.model.errors import EngineError


class Engine(Closing):
    """Runs Ibis expressions over Parquet files; one subclass per engine.

    `folder` is scratch space of this run: tables that a step hands to the engine, and whatever
    the engine spills, lie there.
    """

    name: str
    apart: bool = False
    """Whether steps run in other processes, perhaps on other machines, that see the same files."""
    embedded: bool = False
    """Whether rows are in this process anyway, so that reading all of them here costs nothing."""
    threads: int = 1
    """How many threads of this process a step may use."""
    _connection: Any

    def __init__(self, connection: Any, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._spilled = folder / "spill"

    def read(self, path: Path) -> ir.Table:
        """The table in a Parquet file, or in all Parquet files of a folder."""
        place = str(path / "*.parquet") if path.is_dir() else str(path)
        return self._guarded("read", lambda: self._connection.read_parquet(place))

    def lend(self, table: pa.Table, name: str) -> ir.Table:
        """Hands a small table to the engine, so that expressions can join with it."""
        place = self._folder / f"{name}.parquet"
        pq.write_table(table, place, compression="lz4")
        return self.read(place)

    def keep(self, expression: ir.Table, name: str) -> ir.Table:
        """Runs an expression once and keeps its rows for the steps that build on it."""
        return self._guarded(name, lambda: self._keep(expression, name))

    def yield_memory(self, beside: int) -> None:
        """Leaves so many bytes of what it was given to whatever else this process holds; an
        engine in a process of its own leaves none."""

    def held(self) -> int:
        """Bytes of this process's memory that the engine holds now."""
        return 0

    def scattered(self, name: str, parts: int, room: int, types: Sequence[type]) -> Scattered:
        """Parts for rows that a step scatters; past `room` bytes they are spilled as the engine's
        own rows are."""
        return Scattered(self._spilled / name, parts, room, tuple(types))

    def share(self, name: str) -> Path:
        """An empty folder that whoever runs steps sees."""
        return Path(mkdtemp(prefix=f"{name}-", dir=self._folder))

    def shelf(self, name: str, schema: pa.Schema) -> Shelf:
        """A table to be handed to the engine in pieces."""
        return Shelf(self._folder / name, schema)

    def fetch(self, expression: ir.Table, step: str) -> pa.Table:
        """Rows of an expression, in no particular order; `step` names it in errors."""
        return self._guarded(step, lambda: self._fetch(expression))

    def stream(self, expression: ir.Table, step: str) -> Iterator[pa.RecordBatch]:
        """Rows of an expression in its order, in batches, where they are too many to hold."""
        batches = self._guarded(step, lambda: self._stream(expression))
        while True:
            batch = self._guarded(step, lambda: next(batches, None))
            if batch is None:
                return
            yield batch

    def spread(self, answer: Answer, tasks: Sequence[bytes], step: str) -> list[bytes]:
        """Runs a function on every task; the answers in the order of the tasks."""
        del step
        return [answer(task) for task in tasks]

    def over(self, expression: ir.Table, work: Work, step: str) -> list[bytes]:
        """Runs a function on the rows of an expression, where they are: once for each portion of
        them that the engine keeps together; the answers in no particular order."""
        return [work(self.stream(expression, step))]

    def close(self) -> None:
        """Lets go of the engine's memory, files and processes."""
        self._connection.disconnect()

    def _keep(self, expression: ir.Table, name: str) -> ir.Table:
        raise NotImplementedError

    def _fetch(self, expression: ir.Table) -> pa.Table:
        return expression.to_pyarrow()

    def _stream(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        return iter(self._fetch(expression).to_batches())

    def _run(self, run: Callable[[], Any]) -> Any:
        return run()

    def _guarded(self, step: str, run: Any) -> Any:
        with self.told(step):
            return self._run(run)

    @contextmanager
    def told(self, step: str) -> Iterator[None]:
        """What fails in a step is told as a failure of the engine, with what to do about it."""
        try:
            yield
        except EngineError:
            raise
        except Exception as error:  # engines raise their own trees; the cause stays chained
            problem = self._problem(error)
            raise EngineError(self.name, step, problem, self._remedy(problem)) from error

    def _problem(self, error: Exception) -> str:
        return first_line(error)

    def _remedy(self, problem: str) -> str:
        lowered = problem.lower()
        if "offload" in lowered:
            return "give more disk with `--spill-limit`, or more `--memory`"
        if "memory" in lowered:
            return "give more with `--memory`, or scan a shorter window"
        if "no space" in lowered or "disk" in lowered:
            return "free space in the folder that `TMPDIR` names, or name another with `--spill`"
        return "set `GAUGER_DEBUG=1` for the whole cause, and report it if the input is sound"


def first_line(error: Exception) -> str:
    """What an engine's own error says, without the plan or the trace that follows."""
    said = str(error).strip()
    return said.splitlines()[0][:300] if said else repr(error)
