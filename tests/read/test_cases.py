"""Known cases from every kind of file; whatever cannot be is an error that names its line."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.known_case import KnownCase
from gauger.read.cases import read_cases

EXPLANATIONS = ("product in use", "class or course", "reseller's customers")
ROWS = [
    {"case": "ring", "account_id": "a", "finding": "confirmed"},
    {"case": "course 7", "account_id": "c", "finding": "cleared", "explanation": "Class or course"},
    {"case": "ring", "account_id": "b", "finding": "Confirmed", "reviewer": "R. Okafor"},
    {"case": "shop", "account_id": "d", "finding": "confirmed", "harvests": "false",
     "explanation": "reseller's customers"},
    {"case": "course 7", "account_id": "e", "finding": "cleared"},
    {"case": "course 7", "account_id": "c", "finding": "cleared"},
    {"case": "firm", "account_id": "e", "finding": "cleared"},
]  # fmt: skip
WANTED = (
    KnownCase("ring", ("a", "b"), True, True, ""),
    KnownCase("course 7", ("c", "e"), False, False, "class or course"),
    KnownCase("shop", ("d",), True, False, "reseller's customers"),
    KnownCase("firm", ("e",), False, False, ""),
)
NAMES = ("case", "account_id", "finding", "explanation", "harvests", "reviewer")


def _csv(rows: list[dict[str, Any]] = ROWS) -> bytes:
    lines = [",".join(NAMES)]
    lines += [",".join(f'"{row.get(name, "")}"' for name in NAMES) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode()


def _jsonl(rows: list[dict[str, Any]] = ROWS) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _parquet(rows: list[dict[str, Any]] = ROWS) -> bytes:
    sink = pa.BufferOutputStream()
    schema = pa.schema([(name, pa.string()) for name in NAMES])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), sink)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("format", "content"),
    [
        ("csv", _csv()),
        ("csv", b"\xef\xbb\xbf\n" + _csv()),
        ("jsonl", _jsonl()),
        ("jsonl", b"\n" + _jsonl()),
        ("parquet", _parquet()),
        ("csv", gzip.compress(_csv())),
    ],
)
def test_every_kind_of_file_gives_the_same(tmp_path: Path, format: str, content: bytes) -> None:
    path = tmp_path / "cases"
    path.write_bytes(content)
    known = read_cases(path, EXPLANATIONS)
    assert known.cases == WANTED
    assert (known.confirmed, known.cleared) == (2, 2)
    assert (known.record.format, known.record.bytes) == (format, len(content))
    assert known.record.sha256 == hashlib.sha256(content).hexdigest()


def test_numbers_and_truth_values_may_be_such(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    rows = [{"case": 7, "account_id": 12, "finding": "confirmed", "harvests": False}]
    path.write_bytes(_jsonl(rows))
    assert read_cases(path, EXPLANATIONS).cases == (KnownCase("7", ("12",), True, False, ""),)


FIRST = {"case": "x", "account_id": "a", "finding": "confirmed"}


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        ({"case": "x", "account_id": "b"}, "`finding` is empty"),
        ({"case": "", "account_id": "b", "finding": "cleared"}, "`case` is empty"),
        ({"case": "x", "account_id": " ", "finding": "cleared"}, "`account_id` is empty"),
        ({"case": "x", "account_id": "b", "finding": "guilty"}, "`finding` is `guilty`"),
        ({"case": "x", "account_id": "b", "finding": "cleared"}, "differs from that of line 1"),
        (
            {"case": "y", "account_id": "a", "finding": "cleared"},
            r"account `a` is in case `x` already \(line 1\); an account is confirmed or cleared",
        ),
        (
            {"case": "y", "account_id": "a", "finding": "confirmed"},
            "make cases of one operator one case",
        ),
        (
            {"case": "y", "account_id": "b", "finding": "cleared", "explanation": "a club"},
            "`explanation` is `a club`; give one of `product in use`, `class or course`",
        ),
        (
            {"case": "y", "account_id": "b", "finding": "cleared", "harvests": "perhaps"},
            "`harvests` is `perhaps`; write `true` or `false`",
        ),
        (
            {"case": "y", "account_id": "b", "finding": "cleared", "harvests": "true"},
            "case `y` is cleared, and said to harvest",
        ),
        (
            {**FIRST, "explanation": "product in use"},
            "case `x` is confirmed to harvest, and has an ordinary explanation",
        ),
    ],
)
def test_a_row_that_cannot_be_is_named(
    tmp_path: Path, second: dict[str, Any], problem: str
) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(_jsonl([FIRST, second]))
    with pytest.raises(UnreadableInput, match=f"line 2: .*{problem}"):
        read_cases(path, EXPLANATIONS)
    path.write_bytes(_parquet([FIRST, second]))
    with pytest.raises(UnreadableInput, match=f"row 2: .*{problem.replace('line 1', 'row 1')}"):
        read_cases(path, EXPLANATIONS)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [("explanation", "product in use", "class or course"), ("harvests", "false", "true")],
)
def test_a_case_does_not_contradict_itself(
    tmp_path: Path, field: str, one: str, other: str
) -> None:
    path = tmp_path / "cases.csv"
    rows = [{"case": "x", "account_id": "a", "finding": "confirmed", "harvests": "false"}]
    rows = [{**rows[0], field: one}, {**rows[0], field: ""}, {**rows[0], field: other}]
    path.write_bytes(_csv(rows))
    with pytest.raises(UnreadableInput, match=f"line 4: `{field}` differs from that of line 2"):
        read_cases(path, EXPLANATIONS)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it holds nothing"),
        (b" \n\n", "it holds nothing"),
        (b"case,account_id\nx,a\n", "it has no column `finding`"),
        (b"case,account_id,finding\n", "it holds no case"),
        (b"case,account_id,finding\nx,a\n", "line 2: it has 2 cells, the header 3"),
        (b"case,account_id,finding\nx,\xff,cleared\n", "line 2: invalid UTF-8"),
        (b'case,account_id,finding\nx,a,cleared\n"x', "line 3: no CSV"),
        (b'{"case": "x"\n', "line 1: not JSON"),
        (b'{"case": "x", "account_id": "a", "finding": "cleared"}\n[1]\n', "line 2: it is a list"),
        (b'{"case": ["x"], "account_id": "a", "finding": "cleared"}\n', "`case` is a list"),
        (_parquet()[:-20], "the Parquet file is corrupt"),
        (gzip.compress(_csv())[:-9], "was cut"),
    ],
)
def test_a_file_that_cannot_serve_says_why(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "cases"
    path.write_bytes(content)
    with pytest.raises(UnreadableInput, match=problem):
        read_cases(path, EXPLANATIONS)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match="there is no such file; give CSV"):
        read_cases(tmp_path / "cases.csv", EXPLANATIONS)
