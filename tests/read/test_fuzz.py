"""Whatever a log holds, every record ends in a row or in a reject, and nothing is raised."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gauger.model.errors import InputError
from read.scanning import EXAMPLES, scan

SEEDS: dict[str, list[dict[str, Any]]] = {
    name: [json.loads(line) for line in (EXAMPLES / file).read_text().splitlines()]
    for name, file in {
        "canonical": "canonical.jsonl",
        "litellm": "litellm.ndjson",
        "openai": "openai.jsonl",
        "anthropic": "anthropic.jsonl",
        "helicone": "helicone.jsonl",
        "openai_batch": "openai_batch/batch_1_input.jsonl",
        "anthropic_batch": "anthropic_batch/msgbatch_1_results.jsonl",
    }.items()
}
SEEDS["openai_batch"] += [
    json.loads(line)
    for line in (EXAMPLES / "openai_batch/batch_1_output.jsonl").read_text().splitlines()
]
SEEDS["anthropic_batch"] += json.loads(
    (EXAMPLES / "anthropic_batch/msgbatch_1_requests.json").read_text()
)["requests"]

SEEDS["otel"] = [
    json.loads(line)
    for file in ("traces", "logs")
    for line in (EXAMPLES / f"otel/{file}.jsonl").read_text().splitlines()
]
SEEDS["langfuse"] = [
    json.loads(line)
    for file in ("observations_v2", "observations", "traces")
    for line in (EXAMPLES / f"langfuse/{file}.jsonl").read_text().splitlines()
]
SEEDS["bedrock"] = [
    json.loads(line)
    for file in ("invocations.jsonl", "cloudtrail.json")
    for line in (EXAMPLES / "bedrock" / file).read_text().splitlines()
]
for name in ("envoy", "kong"):
    SEEDS[name] = [
        json.loads(line) for line in (EXAMPLES / f"{name}.jsonl").read_text().splitlines()
    ]

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**60, max_value=2**90),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["", "1", "-3", "NaN", "2026-09-01", "\ud800", "redacted-by-litellm", "\0"]),
    st.just([]),
    st.just({}),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3)), max_size=3),
    st.dictionaries(
        st.sampled_from(["content", "type", "text", "role", "id", "body"]),
        st.one_of(st.none(), st.integers(), st.text(max_size=3), st.just([{}])),
        max_size=3,
    ),
)
QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key in value:
            found += _places(value[key], (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += _places(item, (*path, index))
    return found


@st.composite
def mutated(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A valid record with some keys dropped and some values replaced."""
    record: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(SEEDS[name]))))
    for _ in range(draw(st.integers(0, 4))):
        places = _places(record)
        if not places:
            break
        *parents, last = draw(st.sampled_from(places))
        holder: Any = record
        for key in parents:
            holder = holder[key]
        if draw(st.booleans()) and isinstance(holder, dict):
            del holder[last]
        else:
            holder[last] = copy.deepcopy(draw(ODD))  # drawn lists and objects are shared
    return record


@st.composite
def lines_of(draw: st.DrawFn, name: str) -> list[bytes]:
    """Lines of a log: mutated records, some of them cut or with bytes replaced."""
    lines = []
    for record in draw(st.lists(mutated(name), min_size=1, max_size=6)):
        line = json.dumps(record).encode()
        damage = draw(st.sampled_from(["none", "none", "none", "cut", "bytes"]))
        if damage == "cut":
            line = line[: draw(st.integers(1, len(line)))]
        elif damage == "bytes":
            at = draw(st.integers(0, len(line) - 1))
            junk = draw(st.binary(min_size=1, max_size=4)).replace(b"\n", b"?")
            line = line[:at] + junk + line[at + len(junk) :]
        lines.append(line if line.strip() else b"?")
    return lines


@pytest.mark.parametrize("name", ["canonical", "litellm", "openai", "anthropic", "helicone"])
def test_every_line_is_a_row_or_a_reject(name: str, tmp_path: Path) -> None:
    @QUICK
    @given(lines=lines_of(name))
    def check(lines: list[bytes]) -> None:
        good = orjson.dumps(SEEDS[name][0])
        path = tmp_path / "log.jsonl"
        path.write_bytes(b"\n".join([good, *lines, good]) + b"\n")
        found = scan(path, format=name)
        assert len(found.rows) + len(found.rejects) == len(lines) + 2
        places = [row["source_row"] for row in found.rows]
        places += [reject["row"] for reject in found.rejects]
        assert sorted(places) == list(range(1, len(lines) + 3))
        assert {1, len(lines) + 2} <= {row["source_row"] for row in found.rows}

    check()


@pytest.mark.parametrize("name", ["otel", "langfuse", "bedrock"])
def test_every_line_is_accounted_for(name: str, tmp_path: Path) -> None:
    @QUICK
    @given(lines=lines_of(name))
    def check(lines: list[bytes]) -> None:
        good = orjson.dumps(SEEDS[name][0])
        path = tmp_path / "log.jsonl"
        path.write_bytes(b"\n".join([good, *lines, good]) + b"\n")
        found = scan(path, format=name)
        # A line may hold several records, and records that are no exchange have no place.
        told = [row["source_row"] for row in found.rows]
        told += [reject["row"] for reject in found.rejects]
        passed = sum(each.records for each in found.logs.passed_over())
        assert len(told) + passed >= len(lines) + 2
        assert set(told) <= set(range(1, len(lines) + 3))
        assert {1, len(lines) + 2} <= {row["source_row"] for row in found.rows}

    check()


@pytest.mark.parametrize("name", ["envoy", "kong"])
def test_every_line_of_a_gateway_is_read_or_a_reject(name: str, tmp_path: Path) -> None:
    @QUICK
    @given(lines=lines_of(name))
    def check(lines: list[bytes]) -> None:
        path = tmp_path / "log.jsonl"
        path.write_bytes(b"\n".join(lines) + b"\n")
        found = scan(path, format=name)
        passed = {each.what: each.records for each in found.logs.passed_over()}
        read = passed.get("requests, read for the exchanges of other logs", 0)
        assert read + len(found.rejects) == len(lines)
        assert not found.rows

    check()


@pytest.mark.parametrize("name", ["openai_batch", "anthropic_batch"])
def test_every_half_is_joined_or_a_reject(name: str, tmp_path: Path) -> None:
    about = {"openai_batch": ("object", "batch"), "anthropic_batch": ("type", "message_batch")}
    key, value = about[name]

    @QUICK
    @given(lines=lines_of(name))
    def check(lines: list[bytes]) -> None:
        path = tmp_path / "log.jsonl"
        head = orjson.dumps({key: value, "created_at": "2026-09-01T10:00:00Z"})
        path.write_bytes(b"\n".join([head, *lines]) + b"\n")
        found = scan(path, format=name)
        rows, rejects = len(found.rows), len(found.rejects)
        # A pair is one row or, where it lacks something, one reject for two lines.
        assert rows + rejects <= len(lines) <= 2 * (rows + rejects)

    check()


def test_any_bytes_end_in_rejects_or_an_error_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "log"
    lead = st.sampled_from([b"", b"[", b"{", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PAR1"])

    @QUICK
    @given(content=st.binary(max_size=400), lead=lead)
    def check(content: bytes, lead: bytes) -> None:
        path.write_bytes(lead + content)
        try:
            found = scan(path, format="canonical")
        except InputError:
            return
        assert not found.rows
        # Nothing but blanks is an empty log, which holds nothing to reject.
        assert found.rejects or found.logs.inputs[0].format == "empty"

    check()


@pytest.mark.parametrize("name", ["openai", "litellm"])
def test_any_cut_of_an_array_keeps_its_whole_elements(name: str, tmp_path: Path) -> None:
    records = SEEDS[name]
    text = json.dumps(records, indent=1).encode()
    path = tmp_path / "log.json"

    @QUICK
    @given(cut=st.integers(len(json.dumps(records[0], indent=1)) * 2, len(text) - 1))
    def check(cut: int) -> None:
        path.write_bytes(text[:cut])
        found = scan(path, format=name)
        assert found.rows
        assert len(found.rejects) == 1

    check()


COLUMN = st.sampled_from(
    [
        pa.array([None, None, None]),
        pa.array([1, -(2**62), 2**62]),
        pa.array([0.5, float("nan"), float("inf")]),
        pa.array(["", "2026-09-01", "x"]),
        pa.array([b"\xff", b"1", None]),
        pa.array([True, False, None]),
        pa.array(["x", "y", "x"]).dictionary_encode(),
        pa.array([0, 10**15, 10**18], pa.timestamp("us")),
        pa.array([[1], [], None]),
        pa.array([1, 2, 3], pa.decimal128(38, 4)),
        pa.array([1, 2, 3], pa.date32()),
        pa.array([1, 2, 3], pa.duration("s")),
    ]
)


def test_any_columns_end_in_rows_rejects_or_an_error_of_ours(tmp_path: Path) -> None:
    base = pq.read_table(EXAMPLES / "canonical.parquet")
    path = tmp_path / "x.parquet"

    @QUICK
    @given(changes=st.dictionaries(st.sampled_from(base.column_names), COLUMN, max_size=5))
    def check(changes: dict[str, pa.Array]) -> None:
        columns = {name: changes.get(name, base.column(name)) for name in base.column_names}
        pq.write_table(pa.table(columns), path)
        try:
            found = scan(path)
        except InputError:
            return
        assert len(found.rows) + len(found.rejects) == 3

    check()
