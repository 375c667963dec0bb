"""Faults while writing: the result is whole or absent, and the error says what to do."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from gauger.model.errors import OutputError
from gauger.tell import safely
from gauger.tell.findings import write_findings
from gauger.tell.members import write_members
from gauger.tell.report import write_report
from gauger.tell.safely import whole_file, write_whole

from .sample import sample_findings, sample_run


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB, where one may be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    except FileNotFoundError:
        pytest.skip("there is no `mount` command")
    if mounted.returncode:
        pytest.skip("mounting a small file system is not permitted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "findings.json"
    write_whole(path, b"first")
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert os.listdir(path.parent) == ["findings.json"]  # noqa: PTH208


def test_a_full_disk_leaves_the_previous_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "findings.json"
    write_whole(path, b"previous")

    def full(partial: Path) -> IO[bytes]:
        return Path("/dev/full").open("wb")

    monkeypatch.setattr(safely, "_open_new", full)
    with pytest.raises(OutputError, match="the disk is full") as caught:
        write_whole(path, b"next" * 100_000)
    assert caught.value.path == str(path)
    assert "free some space" in caught.value.remedy
    assert path.read_bytes() == b"previous"


@pytest.mark.parametrize("what", ["findings", "members", "report"])
def test_each_result_survives_a_full_disk(what: str, small_disk: Path) -> None:
    found = sample_findings(members=3_000)
    path = small_disk / what
    with pytest.raises(OutputError, match="the disk is full"):
        {
            "findings": lambda: write_findings(found, path),
            "members": lambda: write_members(found, path),
            "report": lambda: write_report(found, path, sample_run()),
        }[what]()
    assert list(small_disk.iterdir()) == []


@pytest.mark.parametrize("what", ["members", "report"])
def test_a_fault_in_the_middle_leaves_nothing(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OutputError, match="the disk reports an error"):
        if what == "members":
            write_members(sample_findings(), tmp_path / "members.parquet")
        else:
            write_report(sample_findings(), tmp_path / "report.html", sample_run())
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), whole_file(tmp_path / "report.html") as file:
        file.write(b"half of")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_no_permission_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(partial: Path) -> IO[bytes]:
        raise PermissionError(errno.EACCES, "Permission denied", str(partial))

    monkeypatch.setattr(safely, "_open_new", refused)
    with pytest.raises(OutputError, match="permission is denied; name a folder you may write"):
        write_whole(tmp_path / "findings.json", b"")


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "findings.json").mkdir()
    with pytest.raises(OutputError, match="there is a folder of that name"):
        write_whole(tmp_path / "findings.json", b"")
    with pytest.raises(OutputError, match="a device or a pipe"):
        write_whole(Path("/dev/full"), b"")


def test_a_path_through_a_file_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(OutputError, match="a part of the path is a file"):
        write_whole(tmp_path / "taken" / "findings.json", b"")
