"""Bedrock's invocation logs in every wrapping, and CloudTrail joined on the request."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from read.scanning import EXAMPLES, Scanned, scan, written

FOLDER = EXAMPLES / "bedrock"
LINES = (FOLDER / "invocations.jsonl").read_text().splitlines()[:4]
RECORDS = [json.loads(line) for line in LINES]
USER = "arn:aws:iam::111122223333:user/u"
TRAIL = json.loads((FOLDER / "cloudtrail.json").read_text())["Records"]


def _passed(found: Scanned) -> dict[str, int]:
    return {each.what: each.records for each in found.logs.passed_over()}


def _plain(found: Scanned) -> list[dict[str, Any]]:
    rows = [{**row, "source_file": 0, "source_row": 0} for row in found.rows]
    return sorted(rows, key=lambda row: str(row["exchange_id"]))


def _subscribed(lines: list[str]) -> bytes:
    events = [{"id": "1", "timestamp": 1, "message": line} for line in lines]
    return orjson.dumps({"messageType": "DATA_MESSAGE", "owner": "1", "logEvents": events})


WRAPPINGS = {
    "S3": "\n".join(LINES).encode(),
    "CloudWatch to S3": "\n".join(f"2026-09-01T10:00:00.123Z {line}" for line in LINES).encode(),
    "subscription": _subscribed(LINES[:2]) + b"\n" + _subscribed(LINES[2:]),
    "API": json.dumps({"events": [{"message": line} for line in LINES]}, indent=1).encode(),
    "one event each": b"\n".join(orjson.dumps({"timestamp": 1, "message": x}) for x in LINES),
    "an array": orjson.dumps(RECORDS),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_every_wrapping_gives_the_same(tmp_path: Path, wrapping: str) -> None:
    path = tmp_path / "log.json.gz"
    path.write_bytes(gzip.compress(WRAPPINGS[wrapping]))
    found = scan(path)
    assert found.logs.inputs[0].format == "bedrock"
    assert not found.rejects
    assert _plain(found) == _plain(scan(written(tmp_path / "plain.jsonl", *RECORDS)))


def test_trails_join_whatever_the_order_of_files(tmp_path: Path) -> None:
    files = [
        written(tmp_path / "a.jsonl", *RECORDS[:2]),
        written(tmp_path / "b.json", {"Records": TRAIL[:2]}),
        written(tmp_path / "c.jsonl", *RECORDS[2:]),
        written(tmp_path / "d.jsonl", *TRAIL[2:]),
    ]
    known = _plain(scan(*files))
    assert [row["source_ip"] for row in known] == ["203.0.113.9", None, None, None]
    assert [row["credential_id"] for row in known] == ["ASIAEXAMPLE1"] * 2 + [None] * 2
    for order in itertools.permutations(files):
        found = scan(*order)
        assert _plain(found) == known
        assert _passed(found)["CloudTrail events joined with their invocation"] == 2
        assert _passed(found)["CloudTrail events of requests that no invocation log holds"] == 1
        assert _passed(found)["CloudTrail events of other services"] == 1


@pytest.mark.parametrize(
    ("changed", "account"),
    [
        ({}, "arn:aws:sts::111122223333:assumed-role/app"),
        ({"identity": {"arn": USER}}, USER),
        ({"identity": None}, "arn:aws:sts::111122223333:assumed-role/app"),
        ({"identity": None, "requestId": "other"}, "111122223333"),
    ],
)  # fmt: skip
def test_the_account_is_the_principal(
    tmp_path: Path, changed: dict[str, Any], account: str
) -> None:
    written(tmp_path / "trail.json", {"Records": TRAIL})
    path = written(tmp_path / "log.jsonl", {**RECORDS[0], **changed})
    (row,) = scan(tmp_path).rows
    assert (row["account_id"], row["organization_id"]) == (account, "111122223333")
    (row,) = scan(path, account_field="requestMetadata.tenant").rows
    assert row["account_id"] == "acct_41"


def test_a_body_elsewhere_is_said_and_its_exchange_kept() -> None:
    found = scan(FOLDER)
    (row,) = [row for row in found.rows if row["exchange_id"] == "r-3"]
    assert (row["prompt"], row["response"], row["operation"]) == (None, "Long.", None)
    what = "bodies in S3 objects of their own (`input.inputBodyS3Path`), whose text was not read"
    assert _passed(found)[what] == 1


BODIES = {
    "converse stream": (
        "ConverseStream",
        {"messages": [{"role": "user", "content": [{"text": "ask"}]}]},
        [
            {"messageStart": {"role": "assistant"}},
            {"contentBlockDelta": {"delta": {"text": "ans"}, "contentBlockIndex": 0}},
            {"contentBlockDelta": {"delta": {"text": "wer"}, "contentBlockIndex": 0}},
            {"messageStop": {"stopReason": "end_turn"}},
            {"metadata": {"usage": {"inputTokens": 1}, "metrics": {"latencyMs": 9}}},
        ],
    ),
    "text": (
        "InvokeModel",
        {"anthropic_version": "x", "messages": [{"role": "user", "content": "ask"}]},
        '{"type":"message","content":[{"type":"text","text":"answer"}],"stop_reason":"end_turn"}',
    ),
    "completions": (
        "InvokeModel",
        {"messages": [{"role": "user", "content": "ask"}]},
        {"choices": [{"message": {"content": "answer"}, "finish_reason": "end_turn"}]},
    ),
    "completions stream": (
        "InvokeModelWithResponseStream",
        {"messages": [{"role": "user", "content": "ask"}]},
        [
            {"choices": [{"delta": {"content": "answer"}}]},
            {"choices": [{"delta": {}, "finish_reason": "end_turn"}]},
        ],
    ),
    "older text": (
        "InvokeModelWithResponseStream",
        {"prompt": "ask", "max_tokens_to_sample": 5},
        [
            {"completion": "ans", "stop_reason": None},
            {"completion": "wer", "stop_reason": "end_turn"},
        ],
    ),
    "titan": (
        "InvokeModel",
        {"inputText": "ask", "textGenerationConfig": {"maxTokenCount": 5}},
        {"results": [{"outputText": "answer", "completionReason": "end_turn"}]},
    ),
    "llama": (
        "InvokeModel",
        {"prompt": "ask"},
        {"generation": "answer", "stop_reason": "end_turn"},
    ),
}


@pytest.mark.parametrize("kind", BODIES)
def test_bodies_of_every_shape(tmp_path: Path, kind: str) -> None:
    operation, request, answer = BODIES[kind]
    record = {
        **RECORDS[0],
        "operation": operation,
        "input": {"inputBodyJson": request},
        "output": {"outputBodyJson": answer},
    }
    (row,) = scan(written(tmp_path / "log.jsonl", record)).rows
    assert (row["prompt"], row["response"], row["finish_reason"]) == ("ask", "answer", "end_turn")
    assert (row["turn"], row["input_role"], row["status"]) == (1, "user", 200)
    assert row["stream"] is operation.endswith("Stream")
    if kind == "converse stream":
        assert row["latency_ms"] == 9


def test_batches_without_events_and_bad_events_are_told(tmp_path: Path) -> None:
    control = {"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "CWL CONTROL MESSAGE"}]}
    bad = {"logEvents": [{"message": "{"}, {"message": "17"}, {}, {"message": LINES[0]}]}
    found = scan(written(tmp_path / "log.jsonl", RECORDS[1], {"events": []}, control, bad))
    assert len(found.rows) == 2
    assert [reject["row"] for reject in found.rejects] == [4, 4, 4]
    assert _passed(found) == {"batches of CloudWatch without a log event": 2}
