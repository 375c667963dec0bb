"""Account records from every kind of file; bad ones are rejected, the rest kept."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.account import ACCOUNT_SCHEMA
from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.read.accounts import read_accounts
from gauger.read.sources import Rejects

RECORDS = [
    {"account_id": "a", "created_at": "2026-01-01T00:00:00Z", "email": "x@example.com"},
    {"account_id": "b", "created_at": "", "country": "NL", "closed_at": "never"},
    {"account_id": "a", "created_at": "2026-02-01T00:00:00Z"},
    {"account_id": "", "country": "NL"},
]
CSV = (
    "account_id,created_at,email,country,closed_at\r\n"
    'a,2026-01-01T00:00:00Z,"x@example.com",,\r\n'
    "b,,,NL,never\r\n"
    "a,2026-02-01T00:00:00Z,,,\r\n"
    ",,,NL,\r\n"
)


def _read(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    record = path.parent / "rejects.jsonl"
    with Rejects(record) as rejects:
        table = read_accounts(path, rejects)
    assert table.schema.equals(ACCOUNT_SCHEMA)
    lines = record.read_text().splitlines() if record.exists() else []
    return table.to_pylist(), [json.loads(line) for line in lines]


def _jsonl() -> bytes:
    return "".join(json.dumps(record) + "\n" for record in RECORDS).encode()


def _parquet() -> bytes:
    sink = pa.BufferOutputStream()
    names = ("account_id", "created_at", "email", "country", "closed_at")
    schema = pa.schema([(name, pa.string()) for name in names])
    pq.write_table(pa.Table.from_pylist(RECORDS, schema=schema), sink)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    "content", [_jsonl(), CSV.encode(), _parquet(), b"\xef\xbb\xbf" + CSV.encode()]
)
@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstandard.compress])
def test_every_kind_of_file_gives_the_same(tmp_path: Path, content: bytes, compress: Any) -> None:
    path = tmp_path / "accounts"
    path.write_bytes(compress(content))
    rows, rejects = _read(path)
    assert [row["account_id"] for row in rows] == ["a", "b"]
    assert rows[0]["created_at"] == datetime(2026, 1, 1, tzinfo=UTC)
    assert rows[0]["email"] == "x@example.com"
    assert rows[1]["country"] == "NL"
    assert rows[1]["created_at"] is None
    assert rows[1]["closed_at"] is None
    assert [reject["reason"] for reject in rejects] == [
        "`account_id` repeats; the first is kept",
        "`account_id` is empty",
    ]


def test_bad_csv_lines_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_bytes(
        b"account_id,plan\nx,pro\ny\n\xff,pro\nz,pro,more\n" + b"q" * 200_000 + b"\nw,\n"
    )
    rows, rejects = _read(path)
    assert [row["account_id"] for row in rows] == ["x", "w"]
    assert [reject["row"] for reject in rejects] == [3, 4, 5, 6]


def test_a_file_that_cannot_serve_says_why(tmp_path: Path) -> None:
    path = tmp_path / "accounts"
    with pytest.raises(NothingToRead):
        _read(path)
    for content, message in (
        (b"", "holds nothing"),
        (b"name,plan\nx,pro\n", "names no column `account_id`"),
        (_parquet()[:-30], "corrupt"),
    ):
        path.write_bytes(content)
        with pytest.raises(UnreadableInput, match=message):
            _read(path)
    pq.write_table(pa.table({"name": ["x"]}), path)
    with pytest.raises(UnreadableInput, match="no column `account_id`"):
        _read(path)


TEXTS = st.one_of(st.none(), st.text(max_size=4))
NAMES = ("parquet", "packed")
MOMENTS = st.one_of(
    st.none(),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001
)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(TEXTS, MOMENTS, TEXTS), max_size=6),
    st.sampled_from([pa.string(), pa.large_string()]),
    st.sampled_from([pa.timestamp("us"), pa.timestamp("ms", tz="UTC"), pa.timestamp("ns")]),
)
def test_columns_and_records_give_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str | None, datetime | None, str | None]],
    text: pa.DataType,
    time: pa.DataType,
) -> None:
    folder = tmp_path_factory.mktemp("accounts")
    ids, times, plans = ([row[n] for row in rows] for n in range(3))
    table = pa.table(
        {
            "account_id": pa.array(ids, text),
            "created_at": pa.array(times, pa.timestamp("us")).cast(time, safe=False),
            "plan": pa.array(plans, text),
        }
    )
    pq.write_table(table, folder / "parquet")
    # Compressed once more, the same file is read record by record.
    (folder / "packed").write_bytes(gzip.compress((folder / "parquet").read_bytes()))
    (at_once, rejects), (apart, others) = (_read(folder / name) for name in NAMES)
    assert at_once == apart
    assert [reject | {"file": ""} for reject in rejects] == [
        reject | {"file": ""} for reject in others
    ]
