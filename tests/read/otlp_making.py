"""Makes OTLP for tests: spans and log records by hand, and JSON as protobuf."""

from __future__ import annotations

import base64
import copy
from typing import Any

START = 1_788_256_800
"""2026-09-01T10:00:00Z."""
ASKED = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "big-1",
}


def value(plain: Any) -> dict[str, Any]:
    """A value with its type around it."""
    if isinstance(plain, bool):
        return {"boolValue": plain}
    if isinstance(plain, int):
        return {"intValue": str(plain)}
    if isinstance(plain, float):
        return {"doubleValue": plain}
    if isinstance(plain, list):
        return {"arrayValue": {"values": [value(item) for item in plain]}}
    if isinstance(plain, dict):
        return {"kvlistValue": {"values": attributes(plain)}}
    return {"stringValue": plain}


def attributes(plain: dict[str, Any]) -> list[dict[str, Any]]:
    """Attributes as OTLP lists them."""
    return [{"key": key, "value": value(item)} for key, item in plain.items()]


def span(
    number: int,
    held: dict[str, Any],
    *,
    parent: int = 0,
    trace: int = 1,
    at: float = 0,
    **more: Any,
) -> dict[str, Any]:
    """A span of 100 ms that begins `at` seconds after the start."""
    begin = int((START + at) * 1e9)
    return {
        "traceId": f"{trace:032x}",
        "spanId": f"{number:016x}",
        "parentSpanId": f"{parent:016x}" if parent else "",
        "name": "a span",
        "kind": 3,
        "startTimeUnixNano": str(begin),
        "endTimeUnixNano": str(begin + 10**8),
        "attributes": attributes(held),
        **more,
    }


def traces(*spans: dict[str, Any], **resource: Any) -> dict[str, Any]:
    """One export request of spans."""
    group = {"scope": {"name": "tests"}, "spans": list(spans)}
    held = {"attributes": attributes(resource)}
    return {"resourceSpans": [{"resource": held, "scopeSpans": [group]}]}


def log(
    name: str, number: int, held: dict[str, Any], body: Any = None, trace: int = 1
) -> dict[str, Any]:
    """A log record that belongs to a span."""
    made = {
        "observedTimeUnixNano": str(START * 10**9),
        "traceId": f"{trace:032x}",
        "spanId": f"{number:016x}",
        "eventName": name,
        "attributes": attributes(held),
    }
    return made if body is None else {**made, "body": value(body)}


def logs(*records: dict[str, Any]) -> dict[str, Any]:
    """One export request of log records."""
    return {"resourceLogs": [{"resource": {}, "scopeLogs": [{"logRecords": list(records)}]}]}


def message(request: dict[str, Any]) -> bytes:
    """An export request in protobuf. Its JSON has identifiers in hex, against protobuf's own."""
    from google.protobuf.json_format import ParseDict
    from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
    from opentelemetry.proto.metrics.v1.metrics_pb2 import MetricsData
    from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

    made = copy.deepcopy(request)
    _base64(made)
    kinds = {"resourceSpans": TracesData, "resourceLogs": LogsData, "resourceMetrics": MetricsData}
    kind = next(kinds[key] for key in kinds if key in made)
    packed: bytes = ParseDict(made, kind()).SerializeToString()
    return packed


def _base64(held: Any) -> None:
    if isinstance(held, list):
        for item in held:
            _base64(item)
    elif isinstance(held, dict):
        for key, item in held.items():
            if key in ("traceId", "spanId", "parentSpanId"):
                held[key] = base64.b64encode(bytes.fromhex(item)).decode()
            else:
                _base64(item)
