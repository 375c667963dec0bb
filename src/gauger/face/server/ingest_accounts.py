"""`POST /v1/ingest/accounts`: what a provider knows of its accounts, for the scans to come."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError

from gauger.act.cases.accounts import LONGEST_ID, put_accounts
from gauger.act.cases.keys import Scope
from gauger.face.server.access import Refused, admit
from gauger.face.server.ingest import NAMED, intake_of
from gauger.face.server.room import received
from gauger.face.server.service import Service
from gauger.read.accounts import received_accounts
from gauger.read.sources.rejects import HeldRejects

LOG: Final = logging.getLogger("gauger.serve")


def account_ingest(service: Service) -> APIRouter:
    """The endpoint of a service."""
    router = APIRouter()

    @router.post("/v1/ingest/accounts", summary="Account records as NDJSON; the latest is kept")
    async def accounts(request: Request) -> Response:
        admit(service, request, Scope.INGEST)
        intake = intake_of(service)
        async with intake.room.entered() as share:
            body = await received(request, share)
            try:
                told, status = await asyncio.to_thread(_kept, service, request.url.path, body)
            except SQLAlchemyError as error:
                service.refused["database_away"] += 1
                LOG.warning("cannot keep account records: %s", type(error).__name__)
                message = "the database does not take them now"
                raise Refused(503, "not_kept", message, retry_after=10) from error
        return Response(orjson.dumps(told), status, media_type="application/json")

    return router


def _kept(service: Service, name: str, body: bytes) -> tuple[dict[str, Any], int]:
    rejects = HeldRejects(NAMED)
    found = received_accounts(name, body, rejects)
    for account in [each for each in found if len(each) > LONGEST_ID or "\0" in each]:
        rejects.add(name, 0, f"an `account_id` cannot be kept: {LONGEST_ID} characters at most")
        del found[account]
    if found:
        put_accounts(service.database, found)
        told_of = service.live
        if told_of is not None:
            told_of.due()
    told = {
        "accepted": len(found),
        "rejected": rejects.count,
        "rejects": [
            {"row": each.row, "reason": each.reason, "field": each.field} for each in rejects.held
        ],
    }
    return told, 422 if rejects.count and not found else 200
