"""A span for each decision, sent over OTLP/HTTP where an endpoint is named, and nothing else.

It says what was answered and why: no account, no text, no address. One decision in a hundred is
traced unless `OTEL_TRACES_SAMPLER` says otherwise, or the gateway's own trace is sampled. Nothing
of OpenTelemetry is loaded where `OTEL_EXPORTER_OTLP_ENDPOINT` is not set.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Final

from gauger.face.server import conventions as names
from gauger.model.decision import Answer, Decision, Reason

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

SHARE: Final = 0.01
"""Part of decisions that are traced where nobody says otherwise."""
_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_FAILED: Final = (Reason.FAILED_OPEN, Reason.FAILED_CLOSED)


class Tracing:
    """Spans of one service; its exporter works in a thread and drops what it cannot send."""

    def __init__(self, version: str, exporter: SpanExporter | None = None) -> None:
        """Exports to where the environment says, or to `exporter` at once, as tests do."""
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import SpanLimits, TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        sampler = (
            None if os.environ.get("OTEL_TRACES_SAMPLER") else ParentBased(TraceIdRatioBased(SHARE))
        )
        self._provider = TracerProvider(
            sampler=sampler, span_limits=SpanLimits(max_attribute_length=256),
            resource=Resource.create({"service.name": names.GAUGER, "service.version": version}),
        )  # fmt: skip
        self._provider.add_span_processor(
            BatchSpanProcessor(OTLPSpanExporter())
            if exporter is None
            else SimpleSpanProcessor(exporter)
        )
        self._tracer = self._provider.get_tracer(names.GAUGER, version)
        self._propagator = TraceContextTextMapPropagator()
        self._server = SpanKind.SERVER

    def told(
        self, decision: Decision, seconds: float, request_id: str | None, parent: str | None
    ) -> None:
        """One decision that took so long until now; `parent` is a W3C `traceparent`."""
        context = None if parent is None else self._propagator.extract({"traceparent": parent})
        ended = time.time_ns()
        span = self._tracer.start_span(
            names.SPAN, context, self._server,
            {names.OPERATION: names.APPLY_GUARDRAIL, names.PROVIDER: names.GAUGER},
            start_time=ended - int(seconds * 1e9),
        )  # fmt: skip
        if span.is_recording():
            span.set_attributes(attributes(decision, request_id))
            if decision.reason in _FAILED:
                from opentelemetry.trace import Status, StatusCode

                span.set_status(Status(StatusCode.ERROR))
        span.end(ended)

    def close(self) -> None:
        """Sends what waits, for a moment at most."""
        self._provider.shutdown()


def attributes(decision: Decision, request_id: str | None) -> dict[str, Any]:
    """What a span says of a decision; nothing of who asked."""
    said = {
        names.COMPONENT: names.GAUGER,
        names.RESULT_TYPE: names.ANSWER,
        names.RESULT_VALUE: decision.answer.value,
        names.RESULT_REASON: decision.reason.value,
        names.WOULD_BE: decision.would_be.value,
        names.POLICY_ID: decision.rule,
        names.POLICY_VERSION: None
        if decision.policy_version is None
        else str(decision.policy_version),
        names.NETWORK: decision.network_id,
        names.PLACE: None if decision.place is None else decision.place.value,
        names.VERDICT: None if decision.verdict is None else decision.verdict.value,
        names.REQUEST: request_id,
        names.ERROR_TYPE: "_OTHER" if decision.reason in _FAILED else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def tracing(version: str) -> Tracing | None:
    """Where the environment names an endpoint, else null."""
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    return Tracing(version) if any(os.environ.get(name) for name in _ENDPOINTS) else None


def noteworthy(decision: Decision) -> bool:
    """Whether it changed something for somebody, or would have."""
    return decision.would_be is not Answer.ALLOW or decision.reason in _FAILED
