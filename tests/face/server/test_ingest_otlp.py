"""OTLP over HTTP, made by OpenTelemetry's own messages, answered by its own messages."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

from exchanges import BEGIN
from face.server.serving import Serving
from gauger.act.cases.keys import Scope
from gauger.face.server.service import Service

NANOSECONDS = int(BEGIN.timestamp()) * 1_000_000_000
PROTOBUF = {"content-type": "application/x-protobuf"}
JSON = {"content-type": "application/json"}


def attributes(held: Any, values: dict[str, str]) -> None:
    """Sets text attributes."""
    for key, value in values.items():
        pair = held.attributes.add()
        pair.key, pair.value.string_value = key, value


def spans(*accounts: str | None) -> traces.ExportTraceServiceRequest:
    """One call of a model by each account; null for one that nobody is named for."""
    request = traces.ExportTraceServiceRequest()
    # A long name, so that nothing within the first bytes gives the framing away.
    group = request.resource_spans.add()
    attributes(group.resource, {"service.name" + "x" * 90: "gateway"})
    scope = group.scope_spans.add()
    for number, account in enumerate(accounts, 1):
        span = scope.spans.add()
        span.trace_id, span.span_id = number.to_bytes(16), number.to_bytes(8)
        span.start_time_unix_nano = NANOSECONDS
        span.end_time_unix_nano = NANOSECONDS + 5_000_000
        said = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "large"}
        attributes(span, said | ({} if account is None else {"user.id": account}))
    return request


def events(account: str) -> logs.ExportLogsServiceRequest:
    """One call as a log record that tells all of it."""
    request = logs.ExportLogsServiceRequest()
    record = request.resource_logs.add().scope_logs.add().log_records.add()
    record.time_unix_nano = NANOSECONDS
    record.event_name = "gen_ai.client.inference.operation.details"
    record.trace_id, record.span_id = (9).to_bytes(16), (9).to_bytes(8)
    attributes(
        record,
        {
            "gen_ai.operation.name": "chat", "gen_ai.request.model": "large", "user.id": account,
        },
    )  # fmt: skip
    return request


def posted(folder: Path, *asked: tuple[str, bytes, dict[str, str]]) -> list[httpx.Response]:
    """The answers of a service with a lake, and what it has accepted in the end."""
    serving = Serving(folder)
    serving.options = replace(
        serving.options, lake=str(folder / "lake"), spool=folder / "spool", scan_every=None
    )

    async def ask(client: httpx.AsyncClient, service: Service) -> list[httpx.Response]:
        said = [
            await client.post(path, content=body, headers=headers) for path, body, headers in asked
        ]
        assert service.live is not None
        said[-1].extensions["accepted"] = service.live.intake.counted["accepted"]
        return said

    return serving.run(ask, scope=Scope.INGEST)


def as_json(request: Any) -> bytes:
    """As exporters write it: identifiers are not base64 but hexadecimal."""
    told = json_format.MessageToDict(request)
    for group in told.get("resourceSpans", []):
        for span in group["scopeSpans"][0]["spans"]:
            span["traceId"], span["spanId"] = "0" * 31 + "7", "0" * 15 + "7"
    return json_format.json.dumps(told).encode()


def test_spans_and_log_records_come_in_protobuf_and_in_json(tmp_path: Path) -> None:
    several = spans("a", "b")
    said = posted(
        tmp_path,
        ("/v1/traces", several.SerializeToString(), PROTOBUF),
        ("/v1/traces", gzip.compress(several.SerializeToString()),
         PROTOBUF | {"content-encoding": "gzip"}),
        ("/v1/traces", as_json(spans("c")), JSON),
        ("/v1/logs", events("d").SerializeToString(), PROTOBUF),
        ("/v1/traces", b"", PROTOBUF),
        ("/v1/logs", b"{}", JSON),
    )  # fmt: skip
    assert [each.status_code for each in said] == [200] * 6
    answer = traces.ExportTraceServiceResponse.FromString(said[0].content)
    assert not answer.HasField("partial_success")
    assert said[0].headers["content-type"] == PROTOBUF["content-type"]
    assert said[2].json() == {}
    assert said[-1].extensions["accepted"] == 4, "the second request is the first one again"


def test_what_cannot_be_used_is_a_partial_success(tmp_path: Path) -> None:
    mixed = spans("a", None, None)
    binary, text = posted(
        tmp_path,
        ("/v1/traces", mixed.SerializeToString(), PROTOBUF),
        ("/v1/traces", as_json(spans(None)), JSON),
    )
    partial = traces.ExportTraceServiceResponse.FromString(binary.content).partial_success
    assert partial.rejected_spans == 2
    assert "account" in partial.error_message
    assert text.json()["partialSuccess"]["rejectedSpans"] == "1"
    assert text.extensions["accepted"] == 1


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"\xff\xff\xff", PROTOBUF, 400), (b"{", JSON, 400), (b"[1, 2, 3]", JSON, 400),
        (b'{"resourceSpans": 3}', JSON, 400), (b"x", {"content-type": "text/plain"}, 415),
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused(
    tmp_path: Path, body: bytes, headers: dict[str, str], status: int
) -> None:
    (said,) = posted(tmp_path, ("/v1/traces", body, headers))
    assert said.status_code == status
    if headers is JSON:
        assert said.json()["code"] == 3
    elif headers is PROTOBUF:
        assert said.content.startswith(b"\x08\x03\x12")
