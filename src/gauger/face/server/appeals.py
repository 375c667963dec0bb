"""Appeals over HTTP: for whoever was given a reference, and nobody else.

No key is asked for: a reference has 96 bits that only the answer told. Questions are limited by
reference, by address and in all, so that neither guessing nor flooding pays.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from gauger.act.cases.appeals import LONGEST, MOST, TooMany, open_case
from gauger.act.cases.casebook import find_case
from gauger.face.server.access import Refused, body_of
from gauger.face.server.case_words import CaseTold, told
from gauger.face.server.questions import understood
from gauger.face.server.service import Service
from gauger.model.case import Case

LARGEST: Final = 20_000
_REFERENCE: Final = re.compile(r"[0-9a-f]{24}")
PER_ADDRESS: Final = RateLimitItemPerMinute(60, namespace="appeals/address")
PER_REFERENCE: Final = RateLimitItemPerHour(60, namespace="appeals/reference")
IN_ALL: Final = RateLimitItemPerMinute(3_000, namespace="appeals/all")


class Appeal(BaseModel):
    """An affected customer's words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reference: Annotated[str, Field(min_length=1, max_length=64)]
    statement: Annotated[str, Field(min_length=1, max_length=LONGEST)]


class _Limits:
    """Counts in this process; addresses are kept as hashes of a key that ends with it."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._key = secrets.token_bytes(16)

    async def admit(self, request: Request, reference: str) -> None:
        """Raises Refused for whoever asks too often."""
        address = request.client.host if request.client is not None else ""
        for item, whom in (
            (PER_ADDRESS, address), (PER_REFERENCE, reference), (IN_ALL, ""),
        ):  # fmt: skip
            mark = hashlib.blake2b(whom.encode(), key=self._key, digest_size=12).hexdigest()
            if not await self._limiter.hit(item, mark):
                raise Refused(429, "too_often", "ask again in a while", retry_after=60)


def appeals(service: Service) -> APIRouter:
    """The endpoints of a service."""
    router = APIRouter()
    limits = _Limits()

    @router.post(
        "/v1/appeals",
        summary="Appeal against an answer, by its reference; needs no key",
        responses={200: {"model": CaseTold}},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": Appeal.model_json_schema()}},
            }
        },
    )
    async def appeal(request: Request) -> Response:
        body = await body_of(request, LARGEST)
        said = understood(Appeal, body)
        await limits.admit(request, said.reference)
        return await _answered(
            service, said.reference, lambda: open_case(service.database, said.reference,
                                                       said.statement)
        )  # fmt: skip

    @router.get(
        "/v1/appeals/{reference}",
        summary="How a case stands, by its reference; needs no key",
        responses={200: {"model": CaseTold}},
    )
    async def case(request: Request, reference: str) -> Response:
        await limits.admit(request, reference)
        return await _answered(service, reference, lambda: find_case(service.database, reference))

    return router


async def _answered(service: Service, reference: str, look: object) -> Response:
    if _REFERENCE.fullmatch(reference) is None:
        raise _no_such_case()

    def looked() -> Case | None:
        # The answer may be younger than the last time that answers were written down.
        service.write_given()
        found: Case | None = look()  # type: ignore[operator]
        return found

    try:
        case = await asyncio.to_thread(looked)
    except TooMany as error:
        message = f"a person reads {MOST} statements of a case at a time; yours are there"
        raise Refused(429, "statements_full", message, retry_after=86_400) from error
    except SQLAlchemyError as error:
        service.stale["cases"] += 1
        raise Refused(503, "not_now", "cases cannot be read now", retry_after=30) from error
    if case is None:
        raise _no_such_case()
    body = orjson.dumps(told(case), option=orjson.OPT_UTC_Z)
    return Response(body, media_type="application/json", headers={"cache-control": "no-store"})


def _no_such_case() -> Refused:
    return Refused(404, "no_such_case", "no answer has this reference")
