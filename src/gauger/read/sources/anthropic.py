"""Logs of Anthropic Messages requests and responses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from gauger.read.sources.anthropic_shape import (
    error_status,
    is_response,
    request_fields,
    response_fields,
)
from gauger.read.sources.envelope import Envelope, envelope_fields, envelope_of
from gauger.read.sources.opening import LogFile
from gauger.read.sources.paths import at
from gauger.read.sources.reading import Reading
from gauger.read.sources.source import Sample


class Anthropic:
    """Records such as `{"request": {...}, "response": {...}}`, account and time beside them."""

    name = "anthropic"
    cannot_fill: tuple[str, ...] = ()
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> int:
        """A response of the Messages API, or a request that only it understands."""
        return sum(_recognised(envelope_of(record)) for record in sample)

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each record that names an account and a time."""
        for file in files:
            yield from reading.batches(reading.rows(file, _fields))


def _recognised(envelope: Envelope) -> bool:
    request = envelope.request
    if "messages" not in request:
        return False
    if is_response(envelope.response):
        return True
    tools = request.get("tools")
    tool = tools[0] if isinstance(tools, list) and tools else None
    own = "system" in request or "anthropic_version" in request
    return "choices" not in envelope.response and (own or at(tool, "input_schema") is not None)


def _fields(record: dict[str, Any], reading: Reading) -> dict[str, Any]:
    envelope = envelope_of(record)
    fields = request_fields(envelope.request)
    fields |= response_fields(envelope.response)
    if fields["request_model"] is None:
        fields["request_model"] = envelope.response.get("model")
    fields |= envelope_fields(envelope, reading)
    if fields["status"] is None or envelope.response.get("type") == "error":
        fields["status"] = error_status(envelope.response) or fields["status"]
    return fields
