"""What breaks under a lake: the error says what to do, and nothing is lost or counted twice."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gauger.model.errors import EngineError, GaugerError, LakeError, OutputError
from gauger.read.lake.address import parse_address
from gauger.read.lake.catalog import open_lake
from gauger.read.lake.compact import compact
from gauger.read.lake.loads import read_loads

from .lakes import files_under, fill, keys, log_of, scanned


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake of two loads on one day."""
    for n in range(2):
        fill(tmp_path / "lake", log_of(tmp_path / f"{n}.parquet", n * 10, n * 10 + 10))
    return tmp_path / "lake"


def _data(lake: Path) -> Path:
    return sorted(files_under(lake / "sketches" / "data"))[0]


def _metadata(lake: Path, name: str) -> Path:
    found = (lake / "sketches" / "metadata").glob(name)
    return max(found, key=lambda path: path.stat().st_mtime_ns)


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(bytes(data))


DATA: dict[str, tuple[Callable[[Path], object], str]] = {
    "flipped": (_flip, "changed since it was written"),
    "cut": (lambda path: os.truncate(path, 900), "900 bytes, its snapshot says"),
    "emptied": (lambda path: path.write_bytes(b""), "0 bytes, its snapshot says"),
    "gone": (lambda path: path.unlink(), "is gone"),
}


@pytest.mark.parametrize("name", DATA)
def test_a_corrupt_data_file(lake: Path, tmp_path: Path, name: str) -> None:
    damage, word = DATA[name]
    path = _data(lake)
    whole = path.read_bytes()
    damage(path)
    for read in (
        lambda: scanned(tmp_path / "out", lake=str(lake)),
        lambda: compact(str(lake), memory="500MB", threads=1),
    ):
        with pytest.raises(LakeError) as caught:
            read()
        assert word in str(caught.value)
        assert path.name in str(caught.value)
    assert not (tmp_path / "out" / "findings.json").exists()
    # What stands beside it can still be added to, and the file can be put back.
    fill(lake, log_of(tmp_path / "more.parquet", 20, 30))
    path.write_bytes(whole)
    assert len(set(keys(lake))) == 30


METADATA: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "catalog": ("../../catalog.db", lambda path: path.write_bytes(b"x" * 9000), "catalog is dam"),
    "table": ("*.metadata.json", lambda path: os.truncate(path, 100), "damaged"),
    "other table": ("*.metadata.json", lambda path: path.write_text("[]"), "damaged"),
    "no table": ("*.metadata.json", lambda path: path.unlink(), "gone"),
    "cut list": ("snap-*.avro", lambda path: os.truncate(path, 700), "damaged"),
    "cut files": ("*-m0.avro", lambda path: os.truncate(path, 3_000), "damaged"),
    "list": ("snap-*.avro", lambda path: path.unlink(), "gone"),
    "files": ("*-m0.avro", lambda path: path.unlink(), "gone"),
    "loads": ("loads-*.zst", _flip, "damaged"),
    "no loads": ("loads-*.zst", lambda path: path.unlink(), "gone"),
}


@pytest.mark.parametrize("name", METADATA)
def test_damaged_metadata(lake: Path, tmp_path: Path, name: str) -> None:
    pattern, damage, word = METADATA[name]
    damage(_metadata(lake, pattern))
    with pytest.raises(LakeError) as caught:
        scanned(tmp_path / "out", lake=str(lake))
    for each in (word, "restore", str(lake)):
        assert each in str(caught.value)


def test_no_changed_byte_of_the_loads_goes_unnoticed(lake: Path) -> None:
    path = _metadata(lake, "loads-*.zst")
    whole = path.read_bytes()
    with open_lake(parse_address(str(lake))) as opened:
        snapshot = opened.table.current_snapshot()
        assert read_loads(opened, snapshot)
        for place in range(len(whole)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
            with pytest.raises(LakeError, match="damaged"):
                read_loads(opened, snapshot)


def test_a_lake_that_was_moved(lake: Path, tmp_path: Path) -> None:
    shutil.copytree(lake, tmp_path / "copy")
    with pytest.raises(LakeError, match="its tables lie in"):
        scanned(tmp_path / "out", lake=str(tmp_path / "copy"))
    lake.rename(tmp_path / "moved")
    with pytest.raises(LakeError, match="gone"):
        scanned(tmp_path / "out", lake=str(tmp_path / "moved"))
    (tmp_path / "link").symlink_to(tmp_path / "moved")
    (tmp_path / "moved").rename(lake)
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to(lake)
    assert scanned(tmp_path / "out", lake=str(tmp_path / "link"))[0].findings.measured.exchanges


def test_a_catalog_that_somebody_holds(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gauger.read.lake.catalog.WAIT_SECONDS", 0)
    with sqlite3.connect(lake / "catalog.db") as held:
        held.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LakeError, match="run the same command again"):
            fill(lake, log_of(tmp_path / "more.parquet", 20, 30))
        held.rollback()
    assert fill(lake, tmp_path / "more.parquet").load is not None
    assert len(set(keys(lake))) == len(keys(lake)) == 30


def test_a_lake_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(GaugerError):
        fill(tmp_path / "taken", log_of(tmp_path / "log.parquet", 0, 3))
    with pytest.raises(GaugerError):
        fill("/proc/here", tmp_path / "log.parquet")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """A disk of a size that can be changed; only root may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = False

    def sized(size: str) -> Path:
        nonlocal mounted
        options = f"{'remount,' if mounted else ''}size={size}"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603
            pytest.skip("no disk can be mounted here")
        mounted = True
        return place

    yield sized
    if mounted:
        subprocess.run(["umount", "-l", str(place)], check=True)  # noqa: S603, S607


@pytest.mark.parametrize("size", ["8k", "40k", "64k", "100k", "140k"])
def test_a_full_disk_under_a_lake(
    tmp_path: Path, small_disk: Callable[[str], Path], size: str
) -> None:
    one = log_of(tmp_path / "one.parquet", 0, 20)
    two = log_of(tmp_path / "two.parquet", 20, 1500)
    lake = small_disk("1m") / "lake"
    fill(lake, one)
    taken = shutil.disk_usage(lake.parent).used // 1024
    small_disk(f"{taken + int(size[:-1])}k")
    with pytest.raises(OutputError) as caught:
        fill(lake, two)
    assert "free space" in str(caught.value)
    small_disk("10m")
    assert len(keys(lake)) == 20
    assert fill(lake, one).load is None
    assert fill(lake, two).load is not None
    assert len(set(keys(lake))) == len(keys(lake)) == 1500


def test_a_full_disk_under_scratch_space(
    tmp_path: Path, small_disk: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = tmp_path / "lake"
    log = log_of(tmp_path / "log.parquet", 0, 1500)
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(small_disk("60k")))
        with pytest.raises((OutputError, EngineError), match="free space"):
            fill(lake, log)
    assert fill(lake, log).load is not None
    assert len(set(keys(lake))) == len(keys(lake)) == 1500
