"""Retention: days and snapshots past an age go, and with them every file that held them."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from exchanges import at
from gauger.model.errors import LakeError
from gauger.model.lake import Retained
from gauger.read.lake.compact import compact
from gauger.read.lake.retain import retain
from gauger.read.lake.snapshots import snapshots_of

from .lakes import files_under, fill, held, keys, log_of, opened, scanned

NOW = at(24 * 10 + 5)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake of ten days, a load each."""
    for n in range(10):
        fill(tmp_path / "lake", log_of(tmp_path / f"{n}.parquet", n * 4, n * 4 + 4, hours=6))
    return tmp_path / "lake"


def _retain(lake: Path, now: datetime = NOW, **ages: timedelta) -> Retained:
    return retain(str(lake), now=now, **ages)  # type: ignore[arg-type]


def test_days_past_an_age_go(lake: Path, tmp_path: Path) -> None:
    done = _retain(lake, older_than=timedelta(days=3))
    # Day 7 began a little more than three days before, and is kept whole.
    assert (done.exchanges, done.days) == (28, 7)
    assert sorted(set(held(lake)["time"].to_pylist())) == [at(6 * n) for n in range(28, 40)]
    (left,) = snapshots_of(opened(lake))
    assert (left.operation, left.exchanges) == ("retain", 12)
    assert (left.first_day, left.last_day) == (at(7 * 24).date(), at(9 * 24).date())
    kept = {path.parent.name for path in files_under(lake / "sketches" / "data")}
    assert kept == {f"time_day={at(24 * n):%Y-%m-%d}" for n in (7, 8, 9)}
    found, _ = scanned(tmp_path / "out", lake=str(lake))
    assert found.findings.measured.exchanges == 12
    again = _retain(lake, older_than=timedelta(days=3))
    assert (again.exchanges, again.days, again.snapshots) == (0, 0, 0)


def test_snapshots_that_hold_such_days_are_expired_and_say_so(lake: Path, tmp_path: Path) -> None:
    earlier = snapshots_of(opened(lake))
    _retain(lake, older_than=timedelta(days=3))
    with pytest.raises(LakeError, match="expired") as caught:
        scanned(tmp_path / "out", lake=str(lake), snapshot=earlier[0].snapshot_id)
    assert str(snapshots_of(opened(lake))[0].snapshot_id) in str(caught.value)


def test_a_log_whose_days_are_gone_is_forgotten(lake: Path, tmp_path: Path) -> None:
    _retain(lake, older_than=timedelta(days=3))
    stored = b"".join(path.read_bytes() for path in files_under(lake / "sketches" / "metadata"))
    assert b"0.parquet" not in stored
    # What is still there is known still.
    assert fill(lake, tmp_path / "9.parquet").load is None
    assert fill(lake, tmp_path / "0.parquet").load is not None


def test_snapshots_past_an_age_go_with_what_only_they_name(lake: Path, tmp_path: Path) -> None:
    for n in range(10, 13):
        fill(lake, log_of(tmp_path / f"{n}.parquet", n * 4, n * 4 + 4, hours=1 / 12))
    compact(str(lake), memory="500MB", threads=1)
    everything = keys(lake)
    files = files_under(lake / "sketches" / "data")
    done = _retain(lake, now=datetime.now(at(0).tzinfo), snapshots_older_than=timedelta(0))
    assert (done.exchanges, done.snapshots) == (0, 13)
    assert keys(lake) == everything
    assert len(snapshots_of(opened(lake))) == 1
    left = files_under(lake / "sketches" / "data")
    assert left < files
    assert len(left) == len(set(held(lake)["time"].cast("date32").to_pylist()))


def test_what_was_never_named_goes_when_it_is_old(lake: Path) -> None:
    folder = lake / "sketches" / "data" / "time_day=2026-04-20"
    old, young = folder / "left-by-a-killed-ingest.parquet", folder / "about-to-be-named.parquet"
    for path in (old, young):
        path.write_bytes(b"PAR1")
    now = datetime.now(at(0).tzinfo)
    long_ago = (now - timedelta(days=2)).timestamp()
    os.utime(old, (long_ago, long_ago))
    before = keys(lake)
    done = _retain(lake, now=now, snapshots_older_than=timedelta(days=30))
    assert (done.files, done.bytes, done.snapshots) == (1, 4, 0)
    assert not old.exists()
    assert young.exists()
    assert keys(lake) == before
    assert len(snapshots_of(opened(lake))) == 10


def test_nothing_that_lies_there_is_removed_where_something_is_gone(lake: Path) -> None:
    folder = lake / "sketches" / "data" / "time_day=2026-04-20"
    (named,) = files_under(folder)
    named.unlink()
    stray = folder / "stray.parquet"
    stray.write_bytes(b"PAR1")
    os.utime(stray, (0, 0))
    _retain(lake, now=datetime.now(at(0).tzinfo), snapshots_older_than=timedelta(days=30))
    assert stray.exists()


def test_a_lake_may_be_emptied(lake: Path, tmp_path: Path) -> None:
    done = _retain(lake, now=NOW + timedelta(days=90), older_than=timedelta(days=1))
    assert (done.exchanges, done.days) == (40, 10)
    assert not files_under(lake / "sketches" / "data")
    found, _ = scanned(tmp_path / "out", lake=str(lake))
    assert found.findings.measured.exchanges == 0
    assert fill(lake, tmp_path / "3.parquet").load is not None
    assert len(keys(lake)) == 4
