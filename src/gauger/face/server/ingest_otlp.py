"""OTLP over HTTP: `POST /v1/traces` and `/v1/logs`, in protobuf or JSON, as exporters send them.

Each request is read by itself: what a call's own spans do not say must stand on spans or events
that come with it.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from gauger.act.cases.keys import Scope
from gauger.face.server.access import Refused, admit
from gauger.face.server.ingest import intake_of
from gauger.face.server.room import received
from gauger.face.server.service import Service
from gauger.read.arriving import Arrival, framed

PROTOBUF: Final = "application/x-protobuf"
JSON: Final = "application/json"
_EMPTY: Final = b"{}"
"""What an exporter with nothing to tell may send; no message that tells something is shorter."""
_INVALID: Final = 3
"""`INVALID_ARGUMENT` of google.rpc.Code; the field that says it in a Status is the first one."""


def otlp(service: Service) -> APIRouter:
    """The endpoints of a service."""
    router = APIRouter()

    @router.post("/v1/traces", summary="OTLP/HTTP spans of GenAI conventions")
    async def traces(request: Request) -> Response:
        return await _taken(service, request, "traces")

    @router.post("/v1/logs", summary="OTLP/HTTP log records of GenAI conventions")
    async def logs(request: Request) -> Response:
        return await _taken(service, request, "logs")

    return router


async def _taken(service: Service, request: Request, signal: str) -> Response:
    admit(service, request, Scope.INGEST)
    intake = intake_of(service)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (PROTOBUF, JSON):
        raise Refused(415, "unknown_type", f"OTLP comes as {PROTOBUF} or {JSON}")
    if kind == PROTOBUF and find_spec("opentelemetry") is None:
        raise Refused(415, "unknown_type", "protobuf needs the extra `otel` here; send JSON")
    async with intake.room.entered() as share:
        body = await received(request, share)
        if kind == PROTOBUF:
            problem = _problem_of_message(signal, body)
        else:
            problem = _problem_of_json(signal, body)
        if problem is not None:
            return _malformed(service, kind, problem)
        if len(body) <= len(_EMPTY):
            return _answer(signal, kind, None)
        content = framed(body) if kind == PROTOBUF else body
        arrival, _ = await intake.take(request.url.path, "otel", content)
    return _answer(signal, kind, arrival)


def _messages(signal: str) -> tuple[Any, Any]:
    if signal == "traces":
        from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

        return traces.ExportTraceServiceRequest, traces.ExportTraceServiceResponse
    from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs

    return logs.ExportLogsServiceRequest, logs.ExportLogsServiceResponse


def _problem_of_message(signal: str, body: bytes) -> str | None:
    from google.protobuf.message import DecodeError

    try:
        _messages(signal)[0].FromString(body)
    except DecodeError:
        return f"the body is no export request of {signal} in protobuf"
    return None


def _problem_of_json(signal: str, body: bytes) -> str | None:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "the body is no JSON"
    key = "resourceSpans" if signal == "traces" else "resourceLogs"
    if not isinstance(value, dict) or not isinstance(value.get(key, []), list):
        return f"the body is no export request of {signal}: expected an object with `{key}`"
    return None


def _answer(signal: str, kind: str, arrival: Arrival | None) -> Response:
    """The response message of a signal, with a partial success where some were rejected."""
    rejected = 0 if arrival is None else arrival.rejected
    reason = "; ".join(dict.fromkeys(each.reason for each in arrival.rejects)) if arrival else ""
    field = "rejected_spans" if signal == "traces" else "rejected_log_records"
    if kind == PROTOBUF:
        response = _messages(signal)[1]()
        if rejected:
            setattr(response.partial_success, field, rejected)
            response.partial_success.error_message = reason[:_LONGEST]
        return Response(response.SerializeToString(), media_type=PROTOBUF)
    said: dict[str, object] = {}
    if rejected:
        first, *rest = field.split("_")
        # 64-bit numbers are text in the JSON of protobuf.
        name = first + "".join(word.capitalize() for word in rest)
        said["partialSuccess"] = {name: str(rejected), "errorMessage": reason[:_LONGEST]}
    return Response(orjson.dumps(said), media_type=JSON)


_LONGEST: Final = 1_000


def _malformed(service: Service, kind: str, problem: str) -> Response:
    """A google.rpc.Status, as the specification asks for."""
    service.refused["malformed"] += 1
    if kind == JSON:
        return Response(orjson.dumps({"code": _INVALID, "message": problem}), 400, media_type=JSON)
    text = problem.encode()
    status = bytes((0x08, _INVALID, 0x12, len(text))) + text
    return Response(status, 400, media_type=PROTOBUF)
