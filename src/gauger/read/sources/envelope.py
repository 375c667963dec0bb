"""What stands around a request and its response in a provider's own log: who, when, whence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gauger.read.sources.coerce import as_integer
from gauger.read.sources.gateway import REQUEST_IDS
from gauger.read.sources.jsontext import parse
from gauger.read.sources.network import address
from gauger.read.sources.paths import first, mapping
from gauger.read.sources.reading import Reading
from gauger.read.sources.rejects import RejectedRecord

TIME_KEYS = (
    "time", "timestamp", "ts", "created_at", "start_time", "startTime", "request_time", "date",
)  # fmt: skip
ACCOUNT_KEYS = ("account_id", "user_id", "organization", "api_key_hash")
ASSERTED_ACCOUNT_KEYS = ("safety_identifier", "user", "metadata.user_id")
"""In the request body: the client writes them, so they weigh less."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One record of a log of raw bodies."""

    beside: Mapping[str, Any]
    """The record itself, for the keys beside the bodies."""
    request: Mapping[str, Any]
    response: Mapping[str, Any]
    request_headers: Mapping[str, Any]
    response_headers: Mapping[str, Any]
    status: Any


def envelope_of(record: Mapping[str, Any]) -> Envelope:
    """Take a record apart: bodies nested or flat, bare or inside an HTTP message."""
    asked = body_of(first(record, "request", "request_body"))
    answered = body_of(first(record, "response", "response_body"))
    request = body_of(asked.get("body")) if "body" in asked else asked
    response = body_of(answered.get("body")) if "body" in answered else answered
    if not asked and ("messages" in record or "input" in record or "prompt" in record):
        request = record
    status = first(record, "status_code", "response_status", "status")
    return Envelope(
        record,
        request,
        response,
        _headers(asked.get("headers") or record.get("headers")),
        _headers(answered.get("headers")),
        first(answered, "status_code") if status is None else status,
    )


def envelope_fields(envelope: Envelope, reading: Reading) -> dict[str, Any]:
    """Canonical fields beside the bodies; raises `RejectedRecord` without account or time."""
    beside = envelope.beside
    headers = envelope.request_headers
    forwarded = headers.get("x-forwarded-for")
    source_ip = first(beside, "source_ip", "client_ip", "ip", "ip_address", "remote_addr")
    if source_ip is None and forwarded is not None:
        source_ip = forwarded
        reading.asserted.add("source_ip")
    fields = {
        "exchange_id": _identity(envelope),
        REQUEST_IDS: _request_ids(envelope),
        "account_id": account_of(beside, envelope.request, reading),
        "time": time_of(beside, envelope.response, reading),
        "organization_id": first(
            beside, "organization_id", "organization", "org_id", "workspace_id"
        ),
        "credential_id": first(beside, "credential_id", "api_key_id", "api_key_hash"),
        "source_ip": address(source_ip, reading),
        "user_agent": first(beside, "user_agent") or headers.get("user-agent"),
        "ja4": first(beside, "ja4"),
        "latency_ms": first(beside, "latency_ms", "duration_ms"),
        "status": status_of(envelope),
    }
    conversation = first(beside, "conversation_id")
    return fields if conversation is None else {**fields, "conversation_id": conversation}


def account_of(beside: Any, request: Any, reading: Reading) -> Any:
    """Who asked: the setting's field, else the usual keys; raises `RejectedRecord`."""
    chosen = reading.settings.account_field
    if chosen is not None:
        account = first(beside, chosen)
        if account is None:
            account = first(request, chosen)
        if account is None:
            raise RejectedRecord(f"no account: `{chosen}` is missing or empty", chosen)
        return account
    account = first(beside, *ACCOUNT_KEYS)
    if account is not None:
        return account
    account = first(request, *ASSERTED_ACCOUNT_KEYS)
    if account is None:
        account = first(beside, *ASSERTED_ACCOUNT_KEYS)
    if account is None:
        known = ", ".join(f"`{key}`" for key in ACCOUNT_KEYS + ASSERTED_ACCOUNT_KEYS)
        raise RejectedRecord(
            f"no account: none of {known} is set; name the field that holds it", "account_id"
        )
    reading.asserted.add("account_id")
    return account


def time_of(beside: Any, response: Any, reading: Reading) -> Any:
    """When it was asked: beside the bodies, else the response's own; raises `RejectedRecord`."""
    for holder, keys in ((beside, TIME_KEYS), (response, ("created", "created_at"))):
        for key in keys:
            value = first(holder, key)
            if value is None:
                continue
            problem = reading.clock.problem(value)
            if problem is not None:
                raise RejectedRecord(f"`{key}` {problem}", key)
            return value
    known = ", ".join(f"`{key}`" for key in TIME_KEYS)
    raise RejectedRecord(f"no time: none of {known} is set, nor the response's `created`", "time")


def status_of(envelope: Envelope) -> int | None:
    """HTTP status, also where only an error or a response without one says it."""
    status = as_integer(envelope.status)
    if status is not None:
        return status
    error = envelope.response.get("error") or envelope.beside.get("error")
    if error:
        return as_integer(first(error, "status", "status_code", "code"))
    return 200 if envelope.response else None


def _identity(envelope: Envelope) -> Any:
    return (
        first(envelope.response, "id")
        or first(envelope.beside, "exchange_id", "request_id", "id")
        or first(envelope.response_headers, "x-request-id", "request-id")
    )


def _request_ids(envelope: Envelope) -> list[Any]:
    return [
        first(envelope.beside, "request_id", "x_request_id"),
        envelope.request_headers.get("x-request-id"),
        envelope.response_headers.get("x-request-id"),
        envelope.response_headers.get("request-id"),
        envelope.response_headers.get("x-kong-request-id"),
    ]


def body_of(value: Any) -> Mapping[str, Any]:
    """A body as an object; one that is kept as text is parsed a second time."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = parse(value.encode("utf-8"))
        except (RejectedRecord, UnicodeEncodeError):
            return {}
    return mapping(value)


def _headers(value: Any) -> dict[str, Any]:
    return {str(key).lower(): item for key, item in mapping(value).items()}
