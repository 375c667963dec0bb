"""A scan stays within what it was given, or says before it starts what it needs."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from gauger.budget import SURELY, Budget
from gauger.engine import Engine, start
from gauger.engine.sizes import bytes_of, said, usual
from gauger.model.errors import EngineError, UsageError
from gauger.settings import Settings


@pytest.mark.parametrize(
    ("size", "held"),
    [
        ("3GB", 3_000_000_000),
        ("512 MiB", 512 << 20),
        ("2g", 2_000_000_000),
        ("95.5 MB", 95_500_000),
    ],
)
def test_sizes_are_read_as_people_write_them(size: str, held: int) -> None:
    assert bytes_of(size) == held
    assert bytes_of(said(held)) == pytest.approx(held, rel=0.03)


@pytest.mark.parametrize("size", ["", "a lot", "3 PB", "-1GB"])
def test_what_is_no_size_is_refused(size: str) -> None:
    with pytest.raises(ValueError, match="no size"):
        bytes_of(size)
    with pytest.raises(UsageError, match="--memory"):
        Budget(size)


def test_a_scan_that_cannot_fit_says_what_it_needs() -> None:
    budget = Budget("3GB")
    budget.require(SURELY)
    with pytest.raises(UsageError, match="needs about") as refused:
        budget.require(100_000_000)
    named = str(refused.value).partition("give `--memory ")[2].partition("`")[0]
    Budget(named).require(100_000_000)


def test_views_are_cut_one_at_a_time_where_memory_is_short(tmp_path: Path) -> None:
    with start("duckdb", tmp_path, memory="1GB", threads=1) as engine:
        assert Budget("64GB").views(engine, 10_000_000, threads=4) == 4
        assert Budget("1GB").views(engine, 10_000_000, threads=4) == 1


def test_a_full_spill_folder_says_which_option_to_change(tmp_path: Path) -> None:
    drawn = np.random.default_rng(1).integers(1 << 60, size=(3, 4_000_000))
    with start("duckdb", tmp_path, memory="60MB", threads=1, spill_limit="10MB") as engine:
        numbers = engine.lend(pa.table(dict(zip("abc", drawn, strict=True))), "drawn")
        with pytest.raises(EngineError) as full:
            engine.keep(numbers, "numbers")
    assert "`--spill-limit`" in full.value.remedy
    assert full.value.step == "numbers"


def limit(engine: Engine) -> int:
    """Bytes of memory that DuckDB may use now."""
    told = engine._connection.con.sql("SELECT current_setting('memory_limit')").fetchall()[0][0]
    return bytes_of(told)


def test_an_engine_yields_memory_to_what_runs_beside_it(tmp_path: Path) -> None:
    with start("duckdb", tmp_path, memory="1GB", threads=1) as engine:
        assert limit(engine) == pytest.approx(1_000_000_000, rel=0.02)
        engine.yield_memory(600_000_000)
        assert limit(engine) == pytest.approx(400_000_000, rel=0.02)
        engine.yield_memory(5_000_000_000)
        assert 0 < limit(engine) < 300_000_000


def test_a_limit_for_the_folder_is_for_one_engine(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--spill-limit"):
        start("spark", tmp_path, memory="1GB", threads=1, spill_limit="1GB")


def test_a_limit_that_nobody_set_is_the_machine_s() -> None:
    assert usual(2_000_000_000) == usual(0) == "3.0GB"
    assert usual(64_000_000_000) == "48.0GB"
    assert Settings(memory="2GB").memory_on("duckdb") == "2GB"
    assert Settings().memory_on("duckdb") == usual()
    assert Settings().memory_on("spark") == "3GB"


@pytest.fixture
def at_a_terminal() -> Iterator[None]:
    """Hears Ctrl+C: what a shell starts in the background is told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("at_a_terminal")
def test_a_query_can_be_interrupted(tmp_path: Path) -> None:
    def long() -> None:
        engine._connection.con.execute(
            "SELECT sum(hash(a.range * b.range)) FROM range(100000) a, range(1000000) b"
        ).fetchall()

    with start("duckdb", tmp_path, memory="500MB", threads=1) as engine:
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            engine._guarded("a long query", long)
        one = pa.table({"one": [1]})
        assert engine.fetch(engine.lend(one, "one"), "the next one") == one
