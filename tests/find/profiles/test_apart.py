"""Things told apart by executors are those told apart in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from gauger.engine import Engine, start, strewn
from gauger.find.profiles import Summary, summarize, things

from . import oracle


def _rows(engine: Engine, summary: Summary) -> list[list[tuple[Any, ...]]]:
    shelves = summary.runs.shelf, summary.prompts.shelf
    found = [pa.concat_tables(shelf.pieces()) for shelf in shelves]
    tables = {"own": summary.runs.own, "distinct": summary.prompts.distinct}
    found += [engine.fetch(table, name) for name, table in tables.items()]
    return [sorted(tuple(row.values()) for row in table.to_pylist()) for table in found]


@pytest.mark.parametrize("rows", [1, 100, 10**6])
def test_they_are_the_same(tmp_path: Path, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sketches = oracle.population()
    monkeypatch.setattr(things, "_ROWS", max(rows, sketches.num_rows // 4))
    monkeypatch.setattr(strewn, "_ROWS", rows)
    told = []
    for embedded in (True, False):
        folder = tmp_path / str(embedded)
        folder.mkdir()
        with start("duckdb", folder, memory="1GB", threads=1) as engine:
            engine.embedded = embedded
            lent = engine.lend(sketches, "sketches")
            told.append(_rows(engine, summarize(engine, lent, sketches.num_rows)))
    assert told[0] == told[1]
    assert all(told[0])


def test_of_no_rows_nothing_is_told(tmp_path: Path) -> None:
    sketches: pa.Table = oracle.population().slice(0, 0)
    with start("duckdb", tmp_path, memory="1GB", threads=1) as engine:
        engine.embedded = False
        lent = engine.lend(sketches, "sketches")
        assert _rows(engine, summarize(engine, lent)) == [[], [], [], []]
