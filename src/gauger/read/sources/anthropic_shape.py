"""Bodies of the Anthropic Messages API as canonical fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gauger.read.sources.asked import ask, text_of
from gauger.read.sources.coerce import as_integer
from gauger.read.sources.jsontext import compact
from gauger.read.sources.paths import at, first, mapping

ERROR_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


def is_response(body: Any) -> bool:
    """Whether a response body is this API's, an error included."""
    return at(body, "type") in ("message", "error") or at(body, "stop_reason") is not None


def request_fields(request: Mapping[str, Any]) -> dict[str, Any]:
    """Canonical fields that a request body fills."""
    tools = request.get("tools")
    return {
        "operation": "chat",
        **ask(request.get("messages"), request.get("system")),
        "request_model": request.get("model"),
        "temperature": request.get("temperature"),
        "top_p": request.get("top_p"),
        "max_tokens": request.get("max_tokens"),
        "tools": compact(tools) if isinstance(tools, list) and tools else None,
        "stream": request.get("stream"),
    }


def response_fields(response: Mapping[str, Any]) -> dict[str, Any]:
    """Canonical fields that a response body fills; `input_tokens` is made whole."""
    usage = mapping(response.get("usage"))
    # The API counts what a cache served or took in apart from the rest of the input.
    parts = [
        as_integer(usage.get(name))
        for name in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    ]
    whole = None if parts[0] is None else sum(part for part in parts if part and part > 0)
    if parts[0] is not None and parts[0] < 0:
        whole = None
    return {
        "response": text_of(response.get("content")),
        "finish_reason": response.get("stop_reason"),
        "input_tokens": whole,
        "output_tokens": usage.get("output_tokens"),
        "reasoning_tokens": first(usage, "output_tokens_details.reasoning_tokens"),
        "cached_tokens": usage.get("cache_read_input_tokens"),
    }


def error_status(error: Any) -> int | None:
    """HTTP status that an error body stands for; null for a type that is not documented."""
    kind = first(error, "error.type", "type")
    return ERROR_STATUS.get(kind) if isinstance(kind, str) else None
