"""Lakes of an earlier and of a later gauger: a column less, a column more."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.types import IntegerType, StringType

from gauger.engine import Engine
from gauger.model.errors import LakeError
from gauger.model.sketch import SKETCH_SCHEMA
from gauger.read.lake import table as tables
from gauger.read.lake.catalog import Lake
from gauger.read.lake.committing import Change, commit
from gauger.read.lake.compact import compact
from gauger.read.lake.data_files import write_drafts
from gauger.read.lake.placing import place
from gauger.read.lake.reading import sketches_of_lake
from gauger.read.lake.retain import retain
from gauger.read.lake.snapshots import pick_snapshot
from gauger.read.lake.table import arrow_schema
from gauger.read.sketched import table_of

from .lakes import fill, held, keys, log_of, opened, scanned

LATER = "response_structured"
"""A column that an earlier gauger shall not have had."""


@pytest.fixture
def earlier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lake that an earlier gauger made and filled."""
    place = SKETCH_SCHEMA.get_field_index(LATER)
    with monkeypatch.context() as patch:
        patch.setattr(tables, "SKETCH_SCHEMA", SKETCH_SCHEMA.remove(place))
        fill(tmp_path / "lake", log_of(tmp_path / "early.parquet", 0, 20))
    assert LATER not in held(tmp_path / "lake").schema.names
    return tmp_path / "lake"


def test_a_lake_of_an_earlier_gauger_is_scanned(earlier: Path, tmp_path: Path) -> None:
    done, found = scanned(tmp_path / "a", lake=str(earlier))
    assert done.findings.measured.exchanges == 20
    _, expected = scanned(tmp_path / "b", tmp_path / "early.parquet")
    # What these logs lack altogether is no different where the column is absent.
    assert json.loads(found)["networks"] == json.loads(expected)["networks"]
    assert json.loads(found)["notes"] == json.loads(expected)["notes"]


def test_every_engine_reads_files_of_both(earlier: Path, tmp_path: Path, engine: Engine) -> None:
    fill(earlier, log_of(tmp_path / "late.parquet", 20, 30))
    lake = opened(earlier)
    sketched = sketches_of_lake(lake, pick_snapshot(lake, None), None, tmp_path / "made")
    assert len(sketched.parts) == 2
    table = table_of(sketched, engine, None, tmp_path)
    assert table.columns == tuple(SKETCH_SCHEMA.names)
    rows = engine.fetch(table.select("source_row", LATER), "read")
    assert rows.num_rows == 30
    assert rows[LATER].null_count >= 20


def test_it_gets_the_column_with_the_next_load(earlier: Path, tmp_path: Path) -> None:
    fill(earlier, log_of(tmp_path / "late.parquet", 20, 30))
    table = held(earlier)
    assert set(table.schema.names) == set(SKETCH_SCHEMA.names)
    assert len(set(keys(earlier))) == 30
    compact(str(earlier), memory="500MB", threads=1)
    assert held(earlier).equals(table)
    done, _ = scanned(tmp_path / "out", lake=str(earlier))
    assert done.findings.measured.exchanges == 30


def _load_with_moods(lake: Lake, rows: pa.Table, folder: Path) -> None:
    """As the later gauger would load sketches."""
    fresh = pa.array([n + 1_000 for n in range(rows.num_rows)], pa.int64())
    rows = rows.set_column(rows.schema.get_field_index("exchange_key"), "exchange_key", fresh)
    rows = rows.append_column("mood", pa.array([7] * rows.num_rows, pa.int32()))
    schema = arrow_schema(lake.table.schema())
    drafts = list(write_drafts(rows.to_batches(), folder, schema, "some key"))
    _, files = place(lake, drafts, "later")
    commit(lake, lambda loads: Change("ingest", files, (), loads))


def test_a_column_of_a_later_gauger_is_read_past_and_kept(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    fill(lake, log_of(tmp_path / "one.parquet", 0, 10))
    with opened(lake).table.update_schema() as update:
        update.add_column("mood", IntegerType())
    _load_with_moods(opened(lake), held(lake).select(SKETCH_SCHEMA.names), tmp_path / "drafts")
    done, _ = scanned(tmp_path / "a", lake=str(lake))
    assert done.findings.measured.exchanges == 20
    # Loads of this gauger leave it null, and its compactions keep what is there.
    fill(lake, log_of(tmp_path / "two.parquet", 10, 20))
    compact(str(lake), memory="500MB", threads=1)
    table = held(lake)
    assert sorted(table["mood"].to_pylist(), key=str) == [7] * 10 + [None] * 20
    done, _ = scanned(tmp_path / "b", lake=str(lake))
    assert done.findings.measured.exchanges == 30


def test_a_column_of_another_type_is_refused(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    fill(lake, log_of(tmp_path / "one.parquet", 0, 10))
    table = opened(lake).table
    with table.update_schema(allow_incompatible_changes=True) as update:
        update.delete_column("script")
    with table.update_schema() as update:
        update.add_column("script", StringType())
    with pytest.raises(LakeError, match="column `script` is string, expected int32"):
        scanned(tmp_path / "out", lake=str(lake))


def test_sketches_of_another_version_are_refused(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    fill(lake, log_of(tmp_path / "one.parquet", 0, 10))
    with opened(lake).table.transaction() as transaction:
        transaction.set_properties({tables.SKETCH_VERSION: "99"})
    with pytest.raises(LakeError, match="version 99"):
        scanned(tmp_path / "out", lake=str(lake))
    with pytest.raises(LakeError, match="version 99"):
        fill(lake, log_of(tmp_path / "two.parquet", 10, 20))


@pytest.mark.parametrize("how", ["append", "overwrite"])
def test_another_tool_commits_and_expires_what_names_the_loads(tmp_path: Path, how: str) -> None:
    lake = tmp_path / "lake"
    logs = [log_of(tmp_path / f"{n}.parquet", n * 10, n * 10 + 10) for n in range(2)]
    fill(lake, *logs)
    table = opened(lake).table
    # As another engine's compaction: files go, and files come.
    files = [task.file for task in table.scan().plan_files()] if how == "overwrite" else []
    with table.transaction() as transaction:
        update = transaction.update_snapshot()
        with update.overwrite() if files else update.fast_append() as producer:
            for file in files:
                producer.delete_data_file(file)
                producer.append_data_file(file)
    current = table.current_snapshot()
    assert current is not None
    assert tables.LOADS not in (current.summary.additional_properties if current.summary else {})
    gone = [each.snapshot_id for each in table.snapshots() if each != current]
    table.maintenance.expire_snapshots().by_ids(gone).commit()
    assert len(opened(lake).table.snapshots()) == 1
    # What names the loads stays, and so does what they say.
    retain(str(lake), snapshots_older_than=timedelta(0))
    assert fill(lake, *logs).load is None
    assert len(keys(lake)) == 20
    added = fill(lake, log_of(tmp_path / "late.parquet", 20, 30)).load
    assert added is not None
    assert fill(lake, *logs).load is None
    done, _ = scanned(tmp_path / "out", lake=str(lake))
    assert done.findings.measured.exchanges == 30
