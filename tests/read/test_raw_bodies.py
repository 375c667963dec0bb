"""Raw request and response bodies: the shapes they come in, and what they lack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from read.scanning import scan, written

CHAT = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1788256800,
    "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": "Seven."}}],
}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "content": [{"type": "text", "text": "Seven."}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 1, "cache_read_input_tokens": 2, "cache_creation_input_tokens": 4},
}
ASKED: dict[str, Any] = {
    "model": "big-1",
    "messages": [{"role": "user", "content": "Name a prime."}],
}


def _only(tmp_path: Path, record: Any, **choices: Any) -> dict[str, Any]:
    found = scan(written(tmp_path / "log.jsonl", record), **choices)
    assert not found.rejects
    (row,) = found.rows
    return row


@pytest.mark.parametrize(
    "record",
    [
        {"account_id": "a", "request": ASKED, "response": CHAT},
        {"account_id": "a", **ASKED, "response": CHAT},
        {"account_id": "a", "request_body": ASKED, "response_body": CHAT},
        {
            "account_id": "a",
            "request": orjson.dumps(ASKED).decode(),
            "response": orjson.dumps(CHAT).decode(),
        },
        {
            "account_id": "a",
            "request": {"headers": {"User-Agent": "x"}, "body": ASKED},
            "response": {"status_code": 200, "body": CHAT},
        },
    ],
)
def test_every_envelope_gives_the_same_exchange(tmp_path: Path, record: Any) -> None:
    row = _only(tmp_path, record)
    wanted = {
        "exchange_id": "chatcmpl-1",
        "account_id": "a",
        "prompt": "Name a prime.",
        "response": "Seven.",
        "status": 200,
        "turn": 1,
        "request_model": "big-1",
    }
    assert {name: row[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("keys", "account", "asserted"),
    [
        ({"account_id": "a", "user_id": "b"}, "a", ()),
        ({"organization": "o"}, "o", ()),
        ({"api_key_hash": "h"}, "h", ()),
        ({"request": {**ASKED, "safety_identifier": "s", "user": "u"}}, "s", ("account_id",)),
        ({"request": {**ASKED, "user": "u"}}, "u", ("account_id",)),
        ({"request": {**ASKED, "metadata": {"user_id": "m"}}}, "m", ("account_id",)),
    ],
)
def test_the_account_and_who_asserts_it(
    tmp_path: Path, keys: dict[str, Any], account: str, asserted: tuple[str, ...]
) -> None:
    record = {"request": ASKED, "response": CHAT, **keys}
    found = scan(written(tmp_path / "log.jsonl", record))
    assert found.rows[0]["account_id"] == account
    assert found.logs.asserted_by_client() == asserted


@pytest.mark.parametrize(
    ("record", "field", "reason"),
    [
        ({"request": ASKED, "response": CHAT}, "account_id", "no account: none of `account_id`"),
        ({"account_id": "a", "request": ASKED, "response": {"id": "x"}}, "time", "no time"),
        (
            {"account_id": "a", "ts": 1788256800000, "request": ASKED, "response": CHAT},
            "ts",
            "`ts` is `1788256800000`, which looks like epoch milliseconds",
        ),
        (
            {"account_id": "a", "request": ASKED, "response": {**CHAT, "id": None}},
            "exchange_id",
            "`exchange_id` is missing",
        ),
    ],
)
def test_what_is_lacking_is_named(tmp_path: Path, record: Any, field: str, reason: str) -> None:
    found = scan(written(tmp_path / "log.jsonl", record), format="openai")
    assert not found.rows
    (reject,) = found.rejects
    assert reject["field"] == field
    assert reason in reject["reason"]


def test_anthropic_counts_the_whole_input(tmp_path: Path) -> None:
    record = {"account_id": "a", "time": "2026-09-01T10:00:00Z"}
    row = _only(tmp_path, {**record, "request": {**ASKED, "max_tokens": 5}, "response": MESSAGE})
    assert row["input_tokens"] == 7
    assert row["cached_tokens"] == 2
    assert row["finish_reason"] == "end_turn"


def test_a_chosen_account_field_is_looked_for_in_the_request_too(tmp_path: Path) -> None:
    record = {"request": {**ASKED, "metadata": {"tenant": "t"}}, "response": CHAT}
    assert _only(tmp_path, record, account_field="request.metadata.tenant")["account_id"] == "t"
    assert _only(tmp_path, record, account_field="metadata.tenant")["account_id"] == "t"
    found = scan(tmp_path / "log.jsonl", account_field="tenant")
    assert found.rejects[0]["reason"] == "no account: `tenant` is missing or empty"


def test_a_mix_of_formats_in_one_folder(tmp_path: Path) -> None:
    asked = {**ASKED, "max_tokens": 5}
    beside = {"account_id": "a", "time": "2026-09-01T10:00:00Z"}
    written(tmp_path / "one.jsonl", {**beside, "request": asked, "response": MESSAGE})
    written(tmp_path / "two.jsonl", {**beside, "request": ASKED, "response": CHAT})
    found = scan(tmp_path)
    assert [file.format for file in found.logs.inputs] == ["anthropic", "openai"]
    assert len(found.rows) == 2
