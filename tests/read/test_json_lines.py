"""Blocks of JSON lines give what the same lines give one by one: exchanges, rejects, places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gauger.read.sources import Rejects, SourceSettings, json_lines, open_logs
from gauger.read.sources.line_columns import columns_of

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
        patched.setattr(json_lines, "_BLOCK", block)
        patched.setattr("gauger.read.sources.opening.PLAIN_CHUNK", 50)
        in_blocks = _read(path)
        patched.setattr(json_lines, "columns_of", lambda block, lines: None)
        by_arrow = _read(path)
        patched.setattr(json_lines, "_columns", lambda block: None)
        one_by_one = _read(path)
    for found in (in_blocks, by_arrow):
        assert (found[0] is None) == (one_by_one[0] is None)
        if found[0] is not None:
            assert found[0].equals(one_by_one[0])
        # Which of two lines is rejected first depends on what is read together.
        assert sorted(found[1], key=_order) == sorted(one_by_one[1], key=_order)
        assert found[2] == one_by_one[2]


def test_good_lines_are_read_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.jsonl"
    rows = [dict(GOOD, exchange_id=f"e{number}") for number in range(5000)]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    monkeypatch.setattr(json_lines, "_BLOCK", 100_000)
    monkeypatch.setattr("gauger.read.sources.opening.PLAIN_CHUNK", 50_000)
    columns = json_lines.columns_of
    seen = []

    def counted(block: Any, lines: int) -> Any:
        found = columns(block, lines)
        seen.append(found is not None)
        return found

    monkeypatch.setattr(json_lines, "columns_of", counted)
    table, rejected, _ = _read(path)
    assert table["exchange_id"].to_pylist() == [row["exchange_id"] for row in rows]
    assert table["source_row"].to_pylist() == list(range(1, 5001))
    assert not rejected
    assert len(seen) > 5
    assert all(seen)


SPELLINGS = st.sampled_from(
    ["0", "-0", "1.5", "-1.5", "0.1", "1e3", "1.", ".5", "01", "0.30000000000000004", "-7",
     "9007199254740993", "123456789012345678901", "2147483648", "-2147483648", "null", "true",
     "false", "nul", "tru", '""', '"\\u00e9"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\udc00"',
     '"\\x"', '"\\"', '"a\\tb\\/\\\\"', '"\\u12"', '"\\u0000"', "\"\x01\"", "{}", '{"a": [1]}',
     "[", '"é', '"é"', "1 ", " 1", "1 2", '"2026-04-20T10:00:00Z"']
)  # fmt: skip
FIELDS = st.sampled_from(
    ["turn", "status", "input_tokens", "temperature", "top_p", "stream", "prompt", "tools",
     "request_model", "time", "other", "sys\\u0074em", "", "account_id"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    fields=st.lists(st.tuples(FIELDS, SPELLINGS), max_size=4),
    comma=st.sampled_from([",", " , ", ",\t"]),
    long=st.integers(0, 70),
    end=st.sampled_from(["", " ", "\r", " x", "}"]),
)
def test_a_block_that_the_kernel_understands_is_as_arrow_and_single_lines_have_it(
    fields: list[tuple[str, str]], comma: str, long: int, end: str
) -> None:
    required = [(name, json.dumps(GOOD[name])) for name in ("exchange_id", "time", "account_id")]
    required += [("request_model", '"m"'), ("system", json.dumps("é" * (long % 7) + "x" * long))]
    line = "{" + comma.join(f'"{name}":{text}' for name, text in [*required, *fields]) + "}"
    block = f"{line}{end}\n{line}{end}\n".encode()
    found = columns_of(np.frombuffer(block, np.uint8), 2)
    if found is None:
        return
    values = json.loads(line)
    for name, column in found.items():
        if name != "time":
            assert column.to_pylist() == [values.get(name)] * 2, name
        column.validate(full=True)
    arrow = json_lines._columns(block)
    assert arrow is not None
    assert all(arrow[name].equals(column) for name, column in found.items())


def test_the_kernel_leaves_bytes_that_are_no_text() -> None:
    block = b'{"exchange_id":"e\xff","other":"\xfe"}\n'
    with pytest.raises(pa.ArrowException):
        columns_of(np.frombuffer(block, np.uint8), 1)
