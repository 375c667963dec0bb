"""OTLP in every framing that exporters write gives the same exchanges."""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gauger.model.errors import InputError, MissingExtra, UnreadableInput
from gauger.read.sources import otlp_proto
from read.otlp_making import ASKED, log, logs, message, span, traces
from read.scanning import EXAMPLES, Scanned, scan

MESSAGES = [json.loads(line) for line in (EXAMPLES / "otel/traces.jsonl").read_text().splitlines()]
CALL = {**ASKED, "user.id": "a"}


def _framed(messages: list[bytes]) -> bytes:
    return b"".join(struct.pack(">I", len(each)) + each for each in messages)


def _reasons(found: Scanned) -> set[str]:
    return {reject["reason"] for reject in found.rejects}


def _json(requests: list[dict[str, Any]]) -> list[bytes]:
    return [json.dumps(each).encode() for each in requests]


def _packed(messages: list[bytes]) -> list[bytes]:
    return [zstandard.compress(each) for each in messages]


FRAMINGS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "lines": lambda held: b"\n".join(_json(held)),
    "an array": lambda held: json.dumps(held, indent=1).encode(),
    "objects over lines": lambda held: b"\n".join(
        json.dumps(each, indent=1).encode() for each in held
    ),
    "protobuf": lambda held: _framed([message(each) for each in held]),
    "protobuf, each compressed": lambda held: _framed(_packed([message(each) for each in held])),
    "JSON, each compressed": lambda held: _framed(_packed(_json(held))),
}


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstandard.compress])
@pytest.mark.parametrize("framing", FRAMINGS)
def test_every_framing_gives_the_same(
    tmp_path: Path, framing: str, compress: Callable[[bytes], bytes]
) -> None:
    wanted = scan(EXAMPLES / "otel/traces.jsonl")
    path = tmp_path / "traces"
    path.write_bytes(compress(FRAMINGS[framing](MESSAGES)))
    found = scan(path)
    assert found.logs.inputs[0].format == "otel"
    assert found.rows == wanted.rows
    assert [{**each, "file": ""} for each in found.rejects] == [
        {**each, "file": ""} for each in wanted.rejects
    ]
    assert found.logs.passed_over() == wanted.logs.passed_over()


def test_one_message_is_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "one.pb"
    for request in (MESSAGES[0], logs(log("gen_ai.client.inference.operation.details", 1, CALL))):
        path.write_bytes(message(request))
        assert len(scan(path).rows) == 1


def test_log_records_in_protobuf_find_their_span(tmp_path: Path) -> None:
    said = logs(log("gen_ai.user.message", 1, {}, {"content": [{"type": "text", "text": "x"}]}))
    (tmp_path / "b-logs").write_bytes(_framed([message(said)]))
    (tmp_path / "a-traces").write_bytes(_framed([message(traces(span(1, CALL)))]))
    assert [row["prompt"] for row in scan(tmp_path).rows] == ["x"]


def test_metrics_in_protobuf_are_passed_over(tmp_path: Path) -> None:
    metric = {"name": "m", "gauge": {"dataPoints": [{"asDouble": 1.5, "timeUnixNano": "1"}]}}
    held = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]}
    (tmp_path / "m").write_bytes(_framed([message(held)]))
    found = scan(tmp_path / "m")
    assert [(each.what, each.records) for each in found.logs.passed_over()] == [
        ("groups of metrics", 1)
    ]
    assert not found.rejects


def test_a_cut_file_keeps_the_messages_before(tmp_path: Path) -> None:
    whole = _framed([message(each) for each in MESSAGES])
    path = tmp_path / "traces"
    path.write_bytes(whole[:-20])
    found = scan(path)
    assert len(found.rows) == 4
    assert _reasons(found) == {"the last message is incomplete"}
    path.write_bytes(whole + b"\x07\xff\xff\xff" * 9)
    assert "the last message is incomplete" in _reasons(scan(path))
    path.write_bytes(whole + b"\xff" * 9)
    assert "a length is impossible: what follows is lost" in _reasons(scan(path))


def test_protobuf_without_its_extra_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(otlp_proto, "_is_installed", lambda: False)
    path = tmp_path / "traces"
    for framing in ("protobuf", "protobuf, each compressed"):
        path.write_bytes(FRAMINGS[framing](MESSAGES))
        with pytest.raises(MissingExtra, match=r"gauger\[otel\]"):
            scan(path)
    path.write_bytes(FRAMINGS["JSON, each compressed"](MESSAGES) + _framed([b"\x0a\x00"]))
    found = scan(path)
    assert len(found.rows) == 4
    assert "in protobuf, which needs the extra `otel`" in _reasons(found)


def test_protobuf_cannot_be_forced_to_another_format(tmp_path: Path) -> None:
    path = tmp_path / "traces"
    path.write_bytes(FRAMINGS["protobuf"](MESSAGES))
    with pytest.raises(UnreadableInput, match="which format `litellm` never is"):
        scan(path, format="litellm")


def test_damaged_messages_end_in_rows_rejects_or_an_error_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "traces"
    bodies = [FRAMINGS[name](MESSAGES) for name in FRAMINGS if name != "lines"]

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        body=st.sampled_from(bodies),
        changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=4),
        cut=st.floats(0, 1),
    )
    def check(body: bytes, changes: list[tuple[float, int]], cut: float) -> None:
        damaged = bytearray(body)
        for share, byte in changes:
            damaged[int(share * len(damaged))] = byte
        path.write_bytes(damaged[: 8 + int(cut * len(damaged))])
        try:
            found = scan(path, format="otel")
        except InputError:
            return
        assert found.rows or found.rejects or found.logs.passed_over()

    check()
