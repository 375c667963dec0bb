"""`POST /v1/accounts/check`: an account before it is given credit or access.

What comes back is for the provider; `customer` is the part that may be shown to the account.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from gauger.act.accounts.signals import PROOFS, statement_of
from gauger.act.cases.keys import Scope
from gauger.face.server.access import admit, body_of
from gauger.face.server.case_words import ANSWERS, REASONS, reason_told, would_clear
from gauger.face.server.questions import Name, Told, understood
from gauger.face.server.service import Service
from gauger.model.decision import Answer
from gauger.model.evidence import Verdict
from gauger.model.signup import (
    AccountCheck,
    NetworkClass,
    Proof,
    SignalCode,
    SignUp,
    Support,
    TiedTo,
)

LARGEST: Final = 20_000
_JSON: Final = "application/json"


class AccountRecord(BaseModel):
    """An account's record, and what is seen of its sign-up; all but the id may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_id: Name
    created_at: datetime | None = None
    email: Name | None = None
    payment_fingerprint: Name | None = None
    phone_hash: Name | None = None
    country: Annotated[str, Field(max_length=64)] | None = None
    organization_id: Name | None = None
    plan: Name | None = None
    tier: Name | None = Field(None, validation_alias=AliasChoices("tier", "verification"))
    """Account records call it `verification`."""
    closed_at: None = None
    """Taken as in account records where it is null: nobody who is closed signs up."""
    contract: Name | None = None
    model: Name | None = Field(None, description="What access is asked for, where it is one model.")
    source_ip: Annotated[str, Field(max_length=64)] | None = None
    user_agent: Annotated[str, Field(max_length=2_048)] | None = None
    ja4: Annotated[str, Field(max_length=64)] | None = None
    seen_country: Annotated[str, Field(max_length=64)] | None = None
    network_class: NetworkClass | None = None

    @property
    def sign_up(self) -> SignUp:
        """As it is checked."""
        return SignUp(**{name: held for name, held in self if name != "closed_at"})


class TieTold(BaseModel):
    """What a sign-up is tied to; log10 LRs where trials say what a tie is worth."""

    to: TiedTo
    support: Support
    shares: tuple[str, ...]
    network_id: str | None
    verdict: Verdict | None
    log10_lr: float | None
    lower: float | None
    accounts: int
    statement: str


class SignalTold(BaseModel):
    """What is seen besides, and accuses nobody by itself."""

    code: SignalCode
    statement: str


class ProofTold(BaseModel):
    """What would verify the account."""

    code: Proof
    statement: str


class CustomerTold(BaseModel):
    """What may be shown to the account: nothing of networks, evidence or others."""

    answer: Answer
    message: str
    reason: str | None
    reason_in_words: str | None
    expires: datetime | None
    would_clear: tuple[str, ...]
    appeal: str | None
    verification: str | None


class Checked(BaseModel):
    """A check; docs/live.md says what its fields mean."""

    decision: Told
    ties: tuple[TieTold, ...]
    signals: tuple[SignalTold, ...]
    would_verify: tuple[ProofTold, ...]
    reserved_models: tuple[str, ...]
    without: tuple[str, ...]
    customer: CustomerTold


def accounts(service: Service) -> APIRouter:
    """The endpoint of a service."""
    router = APIRouter()

    @router.post(
        "/v1/accounts/check",
        summary="Whether an account is tied to known networks, before it is let in",
        responses={200: {"model": Checked}},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {_JSON: {"schema": AccountRecord.model_json_schema()}},
            }
        },
    )
    async def check(request: Request) -> Response:
        admit(service, request, Scope.DECIDE)
        record = understood(AccountRecord, await body_of(request, LARGEST))
        checked = await service.accounts.check(record.sign_up)
        body = orjson.dumps(document(checked).model_dump(), option=orjson.OPT_UTC_Z)
        return Response(body, media_type=_JSON)

    return router


def document(checked: AccountCheck) -> Checked:
    """A check as it is told."""
    decision = checked.decision
    return Checked(
        decision=Told.model_validate(decision, from_attributes=True),
        ties=tuple(
            TieTold(
                to=tie.to, support=tie.support, shares=tie.shares, network_id=tie.network_id,
                verdict=tie.verdict, log10_lr=None if tie.lr is None else round(tie.lr.log10, 2),
                lower=None if tie.lr is None else round(tie.lr.lower, 2), accounts=tie.accounts,
                statement=statement_of(tie),
            )
            for tie in checked.ties
        ),
        signals=tuple(SignalTold(code=s.code, statement=s.statement) for s in checked.signals),
        would_verify=tuple(ProofTold(code=p, statement=PROOFS[p]) for p in checked.would_verify),
        reserved_models=checked.reserved_models,
        without=checked.without,
        customer=_customer(checked),
    )  # fmt: skip


def _customer(checked: AccountCheck) -> CustomerTold:
    decision = checked.decision
    affected = decision.answer is not Answer.ALLOW and decision.reason in REASONS
    return CustomerTold(
        answer=decision.answer,
        message=ANSWERS[decision.answer],
        reason=reason_told(decision.reason) if affected else None,
        reason_in_words=REASONS[decision.reason] if affected else None,
        expires=decision.expires if affected else None,
        would_clear=would_clear(decision.reason) if affected else (),
        appeal=decision.appeal,
        verification=decision.verification,
    )
