"""Where relational steps run: embedded DuckDB by default, Spark when that is outgrown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gauger.engine.master import parse_master
from gauger.model.errors import EngineError, GaugerError, UsageError

if TYPE_CHECKING:
    from gauger.engine.base import Engine

ENGINES: Final = ("duckdb", "spark")

__all__ = ["ENGINES", "Engine", "parse_master", "start"]


def start(
    name: str,
    folder: Path,
    *,
    memory: str,
    threads: int,
    master: str | None = None,
    spill_limit: str | None = None,
) -> Engine:
    """Starts the named engine with scratch space in `folder`, of which it spills no more than
    `spill_limit`; `master` names a Spark cluster.

    Raises UsageError for a name that is none, MissingExtra where its packages are missing,
    EngineError where it cannot be started.
    """
    if name not in ENGINES:
        raise UsageError("no such engine", f"`{name}`", f"choose one of {', '.join(ENGINES)}")
    named = parse_master(name, master)
    if spill_limit is not None and name != "duckdb":
        found = f"the engine `{name}`"
        raise UsageError("`--spill-limit` is for DuckDB", found, "limit the folder's file system")
    try:
        if name == "duckdb":
            from gauger.engine.duckdb import DuckDBEngine

            return DuckDBEngine(folder, memory, threads, spill_limit)
        from gauger.engine.spark import SparkEngine

        return SparkEngine(folder, memory, threads, named)
    except GaugerError:
        raise
    except Exception as error:  # engines raise their own trees; the cause stays chained
        from gauger.engine.base import first_line

        remedy = "give `--memory` as a size such as 3GB"
        if spill_limit is not None:
            remedy += ", `--spill-limit` too"
        if name == "spark":
            remedy += ", and see that `java` runs here"
        raise EngineError(name, "start", first_line(error), remedy) from error


def __getattr__(name: str) -> Any:
    # Ibis takes half of the time in which a command starts, and not every command needs it.
    if name != "Engine":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from gauger.engine.base import Engine

    return Engine
