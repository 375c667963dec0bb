"""Batch inputs joined with outputs: any order, several batches, and halves that are alone."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from read.scanning import scan, written


def _asked(identity: Any, user: str = "a") -> dict[str, Any]:
    body = {
        "model": "m",
        "messages": [{"role": "user", "content": f"ask {identity}"}],
        "user": user,
    }
    return {"custom_id": identity, "method": "POST", "url": "/v1/chat/completions", "body": body}


def _answered(identity: Any, mark: str = "x") -> dict[str, Any]:
    choice = {"finish_reason": "stop", "message": {"content": f"answer {identity}"}}
    body = {"id": f"c-{identity}", "created": 1788256800, "choices": [choice]}
    answer = {"status_code": 200, "request_id": "r", "body": body}
    return {"id": f"{mark}-{identity}", "custom_id": identity, "response": answer, "error": None}


def test_output_order_is_not_input_order(tmp_path: Path) -> None:
    inputs = [_asked(f"c{number}") for number in range(200)]
    outputs = [_answered(f"c{number}") for number in range(200)]
    random.Random(1).shuffle(outputs)
    written(tmp_path / "b_input.jsonl", *inputs)
    written(tmp_path / "b_output.jsonl", *outputs)
    found = scan(tmp_path)
    assert not found.rejects
    assert len(found.rows) == 200
    for row in found.rows:
        identity = row["exchange_id"].removeprefix("x-")
        assert row["prompt"] == f"ask {identity}"
        assert row["response"] == f"answer {identity}"
        assert row["operation"] == "batch"
        assert inputs[row["source_row"] - 1]["custom_id"] == identity


def test_batches_that_reuse_identifiers_stay_apart(tmp_path: Path) -> None:
    for batch in ("one", "two"):
        written(tmp_path / f"{batch}-input.jsonl", _asked("c1", user=batch))
        written(tmp_path / f"{batch}-output.jsonl", _answered("c1", mark=batch))
    found = scan(tmp_path)
    assert not found.rejects
    assert {(row["account_id"], row["exchange_id"]) for row in found.rows} == {
        ("one", "one-c1"),
        ("two", "two-c1"),
    }


def test_names_that_pair_with_nothing_are_joined_within_their_folder(tmp_path: Path) -> None:
    written(tmp_path / "file-abc.jsonl", _asked("c1"))
    written(tmp_path / "file-def.jsonl", _answered("c1"))
    assert len(scan(tmp_path).rows) == 1


def test_one_half_without_the_other_is_rejected_with_its_place(tmp_path: Path) -> None:
    written(tmp_path / "b_input.jsonl", _asked("c1"), _asked("c2"))
    written(tmp_path / "b_output.jsonl", _answered("c2"), _answered("c3"))
    found = scan(tmp_path)
    assert [row["exchange_id"] for row in found.rows] == ["x-c2"]
    assert [(Path(r["file"]).name, r["row"], r["reason"]) for r in found.rejects] == [
        ("b_input.jsonl", 1, "no batch output has the same `custom_id`"),
        ("b_output.jsonl", 2, "no batch input has the same `custom_id`"),
    ]


def test_bad_lines_are_rejected(tmp_path: Path) -> None:
    path = written(
        tmp_path / "b.jsonl",
        _asked("c1"),
        _answered("c1"),
        _asked("c1"),
        _asked(None),
        _asked(7),
        {"custom_id": "c9"},
        {"custom_id": "c8", "body": "text"},
    )
    found = scan(path)
    assert len(found.rows) == 1
    assert [reject["row"] for reject in found.rejects] == [3, 4, 5, 6, 7]


def test_an_expired_request_takes_its_time_from_the_batch_object(tmp_path: Path) -> None:
    expired = {"id": "x", "custom_id": "c1", "response": None, "error": {"code": "batch_expired"}}
    written(tmp_path / "b_input.jsonl", _asked("c1"))
    written(tmp_path / "b_output.jsonl", expired)
    assert scan(tmp_path).rejects[0]["field"] == "time"
    written(tmp_path / "b.json", {"id": "batch_1", "object": "batch", "created_at": 1788256800})
    (row,) = scan(tmp_path).rows
    assert row["finish_reason"] == "batch_expired"
    assert row["response"] is None
