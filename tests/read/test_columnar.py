"""Canonical Parquet: types are cast where nothing is lost, and corruption is contained."""

from __future__ import annotations

import gzip
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gauger.model.errors import UnreadableInput
from gauger.read.sources import Rejects, SourceSettings, open_logs
from read.scanning import NOW, canonical, scan, written

MOMENT = datetime(2026, 9, 1, 10, tzinfo=UTC)


def _columns(rows: int = 3, **changed: Any) -> dict[str, Any]:
    columns = {
        "exchange_id": pa.array([f"ex-{number}" for number in range(1, rows + 1)]),
        "time": pa.array([MOMENT] * rows, pa.timestamp("us", "UTC")),
        "account_id": pa.array(["acct_1"] * rows),
        "request_model": pa.array(["big-1"] * rows),
        **changed,
    }
    return {name: column for name, column in columns.items() if column is not ...}


def _file(path: Path, columns: Mapping[str, Any], **choices: Any) -> Path:
    pq.write_table(pa.table(dict(columns)), path, **choices)
    return path


@pytest.mark.parametrize(
    "time",
    [
        pa.array([MOMENT] * 3, pa.timestamp("ns", "UTC")),
        pa.array([MOMENT] * 3, pa.timestamp("ms", "Europe/Berlin")),
        pa.array([MOMENT.replace(tzinfo=None)] * 3, pa.timestamp("us")),
        pa.array(["2026-09-01T10:00:00Z"] * 3),
        pa.array(["2026-09-01 10:00:00"] * 3, pa.large_string()),
        pa.array(["2026-09-01 10:00:00", "2026-09-01T10:00:00Z", "1788256800"]),
        pa.array([1788256800] * 3),
        pa.array([1788256800.0] * 3),
        pa.array(["2026-09-01T10:00:00Z"] * 3).dictionary_encode(),
    ],
)
def test_times_of_any_type_are_cast(tmp_path: Path, time: pa.Array) -> None:
    found = scan(_file(tmp_path / "x.parquet", _columns(time=time)))
    assert [row["time"] for row in found.rows] == [MOMENT] * 3


def test_other_types_are_cast_where_nothing_is_lost(tmp_path: Path) -> None:
    columns = _columns(
        exchange_id=pa.array([1, 2, 3]),
        account_id=pa.array(["a", "b", "a"]).dictionary_encode(),
        prompt=pa.array(["x", None, "y"], pa.large_string()),
        response=pa.array([b"x", b"y", "ü".encode()], pa.binary()),
        turn=pa.array([1, 2, 0], pa.int64()),
        input_tokens=pa.array(["1", "2", "many"]),
        output_tokens=pa.array([1.0, 2.5, -3.0]),
        temperature=pa.array([0.5, float("nan"), float("inf")], pa.float32()),
        stream=pa.array([1, 0, None], pa.int8()),
        unknown=pa.array([{"a": 1}] * 3),
    )
    found = scan(_file(tmp_path / "x.parquet", columns))
    assert [row["exchange_id"] for row in found.rows] == ["1", "2", "3"]
    assert [row["account_id"] for row in found.rows] == ["a", "b", "a"]
    assert [row["response"] for row in found.rows] == ["x", "y", "ü"]
    assert [row["turn"] for row in found.rows] == [1, 2, None]
    assert [row["input_tokens"] for row in found.rows] == [1, 2, None]
    assert [row["output_tokens"] for row in found.rows] == [1, None, None]
    assert [row["temperature"] for row in found.rows] == [0.5, None, None]
    assert [row["stream"] for row in found.rows] == [True, False, None]
    unfilled = {field.field: field.values for field in found.logs.unfilled()}
    assert unfilled == {"input_tokens": 1, "output_tokens": 2, "temperature": 2, "turn": 1}


def test_bad_rows_are_rejected_and_good_ones_kept(tmp_path: Path) -> None:
    columns = _columns(
        6,
        exchange_id=pa.array(["1", None, "3", "", "5", "6"]),
        account_id=pa.array(["a", "b", None, "d", "e", "f"]),
        time=pa.array([MOMENT] * 4 + [None, datetime(2027, 1, 1, tzinfo=UTC)]),
    )
    found = scan(_file(tmp_path / "x.parquet", columns))
    assert [row["source_row"] for row in found.rows] == [1]
    assert [(reject["row"], reject["field"]) for reject in found.rejects] == [
        (2, "exchange_id"),
        (3, "account_id"),
        (4, "exchange_id"),
        (5, "time"),
        (6, "time"),
    ]


def test_a_unit_is_named_in_columns_too(tmp_path: Path) -> None:
    found = scan(
        _file(tmp_path / "x.parquet", _columns(1, time=pa.array([1788256800000]))),
    )
    assert "epoch milliseconds" in found.rejects[0]["reason"]


@pytest.mark.parametrize(
    "time",
    [
        pa.array([2**62, None, 1], pa.timestamp("ms")),
        pa.array([2**62, None, 1], pa.timestamp("ns", "UTC")),
        pa.array([2**31 - 1, None, 1], pa.date32()),
        pa.array([2**62, None, 1], pa.date64()),
        pa.array([2.0**80, None, -1.0]),
        pa.array([2**62, None, -1]),
    ],
)
def test_times_beyond_any_calendar_are_rejected(tmp_path: Path, time: pa.Array) -> None:
    found = scan(_file(tmp_path / "x.parquet", _columns(time=time)))
    assert not found.rows
    assert [reject["field"] for reject in found.rejects] == ["time"] * 3


def test_days_are_midnights(tmp_path: Path) -> None:
    time = pa.array([MOMENT.date()] * 3, pa.date32())
    found = scan(_file(tmp_path / "x.parquet", _columns(time=time)))
    assert found.rows[0]["time"] == datetime(2026, 9, 1, tzinfo=UTC)


def test_invalid_utf8_rejects_its_row(tmp_path: Path) -> None:
    raw = pa.array([b"fine", b"\xff\xfe", None], pa.binary())
    for text in (raw, pa.StringArray.from_buffers(3, raw.buffers()[1], raw.buffers()[2])):
        found = scan(_file(tmp_path / "x.parquet", _columns(prompt=text)))
        assert found.rows[0]["prompt"] == "fine"
        assert found.rejects[0] | {"file": ""} == {
            "file": "",
            "row": 2,
            "reason": "`prompt` holds invalid UTF-8",
            "field": "prompt",
        }


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (_columns(account_id=...), "required columns are missing: `account_id`"),
        (_columns(prompt=pa.array([["x"]] * 3)), "column `prompt` is list<.*expected string"),
        (_columns(stream=pa.array([1.5] * 3)), "column `stream` is double, expected bool"),
        (_columns(turn=pa.array([MOMENT] * 3)), "column `turn` is timestamp.*expected int32"),
        ({"colour": pa.array([1])}, "required columns are missing"),
    ],
)
def test_columns_that_cannot_be_used_are_named(
    tmp_path: Path, columns: dict[str, Any], message: str
) -> None:
    with pytest.raises(UnreadableInput, match=message):
        scan(_file(tmp_path / "x.parquet", columns))


def test_parquet_cannot_be_forced_to_another_format(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="not as format `litellm` has it"):
        scan(_file(tmp_path / "x.parquet", _columns()), format="litellm")


def test_parquet_inside_gzip_is_named(tmp_path: Path) -> None:
    path = _file(tmp_path / "x.parquet", _columns())
    path.write_bytes(gzip.compress(path.read_bytes()))
    with pytest.raises(UnreadableInput, match="Parquet inside gzip"):
        scan(path)


def test_damaged_bytes_end_in_rows_rejects_or_an_error_of_ours(tmp_path: Path) -> None:
    path = _file(tmp_path / "x.parquet", _columns(50, prompt=pa.array(["some text"] * 50)))
    whole = path.read_bytes()
    chance = random.Random(5)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            found = scan(path)
        except UnreadableInput:
            continue
        assert found.rows or found.rejects


def test_a_corrupt_footer_is_unreadable(tmp_path: Path) -> None:
    path = _file(tmp_path / "x.parquet", _columns())
    whole = path.read_bytes()
    for broken in (whole[:-20], whole[:4] + b"\0" * (len(whole) - 4), b"PAR1"):
        path.write_bytes(broken)
        with pytest.raises(UnreadableInput, match="corrupt"):
            scan(path)


def test_in_a_folder_a_corrupt_file_costs_itself(tmp_path: Path) -> None:
    whole = _file(tmp_path / "a.parquet", _columns()).read_bytes()
    (tmp_path / "b.parquet").write_bytes(whole[:-20])
    written(tmp_path / "c.jsonl", canonical())
    found = scan(tmp_path)
    assert len(found.rows) == 4
    assert "the file is left out" in found.rejects[0]["reason"]


def test_a_corrupt_row_group_costs_its_own_rows(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(97, 122, (3_000, 100), dtype=np.uint8)
    prompts = pa.array([row.tobytes().decode() for row in noise])
    path = _file(
        tmp_path / "x.parquet",
        _columns(3_000, prompt=prompts),
        row_group_size=1_000,
        use_dictionary=False,
        compression="zstd",
    )
    column = pq.ParquetFile(path).metadata.row_group(1).column(4)
    whole = bytearray(path.read_bytes())
    start = column.data_page_offset
    whole[start : start + 2_000] = b"\xff" * 2_000
    path.write_bytes(whole)
    found = scan(path)
    assert len(found.rows) == 2_000
    assert found.rows[1_000]["source_row"] == 2_001
    (reject,) = found.rejects
    assert "row group 2 of 3 is corrupt" in reject["reason"]
    assert "1000 rows are lost" in reject["reason"]


def test_long_texts_make_short_batches(tmp_path: Path) -> None:
    prompts = pa.array(["x" * 5_000_000] * 12)
    path = _file(tmp_path / "x.parquet", _columns(12, prompt=prompts))
    found = scan(path)
    assert [row["source_row"] for row in found.rows] == list(range(1, 13))


def test_a_long_text_that_recurs_makes_short_batches(tmp_path: Path) -> None:
    system = pa.array(["x" * 100_000]).take(pa.array([0] * 2_000))
    path = _file(tmp_path / "x.parquet", _columns(2_000, system=system))
    assert path.stat().st_size < 1_000_000
    with Rejects(tmp_path / "rejects.jsonl") as rejects:
        logs = open_logs([str(path)], SourceSettings(now=NOW), rejects)
        sizes = [(batch.num_rows, batch.nbytes) for batch in logs.batches()]
    assert sum(rows for rows, _ in sizes) == 2_000
    assert max(size for _, size in sizes) < 40_000_000


def test_the_account_column_can_be_chosen(tmp_path: Path) -> None:
    path = _file(tmp_path / "x.parquet", _columns(account_id=..., team=pa.array(["t"] * 3)))
    assert scan(path, account_field="team").rows[0]["account_id"] == "t"
    with pytest.raises(UnreadableInput, match="no column `tenant`"):
        scan(path, account_field="tenant")


def test_an_empty_table_is_a_log_without_rows(tmp_path: Path) -> None:
    path = _file(tmp_path / "x.parquet", {n: c.slice(0, 0) for n, c in _columns().items()})
    assert scan(path).rows == []
