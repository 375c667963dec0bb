"""What gateways saw of a request reaches its exchange, and takes nothing from it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from read.otlp_making import ASKED, span, traces
from read.scanning import EXAMPLES, canonical, scan, written

JA4 = "t13d1516h2_8daaf6152771_b186095e22b6"
ENVOY: dict[str, Any] = {
    "x-request-id": "req-1",
    "response_flags": "-",
    "upstream_host": "10.0.0.7:443",
    "duration": 1526,
    "user-agent": "curl/8.7",
    "downstream_remote_address": "203.0.113.9:64484",
    "ja4": JA4,
}
SEEN = {"source_ip": "203.0.113.9", "user_agent": "curl/8.7", "ja4": JA4, "latency_ms": 1526}
KONG: dict[str, Any] = {
    "client_ip": "203.0.113.9",
    "started_at": 1788256800120,
    "upstream_uri": "/v1",
    "latencies": {"request": 1526},
    "request": {"id": "k-1", "headers": {"User-Agent": "curl/8.7", "X-Request-Id": "req-1"}},
    "response": {"headers": {"X-Kong-Request-Id": "k-1"}},
}
BODIES = {
    "account_id": "a",
    "time": "2026-09-01T10:00:00Z",
    "request": {"model": "m", "messages": [{"role": "user", "content": "x"}]},
    "response": {"id": "chatcmpl-1", "choices": [{"message": {"content": "y"}}]},
}
CALL = {**ASKED, "user.id": "a", "http.request.header.x-request-id": ["req-1"]}
EXCHANGES = {
    "canonical by exchange_id": canonical(exchange_id="req-1"),
    "canonical by request_id": canonical(request_id="req-1"),
    "beside bodies": {**BODIES, "request_id": "req-1"},
    "header of a request": {
        **BODIES, "request": {"headers": {"X-Request-Id": "req-1"}, "body": BODIES["request"]},
    },
    "header of a response": {
        **BODIES, "response": {"headers": {"request-id": "req-1"}, "body": BODIES["response"]},
    },
    "litellm": {
        "id": "x", "litellm_call_id": "y", "call_type": "completion", "startTime": 1788256800.0,
        "model": "m", "model_parameters": {}, "metadata": {
            "user_api_key_hash": "h", "requester_custom_headers": {"x-request-id": "req-1"},
        },
    },
    "otel": traces(span(1, CALL)),
    "otel, on the span around": traces(
        span(2, {**ASKED, "user.id": "a"}, parent=1),
        span(1, {"http.response.header.x-request-id": ["req-1"]}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", EXCHANGES)
def test_exchanges_of_every_source_find_their_request(tmp_path: Path, kind: str) -> None:
    written(tmp_path / "a.jsonl", EXCHANGES[kind])
    written(tmp_path / "z.jsonl", ENVOY)
    found = scan(tmp_path)
    assert not found.rejects
    (row,) = found.rows
    named = kind if kind.startswith("otel") else ""
    wanted = {name: value for name, value in SEEN.items() if name != "latency_ms" or not named}
    assert {name: row[name] for name in wanted} == wanted
    assert ("litellm", ("ja4",)) not in [
        (each.format, each.fields) for each in found.logs.missing()
    ]


def test_columns_find_their_requests_too(tmp_path: Path) -> None:
    records = [
        canonical(1, source_ip=None),
        canonical(2, exchange_id="req-1", source_ip="198.51.100.4"),
    ]
    pq.write_table(pa.Table.from_pylist(records), tmp_path / "a.parquet")
    written(tmp_path / "z.jsonl", ENVOY)
    first, second = scan(tmp_path).rows
    assert (first["source_ip"], first["ja4"], first["latency_ms"]) == (None, None, None)
    assert (second["source_ip"], second["ja4"]) == ("198.51.100.4", JA4)
    assert second["latency_ms"] == 1526


def test_kong_is_found_by_either_identifier(tmp_path: Path) -> None:
    for identifier in ("req-1", "k-1"):
        written(tmp_path / "a.jsonl", {**BODIES, "request_id": identifier})
        written(tmp_path / "z.jsonl", KONG)
        (row,) = scan(tmp_path).rows
        assert {name: row[name] for name in SEEN} == {**SEEN, "ja4": None}


def test_what_an_exchange_says_itself_stays(tmp_path: Path) -> None:
    own = {"source_ip": "198.51.100.4", "user_agent": "x", "ja4": "y", "latency_ms": 5}
    written(tmp_path / "a.jsonl", canonical(exchange_id="req-1", **own))
    written(tmp_path / "z.jsonl", ENVOY)
    (row,) = scan(tmp_path).rows
    assert {name: row[name] for name in own} == own


def test_of_gateways_in_a_row_the_outermost_counts_in_any_order(tmp_path: Path) -> None:
    inner = {**ENVOY, "downstream_remote_address": "10.0.0.1:80", "duration": 1500, "ja4": "-"}
    files = [
        written(tmp_path / "a.jsonl", canonical(exchange_id="req-1")),
        written(tmp_path / "b.jsonl", ENVOY),
        written(tmp_path / "c.jsonl", inner),
        written(tmp_path / "d.jsonl", {**KONG, "latencies": {"request": 1510}}),
    ]
    for order in itertools.permutations(files):
        (row,) = scan(*order).rows
        assert {name: row[name] for name in SEEN} == SEEN


def test_forwarded_addresses_and_headers_are_marked_as_asserted(tmp_path: Path) -> None:
    forwarded = {**ENVOY, "downstream_remote_address": "-", "x-forwarded-for": "203.0.113.9"}
    path = written(tmp_path / "z.jsonl", forwarded)
    assert scan(path).logs.asserted_by_client() == ("source_ip",)
    asked = {"id": "k-1", "headers": {"x-ja4": JA4}}
    path = written(tmp_path / "z.jsonl", {**KONG, "request": asked})
    assert scan(path).logs.asserted_by_client() == ("ja4",)


def test_requests_without_an_exchange_are_told() -> None:
    found = scan(EXAMPLES / "envoy.jsonl", EXAMPLES / "kong.jsonl", EXAMPLES / "canonical.jsonl")
    told = {(each.format, each.what): each.records for each in found.logs.passed_over()}
    what = "identifiers of requests at a gateway that no exchange has"
    assert told["envoy, kong", what] == 3


def test_another_record_in_a_gateway_s_log_is_rejected(tmp_path: Path) -> None:
    found = scan(written(tmp_path / "z.jsonl", ENVOY, {"x-request-id": "r"}))
    assert found.rejects[0]["reason"] == "not an access log record of format `envoy`"
