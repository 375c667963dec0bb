"""Watches each request pass: how long it took, under which id, and what was decided within it.

It stands around the whole application and costs a few microseconds: a time, a trace where one is
sent, and a line in the log for what changed something for somebody, or would have.
"""

from __future__ import annotations

import logging
import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic, perf_counter
from typing import Final

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import gauger
from gauger.face.server.measures import one
from gauger.face.server.service import Service
from gauger.face.server.tracing import noteworthy, tracing
from gauger.model.decision import Decision

LOG: Final = logging.getLogger("gauger.decisions")
HEADER: Final = b"x-request-id"
MISSED: Final = b"x-gauger-missed"
"""How many requests a gateway let through without an answer since the last one."""
MOST_LINES: Final = 100
"""A second: whoever floods a service must not slow its answers by what is written of them."""
_NOWHERE: Final = "none"
# An id of a gateway's is taken over where it can be nothing else: no address, no mailbox.
_ID: Final = re.compile(rb"[0-9a-fA-F][0-9a-fA-F-]{15,63}")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a request while it is answered."""

    request_id: str
    traceparent: str | None = None
    missed: int = 0


_SEEN: ContextVar[Seen | None] = ContextVar("gauger_request", default=None)


def request_id() -> str | None:
    """The id of the request that is being answered; null outside of one."""
    seen = _SEEN.get()
    return None if seen is None else seen.request_id


class Watching:
    """Around an application of a service."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        self._requests = service.measures.times(
            "gauger_request_seconds", "Requests, from their head to the end of the answer",
            ("endpoint",),
        )  # fmt: skip
        self._decisions = service.measures.times(
            "gauger_decision_seconds", "Decisions, the storage of quotas included"
        )
        self._by_endpoint: dict[str, Histogram] = {}
        self._second, self._lines, self.unwritten = 0, 0, 0
        service.measures.count(
            "gauger_decisions_unwritten", "Decisions too many to leave a line in the log",
            one(lambda: self.unwritten),
        )  # fmt: skip
        self._tracing = tracing(gauger.__version__)
        service.decider.told = self.told
        if self._tracing is not None:
            service.closing.append(self._tracing.close)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything else passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        seen = _seen(scope)
        token = _SEEN.set(seen)
        head = (HEADER, seen.request_id.encode())

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), head]
            await send(message)

        try:
            await self._app(scope, receive, marked)
        finally:
            _SEEN.reset(token)
            self._times(scope).observe(perf_counter() - began)

    def told(self, decision: Decision, seconds: float) -> None:
        """What was decided within a request; whatever fails in here stops no answer."""
        try:
            self._decisions.observe(seconds)
            seen = _SEEN.get()
            if seen is not None:
                # Believed here, of whoever bore a key that decides, and nowhere else.
                self._service.missed += seen.missed
            if self._tracing is not None:
                self._tracing.told(
                    decision, seconds, None if seen is None else seen.request_id,
                    None if seen is None else seen.traceparent,
                )  # fmt: skip
            if noteworthy(decision) and LOG.isEnabledFor(logging.INFO) and self._has_room():
                LOG.info("decided", extra={"gauger": said(decision)})
        except Exception:
            LOG.exception("a decision could not be written down")

    def _has_room(self) -> bool:
        second = int(monotonic())
        if second != self._second:
            self._second, self._lines = second, 0
        self._lines += 1
        if self._lines > MOST_LINES:
            self.unwritten += 1
            return False
        return True

    def _times(self, scope: Scope) -> Histogram:
        endpoint = getattr(scope.get("route"), "path", None) or _NOWHERE
        held = self._by_endpoint.get(endpoint)
        if held is None:
            held = self._by_endpoint[endpoint] = self._requests.labels(endpoint)
        return held


def said(decision: Decision) -> dict[str, object]:
    """What a line of the log says of a decision: codes, and nobody's name."""
    return {
        "answer": decision.answer.value,
        "would_be": decision.would_be.value,
        "reason": decision.reason.value,
        "network_id": decision.network_id,
        "place": None if decision.place is None else decision.place.value,
        "rule": decision.rule,
        "policy_version": decision.policy_version,
    }


def _seen(scope: Scope) -> Seen:
    identity: str | None = None
    parent: str | None = None
    missed = 0
    for name, value in scope["headers"]:
        if name == HEADER and _ID.fullmatch(value):
            identity = value.decode()
        elif name == b"traceparent" and len(value) <= 64:
            parent = value.decode("latin-1")
        elif name == MISSED and len(value) <= 6 and value.isdigit():
            missed = int(value)
    return Seen(identity or secrets.token_hex(8), parent, missed)
