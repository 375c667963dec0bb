"""OpenTelemetry's own file format: spans and log records out of OTLP JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gauger.read.sources.coerce import as_integer
from gauger.read.sources.paths import mapping

SPANS, LOGS, METRICS = "resourceSpans", "resourceLogs", "resourceMetrics"

_DEEPEST = 64
"""Levels of one attribute; content of messages has a handful."""
_FAILED = (2, "2", "STATUS_CODE_ERROR")


@dataclass(frozen=True, slots=True)
class Event:
    """A log record, or an event of a span: both carry what was said in a call."""

    name: str
    trace_id: str
    span_id: str
    nanoseconds: Any
    attributes: Mapping[str, Any]
    body: Any
    resource: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """One operation of a trace; times are nanoseconds as the file has them."""

    trace_id: str
    span_id: str
    parent_id: str
    start: Any
    end: Any
    is_server: bool
    failed: bool
    attributes: Mapping[str, Any]
    resource: Mapping[str, Any]
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Broken:
    """What stands where a span or a log record should."""

    reason: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Something that OTLP may well hold and that has to do with no exchange."""

    what: str


Item = Span | Event | Broken | Beside


def is_otlp(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is an export request of any signal."""
    return any(isinstance(record.get(key), list) for key in (SPANS, LOGS, METRICS))


def items_of(record: Mapping[str, Any]) -> Iterator[Item]:
    """Everything one export request holds; one at least, so that no request is lost."""
    found = False
    for item in _items(record):
        found = True
        yield item
    if not found:
        yield Beside("export requests without a span or a log record")


def _items(record: Mapping[str, Any]) -> Iterator[Item]:
    if not is_otlp(record):
        yield Broken("it holds neither spans nor log records: expected an OTLP export request")
    for group in _members(record, SPANS):
        resource = attributes_of(mapping(group.get("resource")).get("attributes"))
        for scope in [
            *_members(group, "scopeSpans"),
            *_members(group, "instrumentationLibrarySpans"),
        ]:
            spans = scope.get("spans")
            for span in spans if isinstance(spans, list) else ():
                yield (
                    _span(span, resource)
                    if isinstance(span, dict)
                    else Broken("a span is not an object")
                )
    for group in _members(record, LOGS):
        resource = attributes_of(mapping(group.get("resource")).get("attributes"))
        for scope in _members(group, "scopeLogs"):
            logs = scope.get("logRecords")
            for log in logs if isinstance(logs, list) else ():
                yield (
                    _event(log, resource)
                    if isinstance(log, dict)
                    else Broken("a log record is not an object")
                )
    for _ in _members(record, METRICS):
        yield Beside("groups of metrics")


def _members(holder: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = holder.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _span(span: Mapping[str, Any], resource: Mapping[str, Any]) -> Span:
    trace_id, span_id = _identifier(span, "traceId"), _identifier(span, "spanId")
    events = span.get("events")
    return Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=_identifier(span, "parentSpanId"),
        start=span.get("startTimeUnixNano"),
        end=span.get("endTimeUnixNano"),
        is_server=span.get("kind") in (2, "2", "SPAN_KIND_SERVER"),
        failed=mapping(span.get("status")).get("code") in _FAILED,
        attributes=attributes_of(span.get("attributes")),
        resource=resource,
        events=[
            Event(
                name=str(event.get("name")),
                trace_id=trace_id,
                span_id=span_id,
                nanoseconds=event.get("timeUnixNano"),
                attributes=attributes_of(event.get("attributes")),
                body=None,
                resource=resource,
            )
            for event in (events if isinstance(events, list) else ())
            if isinstance(event, dict)
        ],
    )


def _event(log: Mapping[str, Any], resource: Mapping[str, Any]) -> Event:
    attributes = attributes_of(log.get("attributes"))
    # The name stood among the attributes before log records had a place for it.
    name = log.get("eventName") or attributes.get("event.name")
    return Event(
        name=name if isinstance(name, str) else "",
        trace_id=_identifier(log, "traceId"),
        span_id=_identifier(log, "spanId"),
        nanoseconds=first_time(log.get("timeUnixNano"), log.get("observedTimeUnixNano")),
        attributes=attributes,
        body=value_of(log.get("body")),
        resource=resource,
    )


def first_time(*values: Any) -> Any:
    """The first that is set: OTLP writes an unknown time as zero."""
    return next((value for value in values if value not in (None, "", 0, "0")), None)


def _identifier(holder: Mapping[str, Any], key: str) -> str:
    value = holder.get(key)
    return value.lower() if isinstance(value, str) else ""


def attributes_of(pairs: Any) -> dict[str, Any]:
    """A list of keys and values as a mapping; of a key that repeats the last counts."""
    return {
        pair["key"]: value_of(pair.get("value"))
        for pair in (pairs if isinstance(pairs, list) else ())
        if isinstance(pair, dict) and isinstance(pair.get("key"), str)
    }


def value_of(value: Any, depth: int = 0) -> Any:
    """An attribute's value without the name of its type around it; null where it has none."""
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None
    if "arrayValue" in value:
        values = mapping(value["arrayValue"]).get("values")
        return [value_of(item, depth + 1) for item in (values if isinstance(values, list) else ())]
    if "kvlistValue" in value:
        pairs = mapping(value["kvlistValue"]).get("values")
        return {
            pair["key"]: value_of(pair.get("value"), depth + 1)
            for pair in (pairs if isinstance(pairs, list) else ())
            if isinstance(pair, dict) and isinstance(pair.get("key"), str)
        }
    if "intValue" in value:
        return as_integer(value["intValue"])  # 64 bits are written as text
    for kind in ("stringValue", "doubleValue", "boolValue"):
        if kind in value:
            found = value[kind]
            return found if isinstance(found, (str, int, float)) else None
    return None
