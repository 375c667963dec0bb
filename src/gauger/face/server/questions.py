"""`POST /v1/decide`: the question and the answer as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, TypeVar

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gauger.act.cases.keys import Scope
from gauger.face.server.access import LARGEST_QUESTION, Refused, admit, body_of
from gauger.face.server.service import Service
from gauger.face.server.shown import ShownExchange
from gauger.model.decision import Answer, Asked, Decision, Place, Reason
from gauger.model.evidence import Verdict

Shape = TypeVar("Shape", bound=BaseModel)
Name = Annotated[str, Field(min_length=1, max_length=512)]


class Question(BaseModel):
    """May this account have this request answered?"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_id: Name
    organization_id: Name | None = None
    plan: Name | None = None
    tier: Name | None = None
    contract: Name | None = None
    model: Name | None = None
    tokens: int = Field(0, ge=0, le=10**9, description="How many it may use, where known before.")
    exchange: ShownExchange | None = Field(
        None, description="The request as logs will have it; counts from the next question on."
    )

    @property
    def asked(self) -> Asked:
        """Without what is shown besides."""
        return Asked(
            self.account_id, self.organization_id, self.plan, self.tier, self.contract,
            self.model, self.tokens,
        )  # fmt: skip


class Told(BaseModel):
    """A decision; docs/live.md says what its fields mean."""

    answer: Answer
    would_be: Answer
    reason: Reason
    account_id: str
    network_id: str | None
    verdict: Verdict | None
    place: Place | None
    rule: str | None
    evidence: str | None
    expires: datetime | None
    appeal: str | None
    verification: str | None
    retry_after: int | None
    policy_version: int | None
    reference: str | None


_JSON: Final = "application/json"


def document(decision: Decision) -> bytes:
    """A decision as JSON."""
    return orjson.dumps(decision, option=orjson.OPT_UTC_Z)


def questions(service: Service) -> APIRouter:
    """The endpoint of a service."""
    router = APIRouter()

    @router.post(
        "/v1/decide",
        summary="What to do about one request of one account",
        responses={200: {"model": Told}},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {_JSON: {"schema": Question.model_json_schema()}},
            }
        },
    )
    async def decide(request: Request) -> Response:
        admit(service, request, Scope.DECIDE)
        question = understood(Question, await body_of(request, LARGEST_QUESTION))
        if question.exchange is not None:
            service.shown.show(question.account_id, question.model, question.exchange)
        decision = await service.decider.decide(question.asked)
        return Response(document(decision), media_type=_JSON)

    return router


def understood(shape: type[Shape], body: bytes) -> Shape:
    """A body as what it should be. Raises Refused with every problem and no value of the body."""
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc']) or 'body'}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)[:10]
        ]
        raise Refused(422, "not_understood", "; ".join(problems)) from error
