"""Logs of OpenAI requests and responses: chat completions, Responses, older completions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from gauger.read.sources import anthropic_shape
from gauger.read.sources.envelope import Envelope, envelope_fields, envelope_of
from gauger.read.sources.openai_shape import is_response, request_fields, response_fields
from gauger.read.sources.opening import LogFile
from gauger.read.sources.reading import Reading
from gauger.read.sources.source import Sample


class OpenAI:
    """Records such as `{"request": {...}, "response": {...}}`, account and time beside them."""

    name = "openai"
    cannot_fill: tuple[str, ...] = ()
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> int:
        """A response of one of the APIs, or a request that no other format claims."""
        return sum(_recognised(envelope_of(record)) for record in sample)

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each record that names an account and a time."""
        for file in files:
            yield from reading.batches(reading.rows(file, _fields))


def _recognised(envelope: Envelope) -> bool:
    if is_response(envelope.response):
        return True
    request = envelope.request
    asked = "messages" in request or "input" in request
    return asked and "model" in request and not anthropic_shape.is_response(envelope.response)


def _fields(record: dict[str, Any], reading: Reading) -> dict[str, Any]:
    envelope = envelope_of(record)
    fields = request_fields(envelope.request)
    fields |= response_fields(envelope.response)
    if fields["request_model"] is None:
        fields["request_model"] = envelope.response.get("model")
    return fields | envelope_fields(envelope, reading)
