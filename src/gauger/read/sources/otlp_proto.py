"""Spans and log records out of OTLP protobuf; needs the extra `otel`."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from typing import Any

from gauger.model.errors import MissingExtra
from gauger.read.sources.otlp import Beside, Broken, Event, Item, Span, first_time

_SPAN_ID_BYTES = 8
_DEEPEST = 64


def require_protobuf() -> None:
    """Raises `MissingExtra` unless protobuf can be read here."""
    if not _is_installed():
        raise MissingExtra("reading OTLP protobuf", "otel")


def _is_installed() -> bool:
    try:
        return importlib.util.find_spec("opentelemetry.proto.trace") is not None
    except ModuleNotFoundError:
        return False


def items_of_message(message: bytes) -> Iterator[Item]:
    """Everything that one export request holds; one item at least."""
    if not _is_installed():
        # A file is refused where its first message is protobuf; this is a later one.
        yield Broken("in protobuf, which needs the extra `otel`")
        return
    from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
    from opentelemetry.proto.metrics.v1.metrics_pb2 import MetricsData
    from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

    # The signals have the same field numbers: which one it is shows only inside, where a
    # message of another signal is broken, or has nothing in the place of an identifier.
    traces = _decoded(TracesData, message)
    if traces is not None and any(_is_span(span) for span in _all_spans(traces)):
        yield from _spans(traces)
        return
    metrics = _decoded(MetricsData, message)
    if metrics is not None and _holds_metrics(metrics):
        yield Beside("groups of metrics")
        return
    logs = _decoded(LogsData, message)
    if logs is None:
        yield Broken("not an OTLP message in protobuf")
        return
    found = list(_logs(logs))
    yield from found or [Beside("export requests without a span or a log record")]


def _decoded(kind: Any, message: bytes) -> Any:
    from google.protobuf.message import DecodeError

    try:
        return kind.FromString(message)
    except DecodeError:
        return None


def _all_spans(data: Any) -> Iterator[Any]:
    for group in data.resource_spans:
        for scope in group.scope_spans:
            yield from scope.spans


def _is_span(span: Any) -> bool:
    return len(span.span_id) == _SPAN_ID_BYTES and bool(span.start_time_unix_nano)


def _holds_metrics(data: Any) -> bool:
    scopes = (scope for group in data.resource_metrics for scope in group.scope_metrics)
    return any(metric.name for scope in scopes for metric in scope.metrics)


def _spans(data: Any) -> Iterator[Item]:
    for group in data.resource_spans:
        resource = _attributes(group.resource.attributes)
        for scope in group.scope_spans:
            for span in scope.spans:
                trace_id, span_id = span.trace_id.hex(), span.span_id.hex()
                yield Span(
                    trace_id=trace_id,
                    span_id=span_id,
                    parent_id=span.parent_span_id.hex(),
                    start=span.start_time_unix_nano,
                    end=span.end_time_unix_nano,
                    is_server=span.kind == 2,
                    failed=span.status.code == 2,
                    attributes=_attributes(span.attributes),
                    resource=resource,
                    events=[
                        Event(
                            name=event.name,
                            trace_id=trace_id,
                            span_id=span_id,
                            nanoseconds=event.time_unix_nano,
                            attributes=_attributes(event.attributes),
                            body=None,
                            resource=resource,
                        )
                        for event in span.events
                    ],
                )


def _logs(data: Any) -> Iterator[Item]:
    for group in data.resource_logs:
        resource = _attributes(group.resource.attributes)
        for scope in group.scope_logs:
            for log in scope.log_records:
                attributes = _attributes(log.attributes)
                yield Event(
                    name=log.event_name or str(attributes.get("event.name") or ""),
                    trace_id=log.trace_id.hex(),
                    span_id=log.span_id.hex(),
                    nanoseconds=first_time(log.time_unix_nano, log.observed_time_unix_nano),
                    attributes=attributes,
                    body=_value(log.body),
                    resource=resource,
                )


def _attributes(pairs: Iterable[Any]) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: Any, depth: int = 0) -> Any:
    kind = value.WhichOneof("value")
    if kind is None or depth > _DEEPEST:
        return None
    if kind == "array_value":
        return [_value(item, depth + 1) for item in value.array_value.values]
    if kind == "kvlist_value":
        return {pair.key: _value(pair.value, depth + 1) for pair in value.kvlist_value.values}
    found = getattr(value, kind)
    return None if isinstance(found, bytes) else found
