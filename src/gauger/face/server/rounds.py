"""`GET /v1/rounds` and `/v1/networks`: what scheduled scans found, and who is in it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final, TypeVar

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError

from gauger.act.cases.keys import Scope
from gauger.act.cases.shown import latest_networks, latest_rounds, members_of
from gauger.face.server.access import Refused, admit
from gauger.face.server.service import Service

LOG: Final = logging.getLogger("gauger.serve")
MOST: Final = 1_000
Found = TypeVar("Found")


def rounds(service: Service) -> APIRouter:
    """The endpoints of a service."""
    router = APIRouter()

    async def looked_up(request: Request, look: Callable[[], Found]) -> Found:
        admit(service, request, Scope.READ)
        try:
            return await asyncio.to_thread(look)
        except SQLAlchemyError as error:
            LOG.warning("cannot look at rounds: %s", type(error).__name__)
            message = "the database does not answer now"
            raise Refused(503, "database_away", message, retry_after=10) from error

    @router.get("/v1/rounds", summary="Scheduled scans, latest first")
    async def listed(request: Request) -> Response:
        found = await looked_up(
            request, lambda: latest_rounds(service.database, _limit(request, 50))
        )
        # A 64-bit number as text: programs that take every number for a fraction would round it.
        told = [
            {**asdict(each), "snapshot_id": each.snapshot_id and str(each.snapshot_id)}
            for each in found
        ]
        return _json({"rounds": told})

    @router.get("/v1/networks", summary="Networks of the latest scheduled scan")
    async def networks(request: Request) -> Response:
        round_id, found = await looked_up(request, lambda: latest_networks(service.database))
        return _json({"round_id": round_id, "networks": [_network(each) for each in found]})

    @router.get("/v1/networks/{network_id}/members", summary="Its members, by account")
    async def members(request: Request, network_id: str) -> Response:
        after = request.query_params.get("after", "")
        found = await looked_up(
            request,
            lambda: members_of(service.database, network_id, _limit(request, MOST), after),
        )
        following = found[-1].account_id if len(found) == _limit(request, MOST) else None
        return _json({"members": [asdict(each) for each in found], "next": following})

    return router


def _limit(request: Request, usual: int) -> int:
    given = request.query_params.get("limit", str(usual))
    if not (given.isascii() and given.isdecimal() and 1 <= int(given) <= MOST):
        raise Refused(422, "not_understood", f"`limit` is a number from 1 to {MOST}")
    return int(given)


def _network(found: Any) -> dict[str, Any]:
    told = asdict(found)
    for claim in ("coordinated", "extraction"):
        told[claim] = dict(zip(("log10_lr", "lower", "upper"), told[claim], strict=True))
    return told


def _json(told: object) -> Response:
    return Response(orjson.dumps(told, option=orjson.OPT_UTC_Z), media_type="application/json")
