"""`POST /v1/ingest`, and LiteLLM's callback as it comes: exchanges in, acknowledged once kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from gauger.act.cases.keys import Scope
from gauger.face.server.access import Refused, admit
from gauger.face.server.room import received
from gauger.face.server.service import Service

if TYPE_CHECKING:
    from gauger.face.server.intake import Intake
    from gauger.read.arriving import Arrival
    from gauger.read.spool.spool import Kept

NAMED: Final = 100
"""Rejects that an answer names; the file of rejects has more of them."""


def ingests(service: Service) -> APIRouter:
    """The endpoints of a service."""
    router = APIRouter()

    @router.post("/v1/ingest", summary="Exchanges as canonical NDJSON; gzip and zstd allowed")
    async def canonical(request: Request) -> Response:
        return await _taken(service, request, "canonical")

    @router.post("/v1/ingest/litellm", summary="LiteLLM's `generic_api` callback, in any format")
    async def litellm(request: Request) -> Response:
        try:
            return await _taken(service, request, "litellm")
        except Refused as refused:
            if refused.status != 429:
                raise
            # LiteLLM sends again after 5xx only; what it hears 429 for it drops.
            raise Refused(
                503, refused.code, refused.message, retry_after=refused.retry_after
            ) from None

    return router


def intake_of(service: Service) -> Intake:
    """The way in. Raises Refused where this service has none."""
    if service.live is None:
        message = "this service takes in no exchanges: start it with `--lake`"
        if service.options.secret is None:
            message += " and `GAUGER_SECRET`, without which fingerprints of two runs never meet"
        raise Refused(409, "no_lake", message)
    return service.live.intake


async def _taken(service: Service, request: Request, format: str) -> Response:
    admit(service, request, Scope.INGEST)
    intake = intake_of(service)
    async with intake.room.entered() as share:
        body = await received(request, share)
        arrival, kept = await intake.take(request.url.path, format, body)
    # Nothing of it can be used: whoever sends it should hear of that.
    status = 422 if arrival.rejected and not arrival.exchanges else 200
    return Response(orjson.dumps(told(arrival, kept)), status, media_type="application/json")


def told(arrival: Arrival, kept: Kept) -> dict[str, object]:
    """What became of the records of a request, those that cannot be used by row and reason."""
    return {
        "accepted": kept.accepted,
        "repeated": kept.repeated,
        "rejected": arrival.rejected,
        "rejects": [
            {"row": each.row, "reason": each.reason, "field": each.field}
            for each in arrival.rejects[:NAMED]
        ],
        "passed_over": [{"what": each.what, "records": each.records} for each in arrival.passed],
    }
