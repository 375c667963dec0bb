"""Bodies that Bedrock logs: Converse, Anthropic Messages, chat completions and plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gauger.read.sources import anthropic_shape, openai_shape
from gauger.read.sources.asked import ask, text_of
from gauger.read.sources.jsontext import compact
from gauger.read.sources.paths import at, first, mapping

_PROMPTS = ("prompt", "inputText", "message")
_ANSWERS = ("completion", "generation", "outputText", "text")


def request_fields(body: Mapping[str, Any], operation: str) -> dict[str, Any]:
    """Canonical fields that a request body fills, whichever model it is for."""
    if not body:
        return {"operation": "chat" if operation.startswith("Converse") else None}
    if operation.startswith("Converse") or "inferenceConfig" in body or "toolConfig" in body:
        return _converse(body)
    if "messages" in body and ("anthropic_version" in body or "system" in body):
        return anthropic_shape.request_fields(body)
    if "messages" in body:
        return openai_shape.request_fields(body)
    settings = mapping(body.get("textGenerationConfig")) or body
    prompt = first(body, *_PROMPTS)
    return {
        "operation": "text_completion",
        **ask(prompt if isinstance(prompt, str) else None),
        "temperature": settings.get("temperature"),
        "top_p": first(settings, "top_p", "topP", "p"),
        "max_tokens": first(
            settings, "max_tokens", "max_tokens_to_sample", "max_gen_len", "maxTokenCount"
        ),
    }


def response_fields(body: Any) -> dict[str, Any]:
    """Canonical fields that a response fills; a stream is logged as the list of its events."""
    if isinstance(body, list):
        return _streamed([event for event in body if isinstance(event, dict)])
    answer = mapping(body)
    if "output" in answer or "stopReason" in answer:
        content = at(answer, "output.message.content")
        return {
            "response": text_of(_parts(content)),
            "finish_reason": answer.get("stopReason"),
            "latency_ms": at(answer, "metrics.latencyMs"),
        }
    if openai_shape.is_response(answer):
        return _said(openai_shape.response_fields(answer))
    if anthropic_shape.is_response(answer) and "content" in answer:
        return _said(anthropic_shape.response_fields(answer))
    return {"response": _plain(answer), "finish_reason": _reason(answer)}


def _converse(body: Mapping[str, Any]) -> dict[str, Any]:
    settings = mapping(body.get("inferenceConfig"))
    messages = body.get("messages")
    said = [
        {"role": message.get("role"), "content": _parts(message.get("content"))}
        for message in (messages if isinstance(messages, list) else ())
        if isinstance(message, dict)
    ]
    tools = at(body, "toolConfig.tools")
    return {
        "operation": "chat",
        **ask(said, _parts(body.get("system"))),
        "temperature": settings.get("temperature"),
        "top_p": settings.get("topP"),
        "max_tokens": first(settings, "maxTokens", "max_new_tokens"),
        "tools": compact(tools) if isinstance(tools, list) and tools else None,
    }


def _parts(content: Any) -> Any:
    """Converse names the kind of a part by its key: `{"text": ...}`, `{"image": ...}`."""
    if not isinstance(content, list):
        return content
    found: list[Any] = []
    for part in content:
        if not isinstance(part, dict):
            found.append(part)
        elif "toolResult" in part:
            found.append({"type": "tool_result"})
        elif "image" in part:
            found.append({"type": "image"})
        elif isinstance(part.get("text"), str):
            found.append({"type": "text", "text": part["text"]})
        else:
            found.append({"type": "other"})
    return found


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, without the counts: Bedrock's own stand beside every body."""
    return {name: fields[name] for name in ("response", "finish_reason")}


def _streamed(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    texts: list[str] = []
    reason: Any = None
    latency: Any = None
    for event in events:
        text = first(
            event,
            "contentBlockDelta.delta.text",  # Converse
            "delta.text",  # Anthropic
            *_ANSWERS,
        )
        if text is None:
            choices = event.get("choices")
            choice = choices[0] if isinstance(choices, list) and choices else None
            text = first(choice, "delta.content")
            reason = first(choice, "finish_reason") or reason
        if isinstance(text, str):
            texts.append(text)
        reason = (
            first(event, "messageStop.stopReason", "delta.stop_reason") or _reason(event) or reason
        )
        latency = (
            first(
                event,
                "metadata.metrics.latencyMs",
                "amazon-bedrock-invocationMetrics.invocationLatency",
            )
            or latency
        )
    return {
        "response": "".join(texts) if texts else None,
        "finish_reason": reason,
        "latency_ms": latency,
    }


def _plain(answer: Mapping[str, Any]) -> str | None:
    for name in ("results", "outputs", "generations"):
        held = answer.get(name)
        if isinstance(held, list) and held:
            text = first(held[0], "outputText", "text")
            return text if isinstance(text, str) else None
    text = first(answer, *_ANSWERS)
    return text if isinstance(text, str) else None


def _reason(answer: Mapping[str, Any]) -> Any:
    for name in ("results", "outputs", "generations"):
        held = answer.get(name)
        if isinstance(held, list) and held:
            return first(held[0], "completionReason", "stop_reason", "finish_reason")
    return first(answer, "stop_reason", "completionReason", "finish_reason")
