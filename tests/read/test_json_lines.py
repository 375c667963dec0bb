"""Blocks of JSON lines give what the same lines give one by one: exchanges, rejects, places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gauger.read.sources import Rejects, SourceSettings, json_lines, open_logs

GOOD: dict[str, Any] = {
    "exchange_id": "e", "time": "2026-04-20T10:00:00Z", "account_id": "a", "request_model": "m",
    "prompt": "what is “this”?", "input_tokens": 12, "temperature": 0.5, "stream": True, "turn": 1,
}  # fmt: skip
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False),
    st.text(max_size=8), st.lists(st.integers(), max_size=2),
    st.sampled_from(
        ["", " ", "12", "1.0", "true", "2026-04-20 10:00:00", "2026-04-20T10:00:00+02:00",
         "1776675600", "\ud800", "[]"]
    ),
)  # fmt: skip
ODD = st.sampled_from(
    [b"", b"  ", b"\r", b"{}", b"[]", b"null", b"{", b'{"exchange_id": "e"} {}', b"\xff\xfe",
     b'{"time": NaN}', b'{"exchange_id": "x", "exchange_id": "y"}', b'"text"',
     b'[{"exchange_id": "in a list"}]', b"2026-04-20T10:00:00.000Z {}"]
)  # fmt: skip


@st.composite
def _line(draw: st.DrawFn) -> bytes:
    if draw(st.integers(0, 9)) == 0:
        return draw(ODD)
    row = dict(GOOD, exchange_id=f"e{draw(st.integers(0, 10**6))}")
    if draw(st.integers(0, 3)) == 0:
        for name in draw(
            st.lists(st.sampled_from([*GOOD, "status", "tools", "other"]), max_size=2)
        ):
            row[name] = draw(VALUES)
            if draw(st.integers(0, 3)) == 0:
                del row[name]
    ascii_only = draw(st.booleans())
    return json.dumps(row, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")


def _order(reject: dict[str, Any]) -> tuple[int, str]:
    return reject["row"], reject["reason"]


def _read(path: Path) -> tuple[pa.Table, list[Any], Any]:
    path.with_suffix(".rejects").unlink(missing_ok=True)
    with Rejects(path.with_suffix(".rejects")) as rejects:
        logs = open_logs([str(path)], SourceSettings(format="canonical"), rejects)
        batches = list(logs.batches())
    told = path.with_suffix(".rejects")
    lines = [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []
    table = pa.Table.from_batches(batches) if batches else None
    return table, lines, (logs.unfilled(), [log.sha256 for log in logs.inputs])


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=st.lists(_line(), min_size=1, max_size=12),
    block=st.sampled_from([64, 300, 1 << 20]),
    ending=st.sampled_from([b"", b"\n", b"\n\n"]),
    bom=st.booleans(),
)
def test_blocks_give_what_single_lines_give(
    lines: list[bytes], block: int, ending: bytes, bom: bool, tmp_path: Path
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + b"\n".join(lines) + ending)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(json_lines, "_BLOCK", 1 << 40)
        one_by_one = _read(path)
        patched.setattr(json_lines, "_BLOCK", block)
        patched.setattr("gauger.read.sources.opening.PLAIN_CHUNK", 50)
        in_blocks = _read(path)
    assert (in_blocks[0] is None) == (one_by_one[0] is None)
    if in_blocks[0] is not None:
        assert in_blocks[0].equals(one_by_one[0])
    # Which of two lines is rejected first depends on what is read together.
    assert sorted(in_blocks[1], key=_order) == sorted(one_by_one[1], key=_order)
    assert in_blocks[2] == one_by_one[2]


def test_good_lines_are_read_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.jsonl"
    rows = [dict(GOOD, exchange_id=f"e{number}") for number in range(5000)]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    monkeypatch.setattr(json_lines, "_BLOCK", 100_000)
    monkeypatch.setattr("gauger.read.sources.opening.PLAIN_CHUNK", 50_000)
    columns = json_lines._columns
    seen = []

    def counted(block: bytes) -> Any:
        found = columns(block)
        seen.append(found is not None)
        return found

    monkeypatch.setattr(json_lines, "_columns", counted)
    table, rejected, _ = _read(path)
    assert table["exchange_id"].to_pylist() == [row["exchange_id"] for row in rows]
    assert table["source_row"].to_pylist() == list(range(1, 5001))
    assert not rejected
    assert len(seen) > 5
    assert all(seen)
