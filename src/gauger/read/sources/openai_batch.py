"""OpenAI batches: the input file joined with the output or error file by `custom_id`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gauger.read.sources.batch import Batch
from gauger.read.sources.openai_shape import request_fields, response_fields
from gauger.read.sources.paths import at, first, mapping


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


OPENAI_BATCH: Final = Batch("openai_batch", _Shape())
