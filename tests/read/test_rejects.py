"""The rejects file: there only when needed, whole once closed, and honest about failing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gauger.model.errors import OutputError
from gauger.read.sources import Rejects
from gauger.read.sources.rejects import quoted


def test_no_reject_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "out" / "rejects.jsonl"
    with Rejects(path) as rejects:
        pass
    assert rejects.count == 0
    assert not path.exists()


def test_rejects_are_lines_of_json(tmp_path: Path) -> None:
    path = tmp_path / "out" / "rejects.jsonl"
    with Rejects(path) as rejects:
        rejects.add("a.jsonl", 3, "`time` is missing", "time")
        rejects.add("odd\udcff.jsonl", 0, "the file was cut")
    rejects.close()
    assert rejects.count == 2
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"file": "a.jsonl", "row": 3, "reason": "`time` is missing", "field": "time"},
        {"file": "odd?.jsonl", "row": 0, "reason": "the file was cut", "field": None},
    ]


def test_a_path_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    rejects = Rejects(tmp_path / "file" / "rejects.jsonl")
    with pytest.raises(OutputError, match="cannot write"):
        rejects.add("a", 1, "x")


def test_a_full_disk_is_an_output_error() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    rejects = Rejects(full)
    rejects.add("a", 1, "x")
    with pytest.raises(OutputError, match="no space left"):
        rejects.close()


def test_a_bad_value_is_quoted_in_forty_characters() -> None:
    assert len(quoted("9" * 500)) == 42
    assert quoted(17) == "`17`"
