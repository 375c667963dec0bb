"""Langfuse's export: Parquet as JSON, traces wherever they stand, and nothing but generations."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gauger.model.errors import UnreadableInput
from read.scanning import EXAMPLES, scan, written

FOLDER = EXAMPLES / "langfuse"
GENERATION = {
    "id": "o1",
    "trace_id": "t1",
    "type": "GENERATION",
    "start_time": "2026-09-01 10:00:00.000000",
    "provided_model_name": "big-1",
    "user_id": "a",
}
TRACE = {"id": "t1", "timestamp": "2026-09-01 10:00:00", "user_id": "a", "session_id": "s"}


def _records(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text().splitlines()]


def _parquet(path: Path, records: list[dict[str, Any]], strings: pa.DataType) -> Path:
    """As Langfuse's storage engine writes it: maps, moments and texts that may be bytes."""
    columns: dict[str, pa.Array] = {}
    for name in records[0]:
        cells = [record[name] for record in records]
        if name.endswith("_time") or name == "timestamp":
            texts = pa.array([cell and cell.replace(" ", "T") for cell in cells], pa.string())
            columns[name] = texts.cast(pa.timestamp("us"))
        elif name in ("usage_details", "cost_details"):
            pairs = [list(cell.items()) for cell in cells]
            columns[name] = pa.array(pairs, pa.map_(strings, pa.uint64()))
        elif name in ("metadata", "tool_definitions"):
            pairs = [list(cell.items()) for cell in cells]
            columns[name] = pa.array(pairs, pa.map_(strings, strings))
        elif name == "type":
            columns[name] = pa.array(cells).dictionary_encode()
        elif name in ("tags", "tool_calls"):
            columns[name] = pa.array(cells, pa.list_(strings))
        elif all(cell is None or isinstance(cell, str) for cell in cells):
            columns[name] = pa.array(cells, strings)
        else:
            columns[name] = pa.array(cells)
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize("strings", [pa.string(), pa.binary()])
def test_parquet_gives_what_json_gives(tmp_path: Path, strings: pa.DataType) -> None:
    names = ("observations_v2", "observations", "traces")
    for name in names:
        _parquet(tmp_path / f"{name}.parquet", _records(f"{name}.jsonl"), strings)
    wanted = scan(*[FOLDER / f"{name}.jsonl" for name in names])
    found = scan(*[tmp_path / f"{name}.parquet" for name in names])
    assert {file.format for file in found.logs.inputs} == {"langfuse"}
    assert found.rows == wanted.rows
    assert [(each["row"], each["reason"]) for each in found.rejects] == [
        (each["row"], each["reason"]) for each in wanted.rejects
    ]
    assert found.logs.passed_over() == wanted.logs.passed_over()


def test_the_order_of_files_is_irrelevant() -> None:
    files = sorted(FOLDER.iterdir())
    known = None
    for order in itertools.permutations(files):
        rows = sorted(
            ({**row, "source_file": 0} for row in scan(*order).rows),
            key=lambda row: str(row["exchange_id"]),
        )
        known = known or rows
        assert rows == known


def test_a_trace_among_observations_serves_those_after_it(tmp_path: Path) -> None:
    later = {**GENERATION, "id": "o2", "user_id": None}
    path = written(tmp_path / "x.jsonl", GENERATION, {**TRACE, "user_id": "b"}, later)
    assert [row["account_id"] for row in scan(path).rows] == ["a", "b"]


def test_the_account_may_be_another_field_of_either(tmp_path: Path) -> None:
    held = {**GENERATION, "metadata": {"team": "t-1"}}
    path = written(tmp_path / "x.jsonl", held, GENERATION, {**GENERATION, "metadata": {"team": ""}})
    found = scan(path, account_field="metadata.team")
    assert [row["account_id"] for row in found.rows] == ["t-1"]
    assert [each["field"] for each in found.rejects] == ["metadata.team"] * 2
    written(tmp_path / "t.jsonl", {**TRACE, "metadata": {"team": "t-2"}})
    found = scan(path, tmp_path / "t.jsonl", account_field="metadata.team")
    assert [row["account_id"] for row in found.rows] == ["t-1", "t-2", "t-2"]


@pytest.mark.parametrize(
    ("output", "response", "reason"),
    [
        ("plain", "plain", None),
        ('{"not": json', '{"not": json', None),
        ('{"role":"assistant","content":[{"type":"text","text":"x"}]}', "x", None),
        ('[{"role":"assistant","parts":[{"type":"text","content":"x"}],"finish_reason":"stop"}]',
         "x", "stop"),
        ('{"type":"message","content":[{"type":"text","text":"x"}],"stop_reason":"end_turn"}',
         "x", "end_turn"),
        ('{"completion":"x"}', "x", None),
        ({"role": "assistant", "content": "x"}, "x", None),
        ("", None, None),
    ],
)  # fmt: skip
def test_outputs_of_every_kind(
    tmp_path: Path, output: Any, response: str | None, reason: str | None
) -> None:
    found = scan(written(tmp_path / "x.jsonl", {**GENERATION, "output": output}))
    assert (found.rows[0]["response"], found.rows[0]["finish_reason"]) == (response, reason)


def test_the_api_writes_camel_case(tmp_path: Path) -> None:
    record = {
        "id": "o1",
        "traceId": "t1",
        "type": "GENERATION",
        "startTime": "2026-09-01T10:00:00.000Z",
        "endTime": "2026-09-01T10:00:02.500Z",
        "model": "big-1",
        "modelParameters": {"temperature": 1},
        "usageDetails": {"input": 3, "output": 4},
        "userId": "a",
        "input": [{"role": "user", "content": "x"}],
    }
    (row,) = scan(written(tmp_path / "x.jsonl", record)).rows
    assert (row["account_id"], row["request_model"], row["latency_ms"]) == ("a", "big-1", 2500)
    assert (row["temperature"], row["input_tokens"], row["prompt"]) == (1.0, 3, "x")


def test_what_is_none_of_these_is_rejected(tmp_path: Path) -> None:
    score = {"id": "s", "data_type": "NUMERIC", "string_value": None, "value": 1}
    odd = [{"id": "x"}, {**TRACE, "id": None}, {**GENERATION, "provided_model_name": ""}]
    found = scan(written(tmp_path / "x.jsonl", GENERATION, score, *odd))
    assert [each["row"] for each in found.rejects] == [3, 4, 5]
    assert found.rejects[2]["reason"] == "`provided_model_name` is missing"
    assert [each.what for each in found.logs.passed_over()] == ["scores"]


def test_invalid_utf8_in_parquet_rejects_its_row(tmp_path: Path) -> None:
    columns = {name: pa.array([value] * 2) for name, value in GENERATION.items()}
    columns["id"] = pa.array(["o1", "o2"])
    columns["input"] = pa.array([b"\xff", b"fine"])
    pq.write_table(pa.table(columns), tmp_path / "x.parquet")
    found = scan(tmp_path / "x.parquet")
    assert [row["prompt"] for row in found.rows] == ["fine"]
    assert found.rejects[0]["reason"] == "a text holds invalid UTF-8"


def test_a_corrupt_row_group_costs_its_own_rows(tmp_path: Path) -> None:
    count = 3_000
    texts = [f"{number * 7919 % 100_003:06d}" * 30 for number in range(count)]
    columns = {name: pa.array([value] * count) for name, value in GENERATION.items()}
    columns |= {"id": pa.array([f"o{number}" for number in range(count)]), "input": pa.array(texts)}
    path = tmp_path / "x.parquet"
    pq.write_table(
        pa.table(columns), path, row_group_size=1_000, use_dictionary=False, compression="zstd"
    )
    metadata = pq.ParquetFile(path).metadata.row_group(1)
    place = next(
        n for n in range(metadata.num_columns) if metadata.column(n).path_in_schema == "input"
    )
    start = metadata.column(place).data_page_offset
    whole = bytearray(path.read_bytes())
    whole[start : start + 500] = b"\xff" * 500
    path.write_bytes(whole)
    found = scan(path)
    assert len(found.rows) == 2_000
    assert "row group 2 of 3 is corrupt" in found.rejects[0]["reason"]


def test_columns_of_other_tables_are_not_taken_for_langfuse(tmp_path: Path) -> None:
    pq.write_table(pa.table({"colour": pa.array([1])}), tmp_path / "x.parquet")
    with pytest.raises(UnreadableInput, match="required columns are missing"):
        scan(tmp_path / "x.parquet")
    with pytest.raises(UnreadableInput, match="not as format `langfuse` has it"):
        scan(tmp_path / "x.parquet", format="langfuse")
