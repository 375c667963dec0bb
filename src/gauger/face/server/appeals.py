"""Appeals over HTTP: for whoever was given a reference, and nobody else.

No key is asked for: a reference has 96 bits that only the answer told. Questions are limited by
reference, by address and in all, so that neither guessing nor flooding pays.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
import time
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.strategies import FixedWindowRateLimiter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from gauger.act.cases.appeals import LONGEST, MOST, TooMany, open_case
from gauger.act.cases.casebook import find_case
from gauger.act.quotas.storage import MEMORY, storage_at
from gauger.face.server.access import Refused, body_of
from gauger.face.server.case_words import CaseTold, told
from gauger.face.server.questions import understood
from gauger.face.server.service import Service
from gauger.model.case import Case

LOG: Final = logging.getLogger("gauger.serve")
LARGEST: Final = 20_000
_PAUSE: Final = 5.0
"""Seconds for which a storage that was away is not asked again."""
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
    """Counts where quotas are kept, and in this process while those cannot be reached.

    Who asks is kept as a hash: of the secret that all replicas have, else of a key that ends with
    this process.
    """

    def __init__(self, url: str, secret: str | None) -> None:
        self._own = FixedWindowRateLimiter(storage_at(MEMORY))
        self._shared = None if url == MEMORY else FixedWindowRateLimiter(storage_at(url))
        self._away_until = 0.0
        self._key = secrets.token_bytes(32)
        if secret is not None:
            self._key = hashlib.blake2b(secret.encode(), person=b"gauger appeals").digest()

    async def admit(self, request: Request, reference: str) -> None:
        """Raises Refused for whoever asks too often."""
        address = request.client.host if request.client is not None else ""
        for item, whom in (
            (PER_ADDRESS, address), (PER_REFERENCE, reference), (IN_ALL, ""),
        ):  # fmt: skip
            mark = hashlib.blake2b(whom.encode(), key=self._key, digest_size=12).hexdigest()
            if not await self._hit(item, mark):
                raise Refused(429, "too_often", "ask again in a while", retry_after=60)

    async def _hit(self, item: RateLimitItem, mark: str) -> bool:
        if self._shared is not None and time.monotonic() >= self._away_until:
            try:
                return await self._shared.hit(item, mark)
            except Exception as error:
                # A customer's way back must not hang on Redis.
                self._away_until = time.monotonic() + _PAUSE
                LOG.warning("appeals are counted here for a while: %s", type(error).__name__)
        return await self._own.hit(item, mark)


def appeals(service: Service) -> APIRouter:
    """The endpoints of a service."""
    router = APIRouter()
    limits = _Limits(service.options.quotas, service.options.secret)

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
