"""Every example log gives exactly the rows and rejects that were read by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gauger.read.sources import SOURCES
from read.scanning import EXAMPLES, filled, scan

GOLDEN = Path(__file__).parent / "golden"
CASES = {
    "canonical": ("canonical.jsonl", "canonical.parquet"),
    "litellm": ("litellm.ndjson",),
    "otel": ("otel",),
    "bedrock": ("bedrock",),
    "envoy": ("envoy.jsonl",),
    "kong": ("kong.jsonl",),
    "langfuse": ("langfuse",),
    "helicone": ("helicone.jsonl",),
    "openai": ("openai.jsonl",),
    "anthropic": ("anthropic.jsonl",),
    "openai_batch": ("openai_batch",),
    "anthropic_batch": ("anthropic_batch",),
}


@pytest.mark.parametrize(
    ("format_name", "example"),
    [(name, example) for name, examples in CASES.items() for example in examples],
)
def test_golden_rows(format_name: str, example: str) -> None:
    found = scan(EXAMPLES / example)
    golden = json.loads((GOLDEN / f"{format_name}.json").read_text())
    assert [_plain(row) for row in found.rows] == golden["rows"]
    assert [_reason(reject) for reject in found.rejects] == golden["rejects"]
    assert {file.format for file in found.logs.inputs} == {format_name}
    assert all(file.sha256 and len(file.sha256) == 64 for file in found.logs.inputs)
    assert list(found.logs.asserted_by_client()) == golden["asserted_by_client"]


def test_every_format_has_an_example() -> None:
    assert set(CASES) == set(SOURCES)


def test_all_examples_in_one_scan_keep_their_formats() -> None:
    found = scan(EXAMPLES)
    assert {file.format for file in found.logs.inputs} == set(SOURCES)
    assert len(found.rows) == 34
    missing = {missing.format: missing.fields for missing in found.logs.missing()}
    assert missing["litellm"] == ("ja4",)
    assert "source_ip" in missing["openai_batch"]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    fields = filled(row)
    del fields["source_file"]
    return {**fields, "time": fields["time"].isoformat()}


def _reason(reject: dict[str, Any]) -> list[Any]:
    return [Path(reject["file"]).name, reject["row"], reject["reason"], reject["field"]]
