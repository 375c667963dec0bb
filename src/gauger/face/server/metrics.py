"""`GET /metrics`: what the service itself counts, for Prometheus.

It wants a key with the scope `read`, which Prometheus sends from a file: how many are slowed and
why tells whoever is slowed how the policy works.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

import gauger
from gauger.act.cases.keys import Scope
from gauger.face.server.access import admit
from gauger.face.server.measures import TEXT, Figures, Measures, one
from gauger.face.server.service import Service


def metrics(service: Service) -> APIRouter:
    """The endpoint of a service."""
    router = APIRouter()
    add_own(service.measures, service)

    @router.get("/metrics", summary="What is counted, for Prometheus")
    async def read(request: Request) -> Response:
        admit(service, request, Scope.READ)
        return Response(service.measures.text(), media_type=TEXT)

    return router


def add_own(measures: Measures, service: Service) -> None:
    """Adds what decisions came to and what they rest on."""
    decider = service.decider
    measures.count(
        "gauger_decisions", "Decisions", lambda: _decided(service),
        ("answer", "would_be", "reason"),
    )  # fmt: skip
    measures.count(
        "gauger_failures", "Decisions that failed within and were answered as the policy says",
        lambda: [((name,), n) for name, n in list(decider.failures.items())], ("error",),
    )  # fmt: skip
    measures.count(
        "gauger_refused", "Requests that were refused before they were a question",
        lambda: [((code,), n) for code, n in list(service.refused.items())], ("code",),
    )  # fmt: skip
    measures.count(
        "gauger_missed", "Requests that gateways let through without an answer, as they say",
        one(lambda: service.missed),
    )  # fmt: skip
    measures.count(
        "gauger_shared_failures", "Times that first exchanges could not be shared through Redis",
        lambda: _shared_failures(service), ("error",),
    )  # fmt: skip
    measures.count(
        "gauger_not_refreshed", "Looks at keys, policy or findings that failed",
        lambda: [((name,), n) for name, n in list(service.stale.items())], ("what",),
    )  # fmt: skip
    measures.count(
        "gauger_quota_drawn", "Requests that asked a quota, and whether it had some left",
        lambda: [((said,), n) for said, n in list(decider.quotas.drawn.items())], ("granted",),
    )  # fmt: skip
    measures.count(
        "gauger_quota_tokens", "Tokens drawn from quotas", one(lambda: decider.quotas.tokens)
    )
    measures.count(
        "gauger_shown_dropped", "Exchanges shown with a question that too many waited before",
        one(lambda: service.shown.dropped),
    )  # fmt: skip
    measures.count(
        "gauger_shown_failed", "Exchanges shown with a question that could not be sketched",
        one(lambda: service.shown.failed),
    )  # fmt: skip
    _add_state(measures, service)


def _add_state(measures: Measures, service: Service) -> None:
    decider = service.decider
    measures.gauge(
        "gauger_known_accounts", "Accounts of networks that the latest scan found",
        one(lambda: len(decider.known.index)),
    )  # fmt: skip
    measures.gauge(
        "gauger_networks", "Networks by verdict", lambda: _networks(service), ("verdict",)
    )
    measures.gauge(
        "gauger_recognisable_networks", "Networks whose accounts first exchanges give away",
        one(lambda: 0 if (r := decider.known.recogniser) is None else len(r.networks)),
    )  # fmt: skip
    measures.gauge(
        "gauger_policy_version", "Version of the policy in force",
        one(lambda: decider.policy.version),
    )  # fmt: skip
    measures.gauge(
        "gauger_live_share", "Part of accounts whose answers are live; 0 is shadow",
        one(lambda: decider.policy.live_share),
    )  # fmt: skip
    measures.gauge(
        "gauger_findings_age_seconds", "Since the findings in use were written",
        lambda: _age(service),
    )  # fmt: skip
    measures.gauge(
        "gauger_keys", "API keys that hold now",
        one(lambda: sum(k.holds(datetime.now(UTC)) for k in service.keys.keys.values())),
    )  # fmt: skip
    measures.gauge(
        "gauger_build_info", "The version that serves", lambda: [((gauger.__version__,), 1)],
        ("version",),
    )  # fmt: skip


def _decided(service: Service) -> Figures:
    counted = list(service.decider.counted.items())
    return [((a.value, w.value, r.value), n) for (a, w, r), n in counted]


def _shared_failures(service: Service) -> Figures:
    shared = service.decider.shared
    return [] if shared is None else [((k,), n) for k, n in list(shared.failures.items())]


def _networks(service: Service) -> Figures:
    found: dict[str, int] = {}
    for network in service.decider.known.index.networks:
        found[network.verdict.value] = found.get(network.verdict.value, 0) + 1
    return [((verdict,), n) for verdict, n in found.items()]


def _age(service: Service) -> Figures:
    written = service.findings_written
    return [] if written is None else [((), max(0.0, time.time() - written))]
