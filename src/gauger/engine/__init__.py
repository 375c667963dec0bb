"""Where relational steps run: embedded DuckDB by default, Spark when that is outgrown."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gauger.engine.base import Engine
from gauger.model.errors import UsageError

ENGINES: Final = ("duckdb", "spark")

__all__ = ["ENGINES", "Engine", "start"]


def start(name: str, folder: Path, *, memory: str, threads: int) -> Engine:
    """Starts the named engine with scratch space in `folder`.

    Raises UsageError for a name that is none, MissingExtra where its packages are missing.
    """
    if name == "duckdb":
        from gauger.engine.duckdb import DuckDBEngine

        return DuckDBEngine(folder, memory, threads)
    if name == "spark":
        from gauger.engine.spark import SparkEngine

        return SparkEngine(folder, memory, threads)
    raise UsageError("no such engine", f"`{name}`", f"choose one of {', '.join(ENGINES)}")
