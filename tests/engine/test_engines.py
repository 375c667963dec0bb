"""Every engine takes tables in, runs expressions, keeps rows, and fails with a reason."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gauger.engine import Engine, start
from gauger.model.errors import EngineError, MissingExtra, UsageError

NUMBERS = pa.table({"number": pa.array([3, 1, 2], pa.int64()), "name": ["c", "a", None]})


def _sorted(table: pa.Table) -> list[dict[str, object]]:
    return table.sort_by("number").to_pylist()


def test_a_table_comes_back_as_it_was_lent(engine: Engine) -> None:
    lent = engine.lend(NUMBERS, "numbers")
    assert _sorted(engine.fetch(lent, "all")) == _sorted(NUMBERS)


def test_fingerprints_stay_exact_beside_nulls(engine: Engine) -> None:
    values = [None, (1 << 62) + 1, -(1 << 63), (1 << 63) - 1, None]
    table = pa.table({"print": pa.array(values, pa.int64()), "place": range(5)})
    fetched = engine.fetch(engine.lend(table, "prints"), "all").sort_by("place")
    assert fetched["print"].type == pa.int64()
    assert fetched["print"].to_pylist() == values


def test_a_table_without_rows_can_be_lent(engine: Engine) -> None:
    lent = engine.lend(NUMBERS.slice(0, 0), "none")
    fetched = engine.fetch(lent, "all")
    assert fetched.num_rows == 0
    assert fetched.schema.names == NUMBERS.schema.names


def test_a_folder_is_read_as_one_table(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "parts of a table"
    folder.mkdir()
    for part in range(3):
        pq.write_table(NUMBERS.slice(part, 1), folder / f"part-{part}.parquet")
    assert _sorted(engine.fetch(engine.read(folder), "all")) == _sorted(NUMBERS)


def test_kept_rows_can_be_built_on(engine: Engine) -> None:
    lent = engine.lend(NUMBERS, "numbers")
    kept = engine.keep(lent.filter(lent.number > 1).mutate(twice=lent.number * 2), "larger")
    assert _sorted(engine.fetch(kept.filter(kept.twice > 4), "largest")) == [
        {"number": 3, "name": "c", "twice": 6}
    ]
    joined = lent.left_join(kept.select("number", "twice"), "number")
    again = engine.fetch(joined.select("number", "twice"), "joined")
    assert _sorted(again) == [
        {"number": 1, "twice": None},
        {"number": 2, "twice": 4},
        {"number": 3, "twice": 6},
    ]


def test_a_failure_names_engine_step_and_remedy(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as missing:
        engine.read(tmp_path / "nowhere.parquet")
    assert missing.value.engine == engine.name
    assert missing.value.step == "read"
    assert "\n" not in str(missing.value)
    lent = engine.lend(NUMBERS, "numbers")
    (tmp_path / "numbers.parquet").unlink()
    with pytest.raises(EngineError) as gone:
        engine.fetch(lent.aggregate(total=ibis._.number.sum()), "count things")
    assert gone.value.step == "count things"
    assert gone.value.__cause__ is not None


def test_what_to_do_depends_on_the_problem(duckdb: Engine) -> None:
    def fails(problem: str) -> EngineError:
        def run() -> None:
            raise RuntimeError(problem)

        with pytest.raises(EngineError) as failed:
            duckdb._guarded("step", run)
        return failed.value

    assert "--memory" in fails("Out of Memory Error: could not allocate").remedy
    assert "TMPDIR" in fails("IO Error: No space left on device").remedy
    assert "GAUGER_DEBUG" in fails("anything else").remedy
    assert fails("first line\nsecond line").problem == "first line"
    assert fails("").problem


def test_no_such_engine(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="choose one of duckdb, spark"):
        start("abacus", tmp_path, memory="1GB", threads=1)


def test_spark_without_its_packages_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"gauger\[spark\]"):
        start("spark", tmp_path, memory="1GB", threads=1)


@pytest.mark.usefixtures("spark")
def test_a_spark_session_that_was_there_is_left_running(tmp_path: Path) -> None:
    for run in range(2):
        (tmp_path / str(run)).mkdir()
        with start("spark", tmp_path / str(run), memory="1GB", threads=1) as engine:
            assert engine.fetch(engine.lend(NUMBERS, "numbers"), "all").num_rows == 3


def test_java_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spark = pytest.importorskip("gauger.engine.spark_session")
    pyspark = pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "no java here"))
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    with pytest.raises(RuntimeError, match="no java here"):
        spark.launch_java(pyspark.SparkConf(loadDefaults=False), tmp_path / "spark.log")


_START = """
import sys
from pathlib import Path
from gauger.engine import start
with start("spark", Path(sys.argv[1]), memory="1GB", threads=1) as engine:
    print(engine.name)
"""


@pytest.mark.usefixtures("spark")
def test_java_talks_to_a_file_and_to_nobody_else(tmp_path: Path) -> None:
    quick = Path(__file__).parent / "spark" / "spark-defaults.conf"
    (tmp_path / "conf").mkdir()
    # Settings that start quickly, without those that keep the log quiet.
    shutil.copy(quick, tmp_path / "conf")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _START, str(tmp_path)],
        env={**os.environ, "SPARK_CONF_DIR": str(tmp_path / "conf")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "spark\n", "")
    assert "WARN" in (tmp_path / "spark.log").read_text()


def test_an_engine_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="give `--memory` as a size such as 3GB") as failed:
        start("duckdb", tmp_path, memory="a lot", threads=1)
    assert (failed.value.engine, failed.value.step) == ("duckdb", "start")
    assert failed.value.__cause__ is not None
