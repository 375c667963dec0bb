"""LiteLLM's Generic Guardrail API: a guardrail that asks who sends, never what.

It may block and cannot slow: what would be slowed is blocked here, with the time to wait in words.
A proxy that needs 429 asks through its own hook, or through Envoy or nginx before it.
"""

from __future__ import annotations

from typing import Any, Literal

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from gauger.act.cases.keys import Scope
from gauger.face.server.access import LARGEST_PROMPT, admit, body_of
from gauger.face.server.gateways import words
from gauger.face.server.questions import understood
from gauger.face.server.service import Service
from gauger.model.decision import Answer, Asked


class Guarded(BaseModel):
    """What LiteLLM sends, as far as it is read; its texts are not."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    input_type: Literal["request", "response"]
    model: str | None = None
    request_data: dict[str, Any] = Field(default_factory=dict)


def guardrail(service: Service) -> APIRouter:
    """The endpoint of a service."""
    router = APIRouter()

    @router.post(
        "/beta/litellm_basic_guardrail_api",
        summary="LiteLLM's Generic Guardrail API",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": Guarded.model_json_schema()}},
            }
        },
    )
    async def guard(request: Request) -> Response:
        admit(service, request, Scope.DECIDE)
        guarded = understood(Guarded, await body_of(request, LARGEST_PROMPT))
        if guarded.input_type == "response":
            return _reply("NONE")
        data = guarded.request_data
        asked = Asked(
            _text(data.get(service.options.guardrail_account)),
            organization_id=_text(data.get("user_api_key_org_id")) or None,
            model=guarded.model,
        )
        decision = await service.decider.decide(asked)
        if decision.answer is Answer.ALLOW:
            return _reply("NONE")
        reason = words(decision)
        if decision.retry_after is not None:
            reason += f" Try again in {decision.retry_after} seconds."
        return _reply("BLOCKED", reason)

    return router


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _reply(action: str, reason: str | None = None) -> Response:
    said = {"action": action, "blocked_reason": reason}
    return Response(orjson.dumps(said), media_type="application/json")
