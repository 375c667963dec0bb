"""Lakes with a PostgreSQL catalog and in an S3-compatible store: the same promises."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from exchanges import at
from gauger.model.errors import LakeError
from gauger.read.lake.compact import compact
from gauger.read.lake.retain import retain
from gauger.read.lake.snapshots import snapshots_of

from .lakes import fill, keys, log_of, opened, scanned

KINDS = ["sqlite and s3", "postgresql and a folder", "postgresql and s3"]


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Every kind of lake that is no folder."""
    kind: str = request.param
    lake = f"sqlite://{tmp_path}/catalog.db?warehouse="
    if "postgresql" in kind:
        lake = request.getfixturevalue("postgres")
    if "s3" in kind:
        return f"{lake}{request.getfixturevalue('bucket')}/sketches/of"
    return f"{lake}{tmp_path}/warehouse"


def test_a_lake_lives_there(url: str, tmp_path: Path) -> None:
    logs = [log_of(tmp_path / f"{n}.parquet", n * 20, n * 20 + 25) for n in range(3)]
    first = fill(url, *logs[:2])
    assert first.snapshot is not None
    assert first.load is not None
    assert (first.load.exchanges, first.load.rejected) == (45, 5)
    assert fill(url, logs[0]).load is None
    _, before = scanned(tmp_path / "a", lake=url)
    fill(url, logs[2])
    _, again = scanned(tmp_path / "b", lake=url, snapshot=first.snapshot.snapshot_id)
    assert again == before
    done, _ = scanned(tmp_path / "c", lake=url, until=at(50))
    assert done.findings.measured.exchanges == 50

    compacted = compact(url, memory="500MB", threads=1)
    assert compacted.days == 1
    assert len(set(keys(url))) == 65
    assert len(snapshots_of(opened(url))) == 3
    retained = retain(url, older_than=timedelta(days=1), now=at(24 * 3))
    assert retained.days == 2
    assert retained.snapshots == 3
    assert len(keys(url)) == 65 - 48
    stored = [each.location for each in opened(url).storage.walk(opened(url).root)]
    data = [each for each in stored if "/data/" in each]
    assert all("time_day=2026-04-22" in each for each in data)


def test_two_lakes_of_one_catalog_are_told_apart(postgres: str, tmp_path: Path) -> None:
    one = f"{postgres}{tmp_path}/warehouse"
    other = one.replace("name=lake-", "name=other-")
    fill(one, log_of(tmp_path / "one.parquet", 0, 10))
    fill(other, log_of(tmp_path / "two.parquet", 0, 20))
    assert (len(keys(one)), len(keys(other))) == (10, 20)


def test_storage_that_is_not_where_the_url_says(postgres: str, tmp_path: Path) -> None:
    fill(f"{postgres}{tmp_path}/warehouse", log_of(tmp_path / "one.parquet", 0, 10))
    with pytest.raises(LakeError, match="its tables lie in"):
        fill(f"{postgres}{tmp_path}/elsewhere", log_of(tmp_path / "two.parquet", 10, 20))


def _refused(url: str, log: Path, *words: str) -> None:
    with pytest.raises(LakeError) as caught:
        fill(url, log)
    for word in words:
        assert word in str(caught.value)


def test_a_catalog_that_is_away(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log.parquet", 0, 3)
    url = f"postgresql://nobody@127.0.0.1:1/lakes?warehouse={tmp_path}/warehouse"
    _refused(url, log, "catalog does not answer", "run the same command again")


def test_a_store_that_is_away(tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    log = log_of(tmp_path / "log.parquet", 0, 3)
    _refused(f"sqlite://{tmp_path}/c.db?warehouse={bucket}/x", log, "storage", "again")


def test_a_bucket_that_is_none(tmp_path: Path, bucket: str) -> None:
    log = log_of(tmp_path / "log.parquet", 0, 3)
    _refused(f"sqlite://{tmp_path}/c.db?warehouse={bucket}-gone/x", log, "storage")


@pytest.mark.parametrize("when", ["upload", "commit"])
def test_a_store_that_goes_away_in_the_middle(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    fill(url, log_of(tmp_path / "one.parquet", 0, 10))
    from gauger.read.lake import committing
    from gauger.read.lake.storage import Storage

    def away(*arguments: Any) -> None:
        raise OSError("connection reset by peer")

    with monkeypatch.context() as patch:
        if when == "upload":
            patch.setattr(Storage, "put", away)
        else:
            patch.setattr(committing, "write_loads", away)
        _refused(url, log_of(tmp_path / "two.parquet", 10, 80), "storage", "again")
    assert len(keys(url)) == 10
    assert fill(url, tmp_path / "two.parquet").load is not None
    assert len(set(keys(url))) == len(keys(url)) == 80
