"""Compaction: few files for many, the same exchanges, the same findings, one commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from exchanges import at
from gauger.model.lake import Compacted
from gauger.read.lake import compact as compacting
from gauger.read.lake.compact import compact
from gauger.read.lake.snapshots import snapshots_of

from .lakes import files_under, fill, held, keys, log_of, opened, scanned


def _compact(lake: Path) -> Compacted:
    return compact(str(lake), memory="500MB", threads=1)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake of three loads of twelve hours each: two on the first day, one on the second."""
    for n in range(3):
        fill(tmp_path / "lake", log_of(tmp_path / f"{n}.parquet", n * 36, n * 36 + 36, hours=1 / 3))
    return tmp_path / "lake"


def test_few_files_hold_what_many_did(lake: Path) -> None:
    before = held(lake)
    files = len(files_under(lake / "sketches" / "data"))
    done = _compact(lake)
    assert done.snapshot is not None
    assert (done.days, done.files_before, done.files_after) == (1, files - 1, 1)
    assert (done.snapshot.operation, done.snapshot.files) == ("compact", 2)
    assert done.snapshot.exchanges == 108
    assert held(lake).equals(before)
    assert _compact(lake).snapshot is None
    told = snapshots_of(opened(lake))
    assert [each.operation for each in told] == ["compact", "ingest", "ingest", "ingest"]
    assert (told[0].first_day, told[0].last_day) == (at(0).date(), at(35).date())


def test_findings_stay_what_they_are(lake: Path, tmp_path: Path) -> None:
    earlier = snapshots_of(opened(lake))[0]
    _, before = scanned(tmp_path / "a", lake=str(lake))
    done = _compact(lake)
    assert done.snapshot is not None
    _, after = scanned(tmp_path / "b", lake=str(lake))
    ids = [str(each.snapshot_id).encode() for each in (earlier, done.snapshot)]
    assert after.replace(ids[1], ids[0]) == before
    # The earlier snapshot has its small files still.
    _, again = scanned(tmp_path / "c", lake=str(lake), snapshot=earlier.snapshot_id)
    assert again == before


def test_a_load_meanwhile_stays(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = log_of(tmp_path / "late.parquet", 200, 220, hours=0.1)
    make = compacting._make

    def slowly(*arguments: object) -> None:
        make(*arguments)  # type: ignore[arg-type]
        fill(lake, late)

    monkeypatch.setattr(compacting, "_make", slowly)
    assert _compact(lake).days == 1
    assert len(set(keys(lake))) == len(keys(lake)) == 128


def test_a_day_that_others_compacted_is_left_to_them(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = compacting._make

    def slowly(*arguments: object) -> None:
        make(*arguments)  # type: ignore[arg-type]
        monkeypatch.undo()
        assert _compact(lake).days == 1

    monkeypatch.setattr(compacting, "_make", slowly)
    done = _compact(lake)
    assert (done.days, done.snapshot) == (0, None)
    assert len(set(keys(lake))) == len(keys(lake)) == 108


def test_an_empty_lake_has_nothing_to_compact(tmp_path: Path) -> None:
    fill(tmp_path / "lake", log_of(tmp_path / "log.parquet", 0, 0))
    assert _compact(tmp_path / "lake").snapshot is None
