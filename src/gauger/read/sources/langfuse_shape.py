"""One generation of Langfuse's as canonical fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gauger.read.sources import anthropic_shape, openai_shape
from gauger.read.sources.asked import ask
from gauger.read.sources.coerce import as_integer
from gauger.read.sources.genai_messages import answer_of, messages_of, parsed_or_none
from gauger.read.sources.jsontext import compact
from gauger.read.sources.paths import at, first, mapping
from gauger.read.sources.times import moment_of

LISTED = (
    "id", "trace_id", "type", "start_time", "end_time", "level", "input", "output",
    "provided_model_name", "model_parameters", "usage_details", "completion_start_time",
    "tool_definitions", "user_id", "session_id", "timestamp", "bookmarked", "metadata",
    "string_value", "data_type",
)  # fmt: skip
"""Columns that are read of a Parquet file."""

_TYPES = frozenset(
    {
        "SPAN", "GENERATION", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR",
        "EMBEDDING", "GUARDRAIL",
    }
)  # fmt: skip
_CACHED = (
    "input_cached_tokens", "cache_read_input_tokens", "input_cache_read", "input_cached",
    "input_cache_read_tokens",
)  # fmt: skip
_REASONING = ("output_reasoning_tokens", "reasoning_tokens", "output_reasoning")


def type_of(record: Mapping[str, Any]) -> str | None:
    """Kind of an observation; null for whatever is none."""
    kind = record.get("type")
    return kind if isinstance(kind, str) and kind in _TYPES else None


def generation_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """Canonical fields of a generation, but whose it is.

    Names are those of the export; the API writes the same in camel case.
    """
    parameters = mapping(_structured(first(record, "model_parameters", "modelParameters")))
    asked = _structured(record.get("input"))
    fields = {
        "turn": None,
        **_asked(asked),
        **_answered(_structured(record.get("output"))),
        **_counted(record),
        "exchange_id": record.get("id"),
        "time": first(record, "start_time", "startTime"),
        "operation": "chat",
        "request_model": first(record, "provided_model_name", "providedModelName", "model"),
        "conversation_id": first(record, "session_id", "sessionId"),
        "temperature": parameters.get("temperature"),
        "top_p": first(parameters, "top_p", "topP"),
        "max_tokens": first(
            parameters, "max_completion_tokens", "max_tokens", "maxTokens", "max_output_tokens"
        ),
        "tools": _tools(record, asked),
        "latency_ms": _latency(record),
    }
    if first(record, "completion_start_time", "completionStartTime") is not None:
        fields["stream"] = True
    failed = record.get("level") == "ERROR"
    fields["status"] = 200 if record.get("output") and not failed else None
    return fields


def _structured(value: Any) -> Any:
    """A payload that may be JSON as text; what only looks like JSON is text."""
    found = parsed_or_none(value)
    return value if found is None else found


def _asked(payload: Any) -> dict[str, Any]:
    if isinstance(payload, Mapping):
        held = first(payload, "messages", "input", "contents", "prompt")
        if held is not None:
            return ask(messages_of(held), first(payload, "system", "instructions"))
        if "role" not in payload:
            # An object that no API takes: the application's own input, kept as it is.
            payload = compact(payload)
    return ask(messages_of(payload)) if payload else {}


def _answered(payload: Any) -> dict[str, Any]:
    if isinstance(payload, str):
        return {"response": payload or None, "finish_reason": None}
    if isinstance(payload, Mapping) and openai_shape.is_response(payload):
        held = openai_shape.response_fields(payload)
    elif isinstance(payload, Mapping) and anthropic_shape.is_response(payload):
        held = anthropic_shape.response_fields(payload)
    else:
        text, reason = answer_of(payload)
        if text is None and isinstance(payload, Mapping):
            text = first(payload, "completion", "text", "output_text")
        return {"response": text, "finish_reason": reason}
    return {name: held[name] for name in ("response", "finish_reason")}


def _counted(record: Mapping[str, Any]) -> dict[str, Any]:
    held = mapping(_structured(first(record, "usage_details", "usageDetails", "usage")))
    return {
        # Langfuse keeps the parts of a count apart, so that all of one side add up.
        "input_tokens": _sum(held, "input", "prompt_tokens", "promptTokens"),
        "output_tokens": _sum(held, "output", "completion_tokens", "completionTokens"),
        "cached_tokens": first(held, *_CACHED),
        "reasoning_tokens": first(held, *_REASONING),
    }


def _sum(held: Mapping[str, Any], side: str, *others: str) -> Any:
    parts = [
        count
        for name, value in held.items()
        if side in name.lower() and (count := as_integer(value)) is not None and count >= 0
    ]
    return sum(parts) if parts else first(held, *others)


def _tools(record: Mapping[str, Any], asked: Any) -> str | None:
    defined = _structured(first(record, "tool_definitions", "toolDefinitions"))
    if isinstance(defined, Mapping):
        # By name: a map has no order that would mean anything.
        defined = [_structured(defined[name]) for name in sorted(defined)]
    if not defined:
        defined = at(asked, "tools")
    return compact(defined) if isinstance(defined, list) and defined else None


def _latency(record: Mapping[str, Any]) -> int | None:
    """From the two times: `latency` is seconds or milliseconds, by the age of the integration."""
    start = moment_of(first(record, "start_time", "startTime"))
    end = moment_of(first(record, "end_time", "endTime"))
    if start is None or end is None or end < start:
        return None
    return round((end - start) / 1_000)
