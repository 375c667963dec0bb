"""Helicone's export of requests, with the bodies beside them where these were exported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from gauger.read.sources import anthropic_shape, openai_shape
from gauger.read.sources.coerce import as_integer, as_number
from gauger.read.sources.envelope import body_of
from gauger.read.sources.opening import LogFile
from gauger.read.sources.paths import at, first
from gauger.read.sources.reading import Reading
from gauger.read.sources.rejects import RejectedRecord
from gauger.read.sources.source import Sample

_MARKS = (
    "request_created_at", "response_created_at", "request_user_id", "request_properties",
    "request_path", "request_model", "response_status", "signed_body_url", "helicone_user",
)  # fmt: skip
_NAMES = {
    "exchange_id": "request_id",
    "time": "request_created_at",
    "account_id": "request_user_id",
}
SESSION = "Helicone-Session-Id"


class Helicone:
    """One request to a record, as the export tool and the query API give it."""

    name = "helicone"
    cannot_fill: tuple[str, ...] = (
        "organization_id", "credential_id", "source_ip", "user_agent", "ja4",
    )  # fmt: skip
    asserted_by_client: tuple[str, ...] = ("conversation_id",)
    """A session is a header of the request."""

    def recognises(self, sample: Sample) -> int:
        """Helicone's own names for the parts of a request."""
        return sum(
            "request_id" in record and sum(mark in record for mark in _MARKS) >= 3
            for record in sample
        )

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each request, failed ones included."""
        names = dict(_NAMES)
        if reading.settings.account_field is not None:
            names["account_id"] = reading.settings.account_field
        for file in files:
            yield from reading.batches(reading.rows(file, _fields), names)


def _fields(record: dict[str, Any], reading: Reading) -> dict[str, Any]:
    request, response = body_of(record.get("request_body")), body_of(record.get("response_body"))
    if _is_anthropic(record, response):
        fields = anthropic_shape.request_fields(request) | anthropic_shape.response_fields(response)
    else:
        fields = openai_shape.request_fields(request) | openai_shape.response_fields(response)
    if "embedding" in str(record.get("request_path")):
        fields["operation"] = "embeddings"
    status = as_integer(record.get("response_status"))
    delay = as_number(record.get("delay_ms"))
    return {
        **fields,
        **_counted(record, fields),
        "exchange_id": record.get("request_id"),
        "time": record.get("request_created_at"),
        "account_id": _account(record, reading),
        "request_model": first(record, "request_model")
        or fields["request_model"]
        or first(record, "model_override", "response_model"),
        "conversation_id": first(record, f"request_properties.{SESSION}"),
        # Below 100 are Helicone's own codes, for requests that were cancelled or still run.
        "status": status if status is not None and status >= 100 else None,
        "latency_ms": None if delay is None else round(delay),
    }


def _account(record: Mapping[str, Any], reading: Reading) -> Any:
    """The setting's field, else the user that the request's own header names."""
    chosen = reading.settings.account_field
    if chosen is not None:
        return at(record, chosen)
    account = first(record, "request_user_id")
    if account is None:
        raise RejectedRecord(
            "no account: `request_user_id` is not set; name the field that holds it, "
            "such as a property: `request_properties.NAME`",
            "request_user_id",
        )
    reading.asserted.add("account_id")
    return account


def _is_anthropic(record: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    if openai_shape.is_response(response):
        return False
    path = str(record.get("request_path"))
    return anthropic_shape.is_response(response) or path.partition("?")[0].endswith("/messages")


def _counted(record: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Helicone's own counts, for what the response's usage does not say."""
    found: dict[str, Any] = {}
    whole, cached = record.get("prompt_tokens"), record.get("prompt_cache_read_tokens")
    if fields["input_tokens"] is None:
        counted, read = as_integer(whole), as_integer(cached)
        if counted is not None and read is not None and 0 <= counted < read:
            # Of APIs that count the cached part apart, a part cannot be more than the whole.
            written = as_integer(record.get("prompt_cache_write_tokens"))
            whole = counted + read + max(written or 0, 0)
        found["input_tokens"] = whole
    if fields["output_tokens"] is None:
        found["output_tokens"] = record.get("completion_tokens")
    if fields["cached_tokens"] is None:
        found["cached_tokens"] = cached
    return found
