"""Helicone's export: bodies of either API or none, and who says whose a request is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from read.scanning import EXAMPLES, scan, written

RECORDS = [json.loads(line) for line in (EXAMPLES / "helicone.jsonl").read_text().splitlines()]


def _row(tmp_path: Path, record: Any, **choices: Any) -> dict[str, Any]:
    found = scan(written(tmp_path / "log.jsonl", record), **choices)
    assert found.logs.inputs[0].format == "helicone"
    assert not found.rejects
    (row,) = found.rows
    return row


@pytest.mark.parametrize("number", [0, 1])
def test_bodies_may_be_kept_as_text(tmp_path: Path, number: int) -> None:
    record = RECORDS[number]
    as_text = {
        **record,
        "request_body": orjson.dumps(record["request_body"]).decode(),
        "response_body": orjson.dumps(record["response_body"]).decode(),
    }
    assert _row(tmp_path, as_text) == _row(tmp_path, record)


@pytest.mark.parametrize("number", [0, 1])
def test_without_bodies_the_counts_stay(tmp_path: Path, number: int) -> None:
    record = {**RECORDS[number], "request_body": None, "response_body": {}}
    row, whole = _row(tmp_path, record), _row(tmp_path, RECORDS[number])
    for name in ("exchange_id", "request_model", "input_tokens", "output_tokens", "cached_tokens"):
        assert row[name] == whole[name]
    assert (row["prompt"], row["response"], row["turn"]) == (None, None, None)


def test_the_user_is_asserted_and_a_chosen_field_is_not(tmp_path: Path) -> None:
    record = {**RECORDS[0], "request_properties": {"tenant": "t-1"}}
    path = written(tmp_path / "log.jsonl", record)
    assert scan(path).logs.asserted_by_client() == ("account_id", "conversation_id")
    found = scan(path, account_field="request_properties.tenant")
    assert found.rows[0]["account_id"] == "t-1"
    assert found.logs.asserted_by_client() == ("conversation_id",)
    missing = scan(path, account_field="request_properties.team").rejects[0]
    assert missing["reason"] == "`request_properties.team` is missing"


def test_embeddings_are_told_by_their_path(tmp_path: Path) -> None:
    record = {**RECORDS[0], "request_path": "https://api.openai.com/v1/embeddings"}
    assert _row(tmp_path, record)["operation"] == "embeddings"
