"""Cases over HTTP, for people at the provider: what waits, all of one case, and a decision."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal, TypeVar

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from gauger.act.cases.appeals import LONGEST, decide_case
from gauger.act.cases.casebook import find_case, list_cases
from gauger.act.cases.keys import Scope
from gauger.face.server.access import Refused, admit, body_of
from gauger.face.server.appeals import LARGEST
from gauger.face.server.questions import Name, understood
from gauger.face.server.service import Service
from gauger.model.case import Case, CaseState
from gauger.model.errors import UsageError

Found = TypeVar("Found")
MOST = 1_000
STATES = ("open", *(state.value for state in CaseState))
Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class Decided(BaseModel):
    """What a person decides of a case; docs/live.md says what each outcome means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Literal["cleared", "upheld", "narrowed"]
    by: Name
    reason: Words
    told: Annotated[str, Field(max_length=LONGEST)] = ""
    until: datetime | None = None
    models: Annotated[tuple[Name, ...], Field(max_length=100)] = ()


def cases(service: Service) -> APIRouter:
    """The endpoints of a service."""
    router = APIRouter()

    @router.get("/v1/cases", summary="Cases, those that wait for a person first")
    async def listed(
        request: Request, state: str | None = None, account_id: str | None = None, most: int = 100
    ) -> Response:
        admit(service, request, Scope.ADMINISTER)
        if state is not None and state not in STATES:
            raise Refused(422, "not_understood", f"state: one of {', '.join(STATES)}")
        most = max(1, min(most, MOST))
        found = await _looked(
            service, lambda: list_cases(service.database, state, account_id, most)
        )
        return _said({"cases": [shown(case) for case in found]})

    @router.get("/v1/cases/{reference}", summary="All of one case")
    async def one(request: Request, reference: str) -> Response:
        admit(service, request, Scope.ADMINISTER)
        case = await _looked(service, lambda: find_case(service.database, reference))
        if case is None:
            raise Refused(404, "no_such_case", "no answer has this reference")
        return _said(shown(case))

    @router.post(
        "/v1/cases/{reference}/decision",
        summary="What a person decides of a case",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": Decided.model_json_schema()}},
            }
        },
    )
    async def decide(request: Request, reference: str) -> Response:
        admit(service, request, Scope.ADMINISTER)
        said = understood(Decided, await body_of(request, LARGEST))
        until = said.until
        if until is not None and until.tzinfo is None:
            raise Refused(422, "not_understood", "until: must say its zone, `Z` for UTC")

        def decided() -> Case:
            if find_case(service.database, reference) is None:
                raise Refused(404, "no_such_case", "no answer has this reference")
            case = decide_case(
                service.database, reference, CaseState(said.outcome), said.by, said.reason,
                told=said.told, until=until, models=said.models,
            )  # fmt: skip
            # Other replicas see it with their next look.
            service.look_at_cases()
            return case

        try:
            case = await _looked(service, decided)
        except UsageError as error:
            raise Refused(422, "not_possible", str(error)) from error
        return _said(shown(case))

    return router


def shown(case: Case) -> dict[str, object]:
    """A case for people at the provider."""
    basis = case.basis
    said: dict[str, object] = {
        "reference": case.reference, "state": case.stands, "account_id": case.account_id,
        "network_id": basis.network_id, "verdict": basis.verdict, "place": basis.place,
        "reason": basis.reason, "answer": case.answer, "rule": case.rule,
        "policy_version": case.policy_version, "first_given": case.first_given,
        "last_given": case.last_given, "expires": case.expires, "opened": case.opened,
        "decided": case.decided, "until": case.until, "models": case.models,
        "basis": {
            "coordinated_lower": basis.coordinated, "extraction_lower": basis.extraction,
            "account_lower": basis.account, "core_accounts": basis.core_accounts,
            "traits": basis.traits, "sha256": case.basis_sha256,
        },
    }  # fmt: skip
    if case.events is not None:
        said["events"] = case.events
    return said


async def _looked(service: Service, look: Callable[[], Found]) -> Found:
    try:
        return await asyncio.to_thread(look)
    except SQLAlchemyError as error:
        service.stale["cases"] += 1
        raise Refused(503, "not_now", "cases cannot be read now", retry_after=30) from error


def _said(document: object) -> Response:
    body = orjson.dumps(document, option=orjson.OPT_UTC_Z)
    return Response(body, media_type="application/json")
