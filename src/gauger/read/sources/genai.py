"""Attributes of OpenTelemetry's GenAI conventions, of every age, as canonical fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gauger.read.sources.asked import ask, text_of
from gauger.read.sources.coerce import as_integer
from gauger.read.sources.genai_messages import (
    answer_of,
    content_of,
    from_numbered,
    messages_of,
    parsed,
    parsed_or_none,
)
from gauger.read.sources.jsontext import compact
from gauger.read.sources.network import address
from gauger.read.sources.reading import Reading
from gauger.read.sources.rejects import RejectedRecord

DETAILS: Final = "gen_ai.client.inference.operation.details"
"""The event that carries a whole call, beside its span or in place of one."""

ACCOUNT_KEYS: Final = ("enduser.id", "user.id", "enduser.pseudo.id")
"""Set by whoever runs the instrumented service."""
ASSERTED_ACCOUNT_KEYS: Final = ("gen_ai.user", "llm.user")
"""Copied from the `user` of the request body, which the client writes."""

_OPERATIONS = {
    "chat": "chat",
    "generate_content": "chat",
    "text_completion": "text_completion",
    "embeddings": "embeddings",
    "completion": "text_completion",
    "embedding": "embeddings",
}
_STATUS = {
    "BadRequestError": 400, "ValidationException": 400, "AuthenticationError": 401,
    "PermissionDeniedError": 403, "AccessDeniedException": 403, "NotFoundError": 404,
    "ConflictError": 409, "UnprocessableEntityError": 422, "RateLimitError": 429,
    "ThrottlingException": 429, "InternalServerError": 500, "OverloadedError": 529,
}  # fmt: skip
"""Statuses of the errors that clients are documented to raise; their names are `error.type`."""


def first_of(attributes: Mapping[str, Any], *names: str) -> Any:
    """The first attribute that is set. Names hold dots and are no paths."""
    for name in names:
        value = attributes.get(name)
        if value is not None and value != "":
            return value
    return None


def operation_of(attributes: Mapping[str, Any]) -> str | None:
    """The canonical operation of a call to a model; null for tools, agents and all else."""
    name = first_of(attributes, "gen_ai.operation.name", "llm.request.type")
    if name is not None:
        return _OPERATIONS.get(name) if isinstance(name, str) else None
    # Before 1.27 nothing named the operation: a model and its provider make a call.
    provider = first_of(attributes, "gen_ai.provider.name", "gen_ai.system")
    model = first_of(attributes, "gen_ai.request.model", "gen_ai.response.model")
    part = first_of(attributes, "gen_ai.tool.name", "gen_ai.agent.name", "gen_ai.agent.id")
    return "chat" if provider is not None and model is not None and part is None else None


def is_of_genai(attributes: Mapping[str, Any]) -> bool:
    """Whether these conventions speak at all, be it of a tool or an agent."""
    return "gen_ai.operation.name" in attributes or "gen_ai.tool.name" in attributes


def call_fields(
    attributes: Mapping[str, Any], operation: str, *, failed: bool, reading: Reading
) -> dict[str, Any]:
    """Canonical fields that a call to a model fills, but when, who and whence."""
    fields: dict[str, Any] = {
        **_asked(attributes, reading),
        **_answered(attributes, reading),
        **_counted(attributes),
        "operation": operation,
        "exchange_id": first_of(attributes, "gen_ai.response.id"),
        "request_model": first_of(attributes, "gen_ai.request.model", "gen_ai.response.model"),
        "temperature": attributes.get("gen_ai.request.temperature"),
        "top_p": attributes.get("gen_ai.request.top_p"),
        "max_tokens": first_of(
            attributes, "gen_ai.request.max_tokens", "gen_ai.request.max_completion_tokens"
        ),
        "tools": _tools(attributes, reading),
        "stream": first_of(
            attributes, "gen_ai.request.stream", "gen_ai.is_streaming", "llm.is_streaming"
        ),
    }
    kept = ("gen_ai.request.previous_response.id", "gen_ai.conversation.compacted")
    if first_of(attributes, *kept):
        # Earlier turns are with the provider, so the messages do not number this one.
        fields["turn"] = None
    fields["status"] = _status(attributes, fields, failed)
    return fields


def around_fields(
    attributes: Mapping[str, Any], *, is_server: bool, reading: Reading
) -> dict[str, Any]:
    """Who asked, and whence, as far as one span knows: a call may learn it from those around."""
    # On the side that calls, the peer is the provider.
    peer = ("network.peer.address", "net.sock.peer.addr") if is_server else ()
    conversation = first_of(attributes, "gen_ai.conversation.id")
    if conversation is None:
        conversation = first_of(attributes, "session.id")
        if conversation is not None:
            reading.asserted.add("conversation_id")
    fields = {
        "organization_id": first_of(attributes, "organization.id", "tenant.id"),
        "source_ip": address(
            first_of(attributes, "client.address", "http.client_ip", *peer), reading
        ),
        "user_agent": first_of(attributes, "user_agent.original", "http.user_agent"),
        "conversation_id": conversation,
        "account_id": account_in(attributes, reading),
    }
    if is_server:
        fields["status"] = _http_status(attributes)
    return {name: value for name, value in fields.items() if value is not None}


def account_in(attributes: Mapping[str, Any], reading: Reading) -> Any:
    """Who asked, by the setting's attribute or else by the usual ones; null if none is set."""
    chosen = reading.settings.account_field
    if chosen is not None:
        return first_of(attributes, chosen)
    account = first_of(attributes, *ACCOUNT_KEYS)
    if account is None:
        account = first_of(attributes, *ASSERTED_ACCOUNT_KEYS)
        if account is not None:
            reading.asserted.add("account_id")
    return account


def no_account(reading: Reading) -> RejectedRecord:
    """Why a call without an account is rejected, naming every attribute looked for."""
    chosen = reading.settings.account_field
    where = "on the span, on those around it or on its resource"
    if chosen is not None:
        return RejectedRecord(f"no account: `{chosen}` is not set {where}", chosen)
    known = ", ".join(f"`{key}`" for key in ACCOUNT_KEYS + ASSERTED_ACCOUNT_KEYS)
    reason = f"no account: none of {known} is set {where}; name the attribute that holds it"
    return RejectedRecord(reason, "account_id")


def _asked(attributes: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    system = first_of(attributes, "gen_ai.system_instructions")
    messages: Any = first_of(attributes, "gen_ai.input.messages", "gen_ai.prompt")
    try:
        said = parsed(messages)
        instructions = parsed(system)
    except RejectedRecord:
        reading.fill_failed("prompt", 1)
        return {}
    if said is None:
        said = from_numbered(attributes, "gen_ai.prompt.")
    if isinstance(instructions, list):
        instructions = text_of(content_of(instructions))
    asked = messages_of(said)
    return ask(asked, instructions) if asked or instructions else {}


def _answered(attributes: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    output = first_of(attributes, "gen_ai.output.messages", "gen_ai.completion")
    try:
        said = parsed(output)
    except RejectedRecord:
        reading.fill_failed("response", 1)
        said = None
    if said is None:
        said = from_numbered(attributes, "gen_ai.completion.")
    text, reason = (said, None) if isinstance(said, str) else answer_of(said)
    reasons = attributes.get("gen_ai.response.finish_reasons")
    reasons = parsed_or_none(reasons) if isinstance(reasons, str) else reasons
    if isinstance(reasons, list) and reasons:
        reason = reasons[0]
    return {"response": text, "finish_reason": reason}


def _counted(attributes: Mapping[str, Any]) -> dict[str, Any]:
    whole = first_of(attributes, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")
    cached = first_of(
        attributes,
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_read_input_tokens",
    )
    counted, read = as_integer(whole), as_integer(cached)
    if counted is not None and read is not None and 0 <= counted < read:
        # Some count what a cache served apart, against the conventions; a part is no more
        # than the whole.
        written = first_of(
            attributes,
            "gen_ai.usage.cache_write.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens",
            "gen_ai.usage.cache_creation_input_tokens",
        )
        whole = counted + read + max(as_integer(written) or 0, 0)
    return {
        "input_tokens": whole,
        "output_tokens": first_of(
            attributes, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"
        ),
        "cached_tokens": cached,
        "reasoning_tokens": first_of(
            attributes, "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"
        ),
    }


def _tools(attributes: Mapping[str, Any], reading: Reading) -> str | None:
    try:
        tools = parsed(first_of(attributes, "gen_ai.tool.definitions"))
    except RejectedRecord:
        reading.fill_failed("tools", 1)
        return None
    if tools is None:
        tools = from_numbered(attributes, "llm.request.functions.")
    return compact(tools) if isinstance(tools, list) and tools else None


def _http_status(attributes: Mapping[str, Any]) -> int | None:
    return as_integer(first_of(attributes, "http.response.status_code", "http.status_code"))


def _status(attributes: Mapping[str, Any], fields: Mapping[str, Any], failed: bool) -> int | None:
    status = _http_status(attributes)
    if status is not None:
        return status
    error = first_of(attributes, "error.type")
    if error is not None:
        named = str(error).rpartition(".")[2]
        return _STATUS.get(named) or as_integer(error)
    answered = first_of(attributes, "gen_ai.response.id", "gen_ai.response.model")
    answered = answered or fields["finish_reason"] or fields["output_tokens"]
    return 200 if answered and not failed else None
