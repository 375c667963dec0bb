"""Bodies of the OpenAI APIs, chat completions, Responses and older ones, as canonical fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gauger.read.sources.asked import ask, text_of
from gauger.read.sources.jsontext import compact
from gauger.read.sources.paths import at, first, mapping

OBJECTS = frozenset({"chat.completion", "chat.completion.chunk", "text_completion", "response"})


def is_response(body: Any) -> bool:
    """Whether a response body is one of these APIs'."""
    kind = at(body, "object")
    return (isinstance(kind, str) and kind in OBJECTS) or isinstance(at(body, "choices"), list)


def request_fields(request: Mapping[str, Any]) -> dict[str, Any]:
    """Canonical fields that a request body fills."""
    fields: dict[str, Any]
    if "messages" in request:
        fields = {"operation": "chat", **ask(request["messages"])}
    elif "prompt" in request:
        fields = {"operation": "text_completion", **ask(_joined(request["prompt"]))}
    else:
        fields = {
            "operation": "chat",
            **ask(request.get("input"), request.get("instructions")),
        }
        if first(request, "previous_response_id", "conversation") is not None:
            # The earlier turns are with the provider, so this request cannot say which it is.
            fields["turn"] = None
        fields["conversation_id"] = first(request, "conversation.id", "conversation")
    tools = first(request, "tools", "functions")
    fields |= {
        "request_model": request.get("model"),
        "temperature": request.get("temperature"),
        "top_p": request.get("top_p"),
        "max_tokens": first(request, "max_completion_tokens", "max_tokens", "max_output_tokens"),
        "tools": compact(tools) if isinstance(tools, list) and tools else None,
        "stream": request.get("stream"),
    }
    return fields


def response_fields(response: Mapping[str, Any]) -> dict[str, Any]:
    """Canonical fields that a response body fills."""
    choices = response.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    usage = mapping(response.get("usage"))
    return {
        "response": _answer(choice, response),
        "finish_reason": first(choice, "finish_reason")
        or first(response, "incomplete_details.reason")
        or (first(response, "status") if response.get("object") == "response" else None),
        "input_tokens": first(usage, "prompt_tokens", "input_tokens"),
        "output_tokens": first(usage, "completion_tokens", "output_tokens"),
        "reasoning_tokens": first(
            usage,
            "completion_tokens_details.reasoning_tokens",
            "output_tokens_details.reasoning_tokens",
        ),
        "cached_tokens": first(
            usage, "prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens"
        ),
    }


def _answer(choice: Any, response: Mapping[str, Any]) -> str | None:
    for content in (at(choice, "message.content"), at(choice, "text")):
        text = text_of(content)
        if text is not None:
            return text
    output = response.get("output")
    if isinstance(output, list):
        texts = [text_of(at(item, "content")) for item in output if at(item, "type") == "message"]
        joined = "\n".join(text for text in texts if text)
        return joined or None
    return None


def _joined(prompt: Any) -> Any:
    """A legacy prompt may be a list of texts; one of token numbers has no text."""
    if isinstance(prompt, list) and prompt and all(isinstance(item, str) for item in prompt):
        return "\n".join(prompt)
    return prompt if isinstance(prompt, str) else None
