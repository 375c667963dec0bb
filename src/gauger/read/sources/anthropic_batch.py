"""Anthropic message batches: requests joined with results by `custom_id`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gauger.read.sources.anthropic_shape import error_status, request_fields, response_fields
from gauger.read.sources.batch import Batch
from gauger.read.sources.paths import at, first, mapping


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


ANTHROPIC_BATCH: Final = Batch("anthropic_batch", _Shape())
