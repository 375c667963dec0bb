"""Logs of Anthropic Messages requests and responses."""

from __future__ import annotations

from typing import Any

from gauger.read.sources.anthropic_shape import (
    error_status,
    is_response,
    request_fields,
    response_fields,
)
from gauger.read.sources.bodies import Bodies
from gauger.read.sources.envelope import Envelope
from gauger.read.sources.paths import at
from gauger.read.sources.reading import Reading


class Anthropic(Bodies):
    """A response of the Messages API, or a request that only it understands."""

    name = "anthropic"

    def _is_own(self, envelope: Envelope) -> bool:
        request = envelope.request
        if "messages" not in request:
            return False
        if is_response(envelope.response):
            return True
        tools = request.get("tools")
        tool = tools[0] if isinstance(tools, list) and tools else None
        own = "system" in request or "anthropic_version" in request
        return "choices" not in envelope.response and (own or at(tool, "input_schema") is not None)

    def _body_fields(self, envelope: Envelope) -> dict[str, Any]:
        return request_fields(envelope.request) | response_fields(envelope.response)

    def _fields(self, envelope: Envelope, reading: Reading) -> dict[str, Any]:
        fields = super()._fields(envelope, reading)
        response = envelope.response
        if fields["status"] is None or response.get("type") == "error":
            fields["status"] = error_status(response) or fields["status"]
        return fields
