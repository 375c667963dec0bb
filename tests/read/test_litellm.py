"""LiteLLM's payloads, made by the LiteLLM package itself with a mocked model."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from read.scanning import scan, written

# LiteLLM's own types make Pydantic warn when they are first built.
pytestmark = pytest.mark.filterwarnings("ignore:Item 'summary':UserWarning")

TOOLS = [{"type": "function", "function": {"name": "lookup", "parameters": {"type": "object"}}}]
METADATA = {
    "user_api_key_hash": "9c1e",
    "user_api_key_user_id": "acct_41",
    "user_api_key_team_id": "team_3",
    "requester_ip_address": "203.0.113.9",
    "user_agent": "OpenAI/Python 2.20.0",
}
Completion = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def complete() -> Iterator[Completion]:
    """Calls LiteLLM and gives the payload that its logger received."""
    # Otherwise the package looks for a price list on the network when imported.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm
    from litellm.integrations.custom_logger import CustomLogger

    captured: list[dict[str, Any]] = []

    class Capture(CustomLogger):
        def log_success_event(
            self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any
        ) -> None:
            captured.append(kwargs["standard_logging_object"])

        log_failure_event = log_success_event

    def call(**arguments: Any) -> dict[str, Any]:
        captured.clear()
        arguments = {"model": "gpt-4o", "metadata": METADATA, **arguments}
        if "tools" in arguments:
            arguments["_skip_mcp_handler"] = True  # it imports a package we do not need
        try:
            answer = litellm.completion(**arguments)
            if arguments.get("stream"):
                list(answer)
        except litellm.exceptions.APIError:
            raise
        except Exception:
            assert str(arguments["mock_response"]).startswith("litellm.")
        until = time.monotonic() + 10
        while not captured and time.monotonic() < until:
            time.sleep(0.005)
        payload: dict[str, Any] = json.loads(json.dumps(captured[-1], default=str))
        return payload

    before = litellm.callbacks, litellm.suppress_debug_info
    litellm.callbacks, litellm.suppress_debug_info = [Capture()], True
    yield call
    litellm.callbacks, litellm.suppress_debug_info = before


def _row(tmp_path: Path, payload: dict[str, Any]) -> dict[str, Any]:
    found = scan(written(tmp_path / "log.ndjson", payload), now=datetime.now(UTC))
    assert found.logs.inputs[0].format == "litellm"
    assert not found.rejects
    (row,) = found.rows
    return row


def test_a_plain_exchange(tmp_path: Path, complete: Completion) -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Name a prime."},
        {"role": "assistant", "content": "Seven."},
        {"role": "user", "content": "Another."},
    ]
    payload = complete(
        messages=messages, mock_response="Eleven.", temperature=0.25, max_tokens=64, top_p=0.9
    )
    row = _row(tmp_path, payload)
    wanted = {
        "exchange_id": payload["id"],
        "account_id": "acct_41",
        "request_model": "gpt-4o",
        "organization_id": "team_3",
        "credential_id": "9c1e",
        "conversation_id": None,
        "turn": 2,
        "operation": "chat",
        "system": "Be brief.",
        "prompt": "Another.",
        "input_role": "user",
        "response": "Eleven.",
        "temperature": 0.25,
        "top_p": 0.9,
        "max_tokens": 64,
        "source_ip": "203.0.113.9",
        "finish_reason": "stop",
        "status": 200,
    }
    assert {name: row[name] for name in wanted} == wanted
    assert row["input_tokens"] == payload["prompt_tokens"] > 0
    assert row["output_tokens"] == payload["completion_tokens"] > 0
    assert abs(row["time"].timestamp() - payload["startTime"]) < 1e-5
    assert 0 <= row["latency_ms"] < 60_000


def test_a_stream_with_an_image(tmp_path: Path, complete: Completion) -> None:
    content = [
        {"type": "text", "text": "What is"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "text", "text": "on this?"},
    ]
    row = _row(
        tmp_path,
        complete(
            messages=[{"role": "user", "content": content}], mock_response="A tree.", stream=True
        ),
    )
    assert row["prompt"] == "What is\non this?"
    assert row["input_images"] == 1
    assert row["response"] == "A tree."
    assert row["stream"] is True


def test_a_tool_loop(tmp_path: Path, complete: Completion) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "lookup", "arguments": "{}"}}
    messages = [
        {"role": "user", "content": "Look it up."},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "found"},
    ]
    row = _row(tmp_path, complete(messages=messages, mock_response="Found.", tools=TOOLS))
    assert row["input_role"] == "tool"
    assert row["prompt"] is None
    assert row["turn"] == 1
    assert json.loads(row["tools"]) == TOOLS


@pytest.mark.parametrize(
    ("mock", "status"),
    [("litellm.RateLimitError", 429), ("litellm.InternalServerError", 500)],
)
def test_a_failure_is_kept_with_its_status(
    tmp_path: Path, complete: Completion, mock: str, status: int
) -> None:
    payload = complete(messages=[{"role": "user", "content": "x"}], mock_response=mock)
    row = _row(tmp_path, payload)
    assert row["status"] == status
    assert row["prompt"] == "x"
    assert row["response"] is None


def test_redacted_messages_leave_no_prompt(tmp_path: Path, complete: Completion) -> None:
    import litellm

    litellm.turn_off_message_logging = True
    try:
        payload = complete(messages=[{"role": "user", "content": "x"}], mock_response="y")
    finally:
        litellm.turn_off_message_logging = False
    assert "redacted-by-litellm" in json.dumps(payload)
    row = _row(tmp_path, payload)
    assert row["prompt"] is None
    assert row["response"] is None
    assert row["account_id"] == "acct_41"


def test_a_key_without_a_user_is_the_account(tmp_path: Path, complete: Completion) -> None:
    metadata = {**METADATA, "user_api_key_user_id": None}
    payload = complete(
        messages=[{"role": "user", "content": "x"}], mock_response="y", metadata=metadata
    )
    assert _row(tmp_path, payload)["account_id"] == "9c1e"


def test_an_array_of_payloads_and_a_payload_without_id(
    tmp_path: Path, complete: Completion
) -> None:
    payload = complete(messages=[{"role": "user", "content": "x"}], mock_response="y")
    path = tmp_path / "log.json"
    path.write_text(json.dumps([payload, {**payload, "id": None}, {**payload, "startTime": 1e12}]))
    found = scan(path, now=datetime.now(UTC))
    assert [row["exchange_id"] for row in found.rows] == [payload["id"], payload["litellm_call_id"]]
    assert found.rejects[0]["field"] == "startTime"
    assert found.rejects[0]["row"] == 3


def test_a_forwarded_list_is_marked_as_asserted(tmp_path: Path, complete: Completion) -> None:
    payload = complete(messages=[{"role": "user", "content": "x"}], mock_response="y")
    payload["requester_ip_address"] = "198.51.100.4, 10.0.0.1"
    found = scan(written(tmp_path / "log", payload), now=datetime.now(UTC))
    assert found.rows[0]["source_ip"] == "198.51.100.4"
    assert found.logs.asserted_by_client() == ("conversation_id", "source_ip")
    team = scan(
        tmp_path / "log", now=datetime.now(UTC), account_field="metadata.user_api_key_team_id"
    )
    assert team.rows[0]["account_id"] == "team_3"
