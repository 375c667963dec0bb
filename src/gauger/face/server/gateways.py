"""Envoy's `ext_authz` over HTTP and nginx's `auth_request`: an answer is a status.

Envoy sends the method, the path and a few headers of a request before it passes it on, and takes
200 for yes and anything else for the answer itself. nginx knows 2xx, 401 and 403 alone, so what
the answer was stands in a header for it.
"""

from __future__ import annotations

from typing import Final

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from gauger.act.cases.keys import Scope
from gauger.face.server.access import admit
from gauger.face.server.service import Service
from gauger.model.decision import Answer, Asked, Decision

STATUS: Final = {Answer.ALLOW: 200, Answer.SLOW: 429, Answer.STEP_UP: 403, Answer.HOLD: 403}
METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_TEXT: Final = {
    Answer.SLOW: "Your requests are slowed for now.",
    Answer.STEP_UP: "Please verify your account to go on.",
    Answer.HOLD: "This account is on hold.",
}


def gateways(service: Service) -> APIRouter:
    """The endpoints of a service."""
    router = APIRouter()

    @router.api_route(
        "/v1/authorize/envoy/{path:path}",
        methods=METHODS,
        summary="Envoy ext_authz in HTTP mode, with this as its path prefix",
        include_in_schema=False,
    )
    async def envoy(request: Request) -> Response:
        decision = await _decided(service, request)
        return _response(decision, STATUS[decision.answer])

    @router.api_route(
        "/v1/authorize/nginx",
        methods=METHODS,
        summary="nginx auth_request",
        include_in_schema=False,
    )
    async def nginx(request: Request) -> Response:
        decision = await _decided(service, request)
        return _response(decision, 200 if decision.answer is Answer.ALLOW else 403)

    return router


async def _decided(service: Service, request: Request) -> Decision:
    admit(service, request, Scope.DECIDE, gateway=True)
    headers, options = request.headers, service.options
    asked = Asked(
        headers.get(options.account_header, ""),
        organization_id=headers.get(options.organization_header) or None,
        tier=headers.get(options.tier_header) or None,
        model=headers.get(options.model_header) or None,
    )
    return await service.decider.decide(asked)


def _response(decision: Decision, status: int) -> Response:
    headers = {
        "x-gauger-answer": decision.answer.value,
        "x-gauger-reason": decision.reason.value,
        "x-gauger-status": str(STATUS[decision.answer]),
    }
    if decision.retry_after is not None:
        headers["retry-after"] = str(decision.retry_after)
    if decision.answer is Answer.ALLOW:
        return Response(status_code=status, headers=headers)
    for name, url in (("appeal", decision.appeal), ("verify", decision.verification)):
        if url is not None:
            headers[f"x-gauger-{name}"] = url
    return Response(said(decision), status, headers, "application/json")


def said(decision: Decision) -> bytes:
    """What a customer is told: the answer, until when and the ways back; no network, no
    evidence."""
    return orjson.dumps(
        {
            "error": {
                "type": f"account_{decision.answer.value.replace('-', '_')}",
                "message": words(decision),
                "reason": decision.reason,
                "expires": decision.expires,
                "appeal": decision.appeal,
                "verification": decision.verification,
            }
        },
        option=orjson.OPT_UTC_Z,
    )


def words(decision: Decision) -> str:
    """The same in a sentence or two."""
    text = _TEXT.get(decision.answer, "")
    if decision.verification is not None:
        text += f" Verify: {decision.verification}"
    if decision.appeal is not None:
        text += f" If this is wrong: {decision.appeal}"
    return text
