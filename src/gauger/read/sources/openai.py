"""Logs of OpenAI requests and responses: chat completions, Responses, older completions."""

from __future__ import annotations

from typing import Any

from gauger.read.sources import anthropic_shape
from gauger.read.sources.bodies import Bodies
from gauger.read.sources.envelope import Envelope
from gauger.read.sources.openai_shape import is_response, request_fields, response_fields


class OpenAI(Bodies):
    """A response of one of the APIs, or a request that no other format claims."""

    name = "openai"

    def _is_own(self, envelope: Envelope) -> bool:
        if is_response(envelope.response):
            return True
        request = envelope.request
        asked = "messages" in request or "input" in request
        return asked and "model" in request and not anthropic_shape.is_response(envelope.response)

    def _body_fields(self, envelope: Envelope) -> dict[str, Any]:
        return request_fields(envelope.request) | response_fields(envelope.response)
