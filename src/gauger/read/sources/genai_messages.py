"""What was said in a call, as GenAI conventions of every age write it down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gauger.read.sources.asked import text_of
from gauger.read.sources.jsontext import parse
from gauger.read.sources.otlp import Event
from gauger.read.sources.paths import at, mapping
from gauger.read.sources.rejects import RejectedRecord

_ROLES = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}
CHOICE = "gen_ai.choice"
MESSAGE_EVENTS = frozenset({*_ROLES, CHOICE})
"""Events of the conventions up to 1.36: one for each message, and one for each answer."""

_OLDEST_EVENTS = {
    "gen_ai.content.prompt": "gen_ai.prompt",
    "gen_ai.content.completion": "gen_ai.completion",
}
"""Events of a span up to 1.27, each with all messages as JSON text in one attribute."""


def parsed(value: Any) -> Any:
    """A structured attribute, which a span may only be able to hold as JSON text.

    Raises `RejectedRecord` for text that is cut, as limits on the length of attributes cut it.
    """
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        return parse(value.encode("utf-8", "replace"))
    return value


def messages_of(value: Any) -> list[dict[str, Any]]:
    """Messages with parts as messages with content; a bare text is what a user says."""
    if isinstance(value, str):
        return [{"role": "user", "content": value}]
    if isinstance(value, Mapping):
        value = [value]
    found = []
    for message in value if isinstance(value, list) else ():
        if isinstance(message, Mapping):
            parts = message.get("parts")
            if isinstance(parts, list):
                message = {"role": message.get("role"), "content": content_of(parts)}
            found.append(dict(message))
    return found


def content_of(parts: Iterable[Any]) -> list[Any]:
    """Parts of a message as parts of a chat request."""
    return [_part(part) for part in parts]


def _part(part: Any) -> Any:
    if not isinstance(part, Mapping):
        return part
    kind = part.get("type")
    if kind == "text":
        text = part.get("content")
        return {"type": "text", "text": part.get("text") if text is None else text}
    if kind == "tool_call_response":
        return {"type": "tool_result"}
    if _is_image(part):
        return {"type": "image"}
    return {"type": kind}


def _is_image(part: Mapping[str, Any]) -> bool:
    kind, media = part.get("type"), part.get("mime_type")
    if kind in ("image", "image_url", "input_image") or part.get("modality") == "image":
        return True
    return isinstance(media, str) and media.startswith("image/")


def answer_of(value: Any) -> tuple[str | None, Any]:
    """Text and finish reason of the first answer."""
    messages = value if isinstance(value, list) else [value]
    message = mapping(messages[0]) if messages else {}
    parts = message.get("parts")
    text = text_of(content_of(parts) if isinstance(parts, list) else message.get("content"))
    return text, message.get("finish_reason")


def from_events(events: Iterable[Event]) -> dict[str, Any]:
    """What the older events of a call say, under the names of today's attributes."""
    asked: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    found: dict[str, Any] = {}
    for event in events:
        # A log record has a body; an event of a span has attributes only.
        body = event.body if isinstance(event.body, Mapping) else event.attributes
        if event.name in _ROLES:
            content = _content(body.get("content"))
            if content is not None or event.name == "gen_ai.tool.message":
                asked.append({"role": body.get("role") or _ROLES[event.name], "content": content})
        elif event.name == CHOICE:
            message = parsed_or_none(body.get("message"))
            content = at(message, "content") if isinstance(message, Mapping) else message
            reason = body.get("finish_reason")
            answers.append({"content": _content(content), "finish_reason": reason})
        elif event.name in _OLDEST_EVENTS:
            name = _OLDEST_EVENTS[event.name]
            found[name] = event.attributes.get(name)
    if asked:
        found["gen_ai.input.messages"] = asked
    if answers:
        found["gen_ai.output.messages"] = answers
    return found


def parsed_or_none(value: Any) -> Any:
    """`parsed`, with null for text that is cut."""
    try:
        return parsed(value)
    except RejectedRecord:
        return None


def _content(value: Any) -> Any:
    """A content that is a list of parts may be kept as text; other text stays as it is."""
    if isinstance(value, str) and value.startswith("[{"):
        found = parsed_or_none(value)
        return found if isinstance(found, list) else value
    return value


def from_numbered(attributes: Mapping[str, Any], prefix: str) -> list[dict[str, Any]]:
    """Messages that are flattened into attributes: `gen_ai.prompt.0.content` and so on."""
    found: dict[int, dict[str, Any]] = {}
    for key, value in attributes.items():
        if key.startswith(prefix):
            number, _, name = key[len(prefix) :].partition(".")
            if number.isdecimal() and len(number) < 9 and name in _NUMBERED:
                found.setdefault(int(number), {})[name] = value
    for message in found.values():
        message["content"] = _content(message.get("content"))
    return [found[number] for number in sorted(found)]


_NUMBERED = frozenset({"role", "content", "finish_reason", "name", "description", "parameters"})
