"""OpenAI batches: the input file joined with the output or error file by `custom_id`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from gauger.read.sources.batch_join import joined_rows
from gauger.read.sources.openai_shape import request_fields, response_fields
from gauger.read.sources.opening import LogFile
from gauger.read.sources.paths import at, first, mapping
from gauger.read.sources.reading import Reading
from gauger.read.sources.source import Sample


class OpenAIBatch:
    """Input lines `{"custom_id", "body"}` and output lines `{"custom_id", "response"}`."""

    name = "openai_batch"
    cannot_fill: tuple[str, ...] = ("conversation_id", "source_ip", "user_agent", "ja4")
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> int:
        """A `custom_id` beside a half, or the batch object itself."""
        shape = _Shape()
        return sum(
            ("custom_id" in record and (shape.asked(record) is not None or shape.answered(record)))
            or shape.about(record)
            for record in sample
        )

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each request that has an output, located at its input line."""
        yield from reading.batches(joined_rows(files, reading, _Shape()))


class _Shape:
    def asked(self, record: Mapping[str, Any]) -> Mapping[str, Any] | None:
        body = record.get("body")
        return body if isinstance(body, dict) else None

    def answered(self, record: Mapping[str, Any]) -> bool:
        return "response" in record or "error" in record

    def about(self, record: Mapping[str, Any]) -> bool:
        return record.get("object") == "batch"

    def body(self, result: Mapping[str, Any]) -> Mapping[str, Any]:
        return mapping(at(result, "response.body"))

    def join(self, request: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
        body = self.body(result)
        fields = request_fields(request) | response_fields(body)
        fields["exchange_id"] = first(result, "id", "response.request_id") or first(body, "id")
        fields["status"] = at(result, "response.status_code")
        if fields["finish_reason"] is None:
            # `batch_expired` and the like: the model was never asked.
            fields["finish_reason"] = first(result, "error.code")
        fields["conversation_id"] = None
        return fields
