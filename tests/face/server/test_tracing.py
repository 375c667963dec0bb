"""A span for a decision: the draft's names, the gateway's trace, and nobody's name."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from act.policies import HEAD, LIVE, RULES
from face.server.running import process
from face.server.serving import Serving
from gauger.act.cases.approvals import approve
from gauger.act.cases.database import open_database
from gauger.act.cases.keys import Scope, make_key
from gauger.act.cases.versions import put_policy
from gauger.face.server import conventions as names
from gauger.face.server.service import Service
from gauger.face.server.tracing import tracing

TRACE = "0af7651916cd43dd8448eb211c80319c"
SAMPLED = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.fixture
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """A collector on loopback, and what it was sent."""
    got: list[ExportTraceServiceRequest] = []

    class Handler(BaseHTTPRequestHandler):
        """Takes everything."""

        def do_POST(self) -> None:
            """One export."""
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_traced_where_no_endpoint_is_named(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(os.environ):
        if name.startswith("OTEL_"):
            monkeypatch.delenv(name)
    assert tracing("1") is None

    async def one(client: httpx.AsyncClient, service: Service) -> int:
        await client.post("/v1/decide", json={"account_id": "core"})
        return len(service.closing)

    assert serving.run(one) == 0


def test_a_span_says_the_answer_under_the_draft_s_names_and_joins_the_gateway_s_trace(
    tmp_path: Path, collector: tuple[str, list[ExportTraceServiceRequest]]
) -> None:
    endpoint, got = collector
    database = f"sqlite:///{tmp_path}/control.db"
    opened = open_database(database)
    key = make_key(opened, "gateway", [Scope.DECIDE])
    suspended = """
[[suspension]]
account = "ana@example.com"
people = ["ana@provider.example", "bo@provider.example"]
until = 2099-01-01
reason = "case 12"
"""
    put_policy(opened, HEAD + LIVE + RULES + suspended, "policy.toml")
    for person in ("ana@provider.example", "bo@provider.example"):
        approve(opened, person)
    opened.dispose()
    body = {
        "account_id": "ana@example.com", "model": "large",
        "exchange": {"prompt": "a prompt of hers", "source_ip": "198.51.100.7"},
    }  # fmt: skip
    with process(
        tmp_path, "--database", database, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, NO_PROXY="*"
    ) as base:
        headers = {"x-api-key": key, "traceparent": SAMPLED}
        said = httpx.post(f"{base}/v1/decide", json=body, headers=headers, timeout=30)
        assert said.json()["answer"] == "hold"
        unsampled = {"x-api-key": key, "traceparent": SAMPLED[:-2] + "00"}
        httpx.post(f"{base}/v1/decide", json=body, headers=unsampled, timeout=30)
    spans = [
        span
        for sent in got
        for resource in sent.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    assert len(spans) == 1, "the gateway's sampling is followed"
    held = {a.key: a.value.string_value for a in spans[0].attributes}
    assert spans[0].trace_id.hex() == TRACE
    assert spans[0].name == "apply_guardrail gauger"
    assert held[names.OPERATION] == "apply_guardrail"
    assert (held[names.RESULT_TYPE], held[names.RESULT_VALUE]) == ("answer", "hold")
    assert held[names.RESULT_REASON] == "suspended_by_people"
    assert held[names.POLICY_VERSION] == "1"
    assert held[names.REQUEST] == said.headers["x-request-id"]
    assert spans[0].end_time_unix_nano >= spans[0].start_time_unix_nano
    everything = "".join(str(sent) for sent in got)
    for word in ("ana@example.com", "a prompt of hers", "198.51.100.7", key):
        assert word not in everything


def test_all_names_of_the_draft_stand_in_one_file() -> None:
    source = Path(names.__file__)
    for path in source.parent.rglob("*.py"):
        if path != source:
            assert "gen_ai." not in path.read_text(encoding="utf-8"), path.name
