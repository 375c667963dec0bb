"""What a request asks: its last user message, its system text and its turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_TEXT_PARTS = frozenset({"text", "input_text", "output_text"})
_IMAGE_PARTS = frozenset({"image", "image_url", "input_image"})
_SYSTEM_ROLES = frozenset({"system", "developer"})
_TOOL_ROLES = frozenset({"tool", "function"})


def text_of(content: Any) -> str | None:
    """Text of a message's content: parts joined with newlines; null if it has no text."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        content = [content]
    if not isinstance(content, list):
        return None
    texts = [text for part in content if (text := _part_text(part)) is not None]
    return "\n".join(texts) if texts else None


def ask(messages: Any, system: Any = None) -> dict[str, Any]:
    """Canonical fields of a conversation as chat, Messages or Responses requests hold it.

    `system` is the text that stands outside the messages, in whatever form it has.
    """
    if isinstance(messages, str):
        messages = [{"role": "user", "content": messages}]
    items = [item for item in _sequence(messages) if isinstance(item, Mapping)]
    systems = [text_of(system)]
    turn = 0
    last: Mapping[str, Any] | None = None
    ends_in_tool = False
    for item in items:
        role = item.get("role")
        if _is_tool_result(item):
            ends_in_tool = True
        elif _is_one_of(role, _SYSTEM_ROLES):
            systems.append(text_of(item.get("content")))
        elif role == "user":
            turn += 1
            last, ends_in_tool = item, False
    fields: dict[str, Any] = {"turn": turn or None}
    texts = [text for text in systems if text]
    if texts:
        fields["system"] = "\n".join(texts)
    if ends_in_tool:
        fields["input_role"] = "tool"
    elif last is not None:
        content = last.get("content")
        fields["input_role"] = "user"
        fields["prompt"] = text_of(content)
        fields["input_images"] = sum(
            isinstance(part, Mapping) and _is_one_of(part.get("type"), _IMAGE_PARTS)
            for part in _sequence(content)
        )
    return fields


def _is_tool_result(item: Mapping[str, Any]) -> bool:
    if _is_one_of(item.get("role"), _TOOL_ROLES):
        return True
    kind = item.get("type")
    if isinstance(kind, str) and kind.endswith("_output"):
        return True  # the Responses API's function_call_output and its kin
    return item.get("role") == "user" and any(
        isinstance(part, Mapping) and str(part.get("type")).endswith("tool_result")
        for part in _sequence(item.get("content"))
    )


def _part_text(part: Any) -> str | None:
    if isinstance(part, str):
        return part
    if isinstance(part, Mapping) and _is_one_of(part.get("type", "text"), _TEXT_PARTS):
        text = part.get("text")
        return text if isinstance(text, str) else None
    return None


def _is_one_of(value: Any, known: frozenset[str]) -> bool:
    return isinstance(value, str) and value in known


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
