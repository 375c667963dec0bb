"""OpenTelemetry: one exchange for each call, whatever tells of it, in whatever order."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gauger.read.sources import otel_traces
from read.otlp_making import ASKED, log, logs, span, traces
from read.scanning import Scanned, scan, written

RECORDED = Path(__file__).parent / "recorded" / "otel"
"""Written by instrumentations themselves, in November 2026, of a client asking a local server
that answers alike each time: OpenTelemetry's for OpenAI (`openai-v2` 2.2b0 with its default
conventions, `genai-openai` 1.3b0 with today's, once with content on spans and once on events)
and OpenLLMetry's for OpenAI and Anthropic 0.62.4, with the JSON file exporter 0.66b1 of the SDK.
A span processor set `user.id`, `client.address` and `user_agent.original`, as a gateway would;
stack traces were taken out."""
LATER = {"now": datetime(2026, 11, 22, tzinfo=UTC)}
CALL = {**ASKED, "user.id": "a"}


def _rows(found: Scanned) -> list[dict[str, Any]]:
    """Rows without the place they were read from, in an order of their own."""
    rows = [
        {name: value for name, value in row.items() if not name.startswith("source_f")}
        for row in found.rows
    ]
    return sorted(rows, key=lambda row: str(row["exchange_id"]))


def _passed(found: Scanned) -> dict[str, int]:
    return {each.what: each.records for each in found.logs.passed_over()}


@pytest.mark.parametrize(
    "names",
    [
        ["events_until_1_36-traces", "events_until_1_36-logs"],
        ["attributes-traces"],
        ["details-traces", "details-logs"],
        ["openllmetry-traces"],
    ],
    ids=lambda names: names[0],
)
def test_what_instrumentations_write(names: list[str]) -> None:
    found = scan(*[RECORDED / f"{name}.jsonl" for name in names], **LATER)
    assert not found.rejects
    assert {file.format for file in found.logs.inputs} == {"otel"}
    first, stream, asks_tool, after_tool, gone, embedded = found.rows[:6]
    wanted = {
        "account_id": "acct_41", "request_model": "big-1", "operation": "chat", "turn": 2,
        "system": "Be brief.", "prompt": "Another.", "input_role": "user", "response": "Eleven.",
        "input_tokens": 24, "output_tokens": 6, "temperature": 0.25, "top_p": 0.9,
        "max_tokens": 64, "source_ip": "203.0.113.9", "user_agent": "OpenAI/Python 2.20.0",
        "finish_reason": "stop", "status": 200,
    }  # fmt: skip
    assert {name: first[name] for name in wanted} == wanted
    assert first["exchange_id"].startswith("chatcmpl-")
    assert 0 < first["latency_ms"] < 1_000
    assert stream["response"] == "Eleven."
    if names[0] != "openllmetry-traces":  # which leaves out prompts with inline images
        assert (stream["prompt"], stream["input_images"]) == ("What is", 1)
    if names[0] != "events_until_1_36-traces":  # when there was no attribute for these
        assert (first["cached_tokens"], first["reasoning_tokens"]) == (16, 2)
        assert stream["stream"] is True
        assert json.loads(asks_tool["tools"])[0]["name"] == "lookup"
    assert asks_tool["prompt"] == "Look it up."
    assert (after_tool["input_role"], after_tool["turn"]) == ("tool", 1)
    assert (gone["status"], gone["prompt"], gone["response"]) == (404, "x", None)
    assert (embedded["operation"], embedded["input_tokens"]) == ("embeddings", 5)
    assert _passed(found)["spans of tools, agents and other steps"] == 2


def test_two_spans_side_by_side_with_one_response_are_one_exchange() -> None:
    found = scan(RECORDED / "openllmetry-traces.jsonl", **LATER)
    (row,) = [row for row in found.rows if row["request_model"] == "big-2"]
    wanted = {"system": "Be kind.", "prompt": "Name a prime.", "response": "Seven.", "status": 200}
    assert {name: row[name] for name in wanted} == wanted
    assert (row["input_tokens"], row["cached_tokens"]) == (15, 4)
    assert _passed(found)["spans of a call that a span around them tells too"] == 1


def test_events_alone_stand_for_their_spans() -> None:
    found = scan(RECORDED / "details-logs.jsonl", account_field="service.name", **LATER)
    assert [row["account_id"] for row in found.rows] == ["gateway"] * 5
    assert found.rows[0]["prompt"] == "Another."
    without = scan(RECORDED / "details-logs.jsonl", **LATER)
    assert len(without.rejects) == 5
    messages = scan(RECORDED / "events_until_1_36-logs.jsonl", **LATER)
    assert not messages.rows
    assert {reject["field"] for reject in messages.rejects} == {"spanId"}


@pytest.mark.parametrize(
    ("held", "around", "resource", "account", "asserted"),
    [
        ({"enduser.id": "e", "user.id": "u"}, {}, {}, "e", ()),
        ({"user.id": "u", "enduser.pseudo.id": "p"}, {"enduser.id": "e"}, {}, "u", ()),
        ({"enduser.pseudo.id": "p"}, {}, {}, "p", ()),
        ({"gen_ai.user": "g"}, {}, {}, "g", ("account_id",)),
        ({}, {"user.id": "u"}, {"user.id": "r"}, "u", ()),
        ({}, {}, {"user.id": "r"}, "r", ()),
        ({"user.id": ""}, {"user.id": "u"}, {}, "u", ()),
    ],
)
def test_the_account_and_who_asserts_it(
    tmp_path: Path,
    held: dict[str, Any],
    around: dict[str, Any],
    resource: dict[str, Any],
    account: str,
    asserted: tuple[str, ...],
) -> None:
    record = traces(span(2, {**ASKED, **held}, parent=1), span(1, around), **resource)
    found = scan(written(tmp_path / "t.jsonl", record))
    assert [row["account_id"] for row in found.rows] == [account]
    assert found.logs.asserted_by_client() == asserted


def test_a_call_without_an_account_is_told_what_was_looked_for(tmp_path: Path) -> None:
    path = written(tmp_path / "t.jsonl", traces(span(1, ASKED)))
    (reject,) = scan(path).rejects
    for name in ("enduser.id", "user.id", "enduser.pseudo.id", "gen_ai.user", "llm.user"):
        assert f"`{name}`" in reject["reason"]
    (reject,) = scan(path, account_field="tenant.name").rejects
    assert reject["field"] == "tenant.name"
    assert "`tenant.name` is not set on the span, on those around it" in reject["reason"]
    named = written(tmp_path / "n.jsonl", traces(span(1, {**ASKED, "tenant.name": "t"})))
    assert scan(named, account_field="tenant.name").rows[0]["account_id"] == "t"


FAMILY = [
    span(4, {**CALL, "gen_ai.response.id": "r1"}, parent=3, at=0.3),
    span(3, {"url.full": "https://example.com"}, parent=2, at=0.2),
    span(2, {**ASKED, "gen_ai.request.temperature": 0.5}, parent=1, at=0.1),
    span(1, {"client.address": "203.0.113.9:41000", "user_agent.original": "x"}, kind=2),
    span(6, {**CALL, "gen_ai.response.id": "r2"}, parent=1, at=0.4),
    span(7, {"gen_ai.operation.name": "invoke_agent"}, parent=1),
    span(9, {**ASKED, "user.id": "b", "gen_ai.response.id": "r3"}, trace=2, at=1),
    span(8, {**ASKED, "gen_ai.response.id": "r3", "gen_ai.usage.input_tokens": 7}, trace=3),
]
SAID = [
    log("gen_ai.user.message", 4, {}, {"content": "Name a prime."}),
    log("gen_ai.client.inference.operation.details", 6, {"gen_ai.prompt": "Another."}),
]
ANY_ORDER = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def test_the_order_of_spans_lines_and_files_is_irrelevant(tmp_path: Path) -> None:
    plain = written(tmp_path / "plain.jsonl", traces(*FAMILY))
    said = written(tmp_path / "said.jsonl", logs(*SAID))
    known = [{**row, "source_row": 0} for row in _rows(scan(plain, said))]
    assert [row["exchange_id"] for row in known] == ["r1", "r2", "r3"]
    assert [row["source_ip"] for row in known] == ["203.0.113.9", "203.0.113.9", None]
    assert [row["prompt"] for row in known] == ["Name a prime.", "Another.", None]
    assert (known[0]["temperature"], known[2]["input_tokens"]) == (0.5, 7)
    assert known[2]["account_id"] == "b"

    @ANY_ORDER
    @given(
        order=st.permutations(FAMILY),
        cuts=st.lists(st.integers(0, len(FAMILY)), max_size=3).map(sorted),
        swapped=st.booleans(),
        files=st.permutations([0, 1, 2]),
    )
    def check(order: list[Any], cuts: list[int], swapped: bool, files: list[int]) -> None:
        bounds = [0, *cuts, len(order)]
        parts = [order[low:high] for low, high in itertools.pairwise(bounds)]
        one = [traces(*part) for part in parts[::2]]
        two = [traces(*part) for part in parts[1::2]]
        paths = [
            written(tmp_path / "one.jsonl", *one),
            written(tmp_path / "two.jsonl", *two),
            written(tmp_path / "said.jsonl", logs(*(reversed(SAID) if swapped else SAID))),
        ]
        found = scan(*[paths[number] for number in files], format="otel")
        assert not found.rejects
        assert [{**row, "source_row": 0} for row in _rows(found)] == known

    check()


def test_a_call_around_two_others_is_one_of_them(tmp_path: Path) -> None:
    held = [{**CALL, "gen_ai.response.id": name} for name in ("r1", "r2")]
    record = traces(span(2, held[0], parent=1), span(3, held[1], parent=1), span(1, CALL))
    found = scan(written(tmp_path / "t.jsonl", record))
    assert [row["exchange_id"] for row in _rows(found)] == ["r1", "r2"]


def test_a_span_that_stands_twice_in_one_record_counts_once(tmp_path: Path) -> None:
    found = scan(written(tmp_path / "t.jsonl", traces(span(1, CALL), span(1, CALL))))
    assert len(found.rows) == 1
    assert "stands twice in this record" in found.rejects[0]["reason"]


def test_calls_are_given_in_time_however_many_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(otel_traces, "HELD_CALLS", 8)
    monkeypatch.setattr(otel_traces, "KNOWN_SPANS", 16)
    lines = [
        traces(span(2, ASKED, parent=1, trace=n), span(1, {"user.id": "a"}, trace=n))
        for n in range(1, 200)
    ]
    found = scan(written(tmp_path / "t.jsonl", *lines))
    assert len(found.rows) == 199
    assert not found.rejects


def test_parts_that_a_cache_served_are_counted_into_the_whole(tmp_path: Path) -> None:
    usage = "gen_ai.usage."
    apart = {f"{usage}input_tokens": 3, f"{usage}cache_read.input_tokens": 10}
    apart[f"{usage}cache_creation.input_tokens"] = 2
    within = {f"{usage}input_tokens": 30, f"{usage}cache_read.input_tokens": 10}
    record = traces(span(1, {**CALL, **apart}), span(2, {**CALL, **within}))
    found = scan(written(tmp_path / "t.jsonl", record))
    assert [row["input_tokens"] for row in found.rows] == [15, 30]
    assert [row["cached_tokens"] for row in found.rows] == [10, 10]


def test_messages_that_a_limit_has_cut_are_counted_and_left_null(tmp_path: Path) -> None:
    cut = {"gen_ai.input.messages": '[{"role":"user","parts":[{"ty', "gen_ai.output.messages": "[{"}
    found = scan(written(tmp_path / "t.jsonl", traces(span(1, {**CALL, **cut}))))
    assert found.rows[0]["prompt"] is None
    unfilled = {each.field: each.values for each in found.logs.unfilled()}
    assert unfilled == {"prompt": 1, "response": 1}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"startTimeUnixNano": "0"}, "`startTimeUnixNano` is missing"),
        ({"startTimeUnixNano": "soon"}, "`startTimeUnixNano` is `soon`, expected an ISO"),
        ({"startTimeUnixNano": "17882568000000000"}, "before 2015"),
        ({"attributes": []}, None),
    ],
)
def test_a_bad_span_is_rejected_alone(
    tmp_path: Path, changed: dict[str, Any], reason: str | None
) -> None:
    path = written(
        tmp_path / "t.jsonl", traces(span(1, CALL), span(2, CALL) | changed, span(3, CALL))
    )
    found = scan(path)
    assert len(found.rows) == 2
    if reason is None:
        assert _passed(found) == {"spans that tell of no call to a model": 1}
    else:
        assert reason in found.rejects[0]["reason"]


def test_what_is_no_export_request_is_rejected(tmp_path: Path) -> None:
    metrics = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "m"}]}]}]}
    bad = [{"hello": 1}, {"resourceSpans": [{"scopeSpans": [{"spans": [17]}]}]}, metrics]
    found = scan(written(tmp_path / "t.jsonl", traces(span(1, CALL)), *bad, {"resourceSpans": []}))
    assert [reject["row"] for reject in found.rejects] == [2, 3]
    assert _passed(found) == {
        "export requests without a span or a log record": 1,
        "groups of metrics": 1,
    }
