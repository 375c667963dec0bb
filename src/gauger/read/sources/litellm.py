"""LiteLLM's StandardLoggingPayload, as its `generic_api` and file loggers write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from gauger.read.sources import anthropic_shape, openai_shape
from gauger.read.sources.asked import ask
from gauger.read.sources.coerce import as_integer, as_number
from gauger.read.sources.gateway import REQUEST_IDS
from gauger.read.sources.jsontext import compact
from gauger.read.sources.network import address
from gauger.read.sources.opening import LogFile
from gauger.read.sources.paths import at, first, mapping
from gauger.read.sources.reading import Reading
from gauger.read.sources.source import Sample

REDACTED = "redacted-by-litellm"
_MARKS = ("litellm_call_id", "startTime", "call_type", "model_parameters", "status_fields")
_NAMES = {
    "exchange_id": "id",
    "time": "startTime",
    "account_id": "metadata.user_api_key_user_id",
    "request_model": "model",
}
_OPERATIONS = {"embedding": "embeddings", "text_completion": "text_completion", "batch": "batch"}


class LiteLLM:
    """One payload to a record; newline-delimited, or arrays of them."""

    name = "litellm"
    cannot_fill: tuple[str, ...] = ("ja4",)
    asserted_by_client: tuple[str, ...] = ("conversation_id",)
    """A session is what the caller sent as one; LiteLLM itself never makes one up."""

    def recognises(self, sample: Sample) -> int:
        """Camel-case times beside LiteLLM's own names."""
        return sum(sum(mark in record for mark in _MARKS) >= 2 for record in sample)

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each payload, failed calls included."""
        names = dict(_NAMES)
        if reading.settings.account_field is not None:
            names["account_id"] = reading.settings.account_field
        for file in files:
            yield from reading.batches(reading.rows(file, _fields), names)


def _fields(record: dict[str, Any], reading: Reading) -> dict[str, Any]:
    metadata = mapping(record.get("metadata"))
    parameters = mapping(record.get("model_parameters"))
    account_field = reading.settings.account_field
    tools = first(parameters, "tools", "functions")
    return {
        **_asked(record, parameters),
        **answered(record),
        "exchange_id": first(record, "id", "litellm_call_id"),
        REQUEST_IDS: [
            record.get("litellm_call_id"),
            first(metadata, "requester_custom_headers.x-request-id"),
        ],
        "time": record.get("startTime"),
        "account_id": first(metadata, "user_api_key_user_id", "user_api_key_hash")
        if account_field is None
        else at(record, account_field),
        "request_model": first(record, "model_group", "model"),
        "organization_id": first(metadata, "user_api_key_org_id", "user_api_key_team_id"),
        "credential_id": first(metadata, "user_api_key_hash"),
        # `trace_id` is made up for each call unless the caller sets it, so it joins nothing.
        "conversation_id": first(record, "session_id"),
        "operation": operation_of(record.get("call_type")),
        "temperature": parameters.get("temperature"),
        "top_p": parameters.get("top_p"),
        "max_tokens": first(parameters, "max_completion_tokens", "max_tokens", "max_output_tokens"),
        "tools": compact(tools) if isinstance(tools, list) and tools else None,
        "stream": record.get("stream"),
        "source_ip": address(
            first(record, "requester_ip_address") or first(metadata, "requester_ip_address"),
            reading,
        ),
        "user_agent": first(record, "user_agent") or first(metadata, "user_agent"),
        "status": _status(record),
        "latency_ms": _latency(record),
    }


def _asked(record: dict[str, Any], parameters: Any) -> dict[str, Any]:
    messages = record.get("messages")
    if messages == REDACTED:
        return {}
    if isinstance(messages, dict) and "messages" in messages:
        messages = messages["messages"]
    fields = ask(messages, first(parameters, "system", "instructions"))
    for name in ("prompt", "system"):
        if fields.get(name) == REDACTED:
            fields[name] = None
    return fields


def answered(record: Mapping[str, Any]) -> dict[str, Any]:
    """Canonical fields of what a model gave back, with LiteLLM's own counts of tokens."""
    response = mapping(record.get("response"))
    if anthropic_shape.is_response(response):
        fields = anthropic_shape.response_fields(response)
    else:
        fields = openai_shape.response_fields(response)
    if isinstance(record.get("response"), str):
        fields["response"] = record["response"]
    if fields["response"] == REDACTED:
        fields["response"] = None
    # LiteLLM's own counts are normalised over providers, and `prompt_tokens` is the whole input.
    for name, path in (
        ("input_tokens", "prompt_tokens"),
        ("output_tokens", "completion_tokens"),
        ("cached_tokens", "metadata.usage_object.prompt_tokens_details.cached_tokens"),
        ("reasoning_tokens", "metadata.usage_object.completion_tokens_details.reasoning_tokens"),
    ):
        counted = first(record, path)
        if counted is not None:
            fields[name] = counted
    return fields


def operation_of(call_type: Any) -> str:
    """The canonical operation of one of LiteLLM's types of call."""
    if not isinstance(call_type, str):
        return "chat"
    for mark, operation in _OPERATIONS.items():
        if mark in call_type:
            return operation
    return "chat"


def _status(record: dict[str, Any]) -> int | None:
    if record.get("status") == "success":
        return 200
    return as_integer(first(record, "error_information.error_code"))


def _latency(record: dict[str, Any]) -> int | None:
    """`response_time` ends at the first chunk of a stream, so the two times are used."""
    start, end = as_number(record.get("startTime")), as_number(record.get("endTime"))
    if start is None or end is None or not 0 <= end - start < 1e9:
        return None
    return round((end - start) * 1000)
