"""The service as an application: its endpoints, its errors, its beginning and its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

import gauger
from gauger.act.cases.keys import Scope
from gauger.face.server.access import Refused, admit
from gauger.face.server.accounts import accounts
from gauger.face.server.appeals import appeals
from gauger.face.server.cases import cases
from gauger.face.server.gateways import gateways
from gauger.face.server.ingest import ingests
from gauger.face.server.ingest_accounts import account_ingest
from gauger.face.server.ingest_otlp import otlp
from gauger.face.server.litellm import guardrail
from gauger.face.server.metrics import metrics
from gauger.face.server.questions import questions
from gauger.face.server.rounds import rounds
from gauger.face.server.service import Service
from gauger.face.server.watching import Watching


def application(service: Service) -> FastAPI:
    """The application of a service that is open."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        await service.begin()
        yield
        await service.end()

    app = FastAPI(
        title="gauger",
        version=gauger.__version__,
        summary="Decides by network: what to do about a request of an account.",
        lifespan=running,
        # Their pages would fetch scripts from elsewhere; `/openapi.json` is here.
        docs_url=None,
        redoc_url=None,
    )

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> Response:
        service.refused[error.code] += 1
        return error.response()

    @app.exception_handler(HTTPException)
    async def elsewhere(_: Request, error: HTTPException) -> Response:
        code = {404: "no_such_path", 405: "no_such_method"}.get(error.status_code, "refused")
        return Refused(error.status_code, code, str(error.detail)).response()

    @app.get("/healthz", summary="Whether the process answers; needs no key")
    async def health() -> Response:
        return JSONResponse({"ok": True})

    @app.get("/v1/counts", summary="Decisions and failures since the process began")
    async def counts(request: Request) -> Response:
        admit(service, request, Scope.READ)
        return JSONResponse(counted(service))

    app.include_router(questions(service))
    app.include_router(gateways(service))
    app.include_router(guardrail(service))
    app.include_router(ingests(service))
    app.include_router(otlp(service))
    app.include_router(account_ingest(service))
    app.include_router(rounds(service))
    app.include_router(accounts(service))
    app.include_router(appeals(service))
    app.include_router(cases(service))
    app.include_router(metrics(service))
    app.add_middleware(Watching, service=service)
    return app


def counted(service: Service) -> dict[str, object]:
    """What is counted, and what decisions rest on."""
    decider = service.decider
    recogniser = decider.known.recogniser
    return {
        "decisions": [
            {"answer": answer, "would_be": would_be, "reason": reason, "count": count}
            for (answer, would_be, reason), count in sorted(decider.counted.items())
        ],
        "failures": dict(sorted(decider.failures.items())),
        "refused": dict(sorted(service.refused.items())),
        "not_refreshed": dict(sorted(service.stale.items())),
        "ingest": None if service.live is None else service.live.counted(),
        "shown": {"dropped": service.shown.dropped, "failed": service.shown.failed},
        "given": {"dropped": decider.given.dropped},
        "known_accounts": len(decider.known.index),
        "networks": len(decider.known.index.networks),
        "recognisable_networks": 0 if recogniser is None else len(recogniser.networks),
        "policy_version": decider.policy.version,
        "live_share": decider.policy.live_share,
    }
