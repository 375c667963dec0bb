"""Anthropic message batches: requests joined with results by `custom_id`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from gauger.read.sources.anthropic_shape import error_status, request_fields, response_fields
from gauger.read.sources.batch_join import joined_rows
from gauger.read.sources.opening import LogFile
from gauger.read.sources.paths import at, first, mapping
from gauger.read.sources.reading import Reading
from gauger.read.sources.source import Sample


class AnthropicBatch:
    """Requests `{"custom_id", "params"}`, also inside `requests`, and `{"custom_id", "result"}`."""

    name = "anthropic_batch"
    cannot_fill: tuple[str, ...] = ("conversation_id", "source_ip", "user_agent", "ja4")
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> int:
        """A `custom_id` beside a half, the whole call, or the batch object itself."""
        return sum(_recognised(record) for record in sample)

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each request that has a result, located at its request."""
        yield from reading.batches(joined_rows(files, reading, _Shape()))


def _recognised(record: Mapping[str, Any]) -> bool:
    shape = _Shape()
    requests = record.get("requests")
    if isinstance(requests, list) and requests:
        record = mapping(requests[0])
    half = shape.asked(record) is not None or shape.answered(record)
    return ("custom_id" in record and half) or shape.about(record)


class _Shape:
    def asked(self, record: Mapping[str, Any]) -> Mapping[str, Any] | None:
        params = record.get("params")
        return params if isinstance(params, dict) else None

    def answered(self, record: Mapping[str, Any]) -> bool:
        return "result" in record

    def about(self, record: Mapping[str, Any]) -> bool:
        return record.get("type") == "message_batch"

    def body(self, result: Mapping[str, Any]) -> Mapping[str, Any]:
        return mapping(at(result, "result.message"))

    def join(self, request: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
        body = self.body(result)
        fields = request_fields(request) | response_fields(body)
        fields["exchange_id"] = first(body, "id") or first(result, "result.error.request_id")
        kind = at(result, "result.type")
        if kind == "succeeded":
            fields["status"] = 200
        else:
            # `canceled` and `expired`: the model was never asked.
            fields["finish_reason"] = kind
            fields["status"] = error_status(at(result, "result.error"))
        return fields
