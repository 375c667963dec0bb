"""findings.json is a contract: its fields, its bytes, and no value that JSON cannot hold."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from gauger.model.evidence import LogLR
from gauger.model.finding import Findings
from gauger.tell.findings import findings_document, write_findings

from .sample import nothing_found, sample_findings
from .strategies import findings as any_findings


def read(findings: Findings, folder: Path) -> dict[str, Any]:
    write_findings(findings, folder / "findings.json")
    document: dict[str, Any] = json.loads(
        (folder / "findings.json").read_text(encoding="utf-8"), parse_constant=pytest.fail
    )
    return document


def numbers_in(value: object) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from numbers_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from numbers_in(each)


def test_the_sample_is_written_as_agreed(
    tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    write_findings(sample_findings(members=14), tmp_path / "findings.json")
    golden("findings.json", (tmp_path / "findings.json").read_text(encoding="utf-8"))


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        write_findings(sample_findings(), tmp_path / name)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_every_field_of_the_contract_is_there(tmp_path: Path) -> None:
    document = read(sample_findings(), tmp_path)
    assert document["version"] == 1
    assert document["measured"].keys() >= {"exchanges", "accounts", "from", "to", "rejected"}
    network = document["networks"][0]
    assert network.keys() >= {
        *("network_id", "verdict", "accounts", "exchanges", "input_tokens", "output_tokens"),
        *("first_seen", "last_seen", "claims", "layers", "explanations", "capabilities"),
    }
    assert list(network["claims"]) == ["coordinated", "extraction", "attributed", "used"]
    assert network["claims"]["coordinated"].keys() >= {
        *("log10_lr", "lower", "upper", "verbal", "established")
    }
    assert network["claims"]["attributed"]["established"] is False
    assert network["claims"]["attributed"]["not_established"]
    assert network["layers"][0].keys() >= {"layer", "log10_lr", "statement"}
    assert network["explanations"][0].keys() == {"explanation", "log10_lr_against", "statement"}


def test_accounts_are_sorted_and_times_are_utc(tmp_path: Path) -> None:
    elsewhere = timezone(timedelta(hours=9))
    found = sample_findings()
    moved = replace(found.networks[0], first_seen=datetime(2026, 4, 22, 9, tzinfo=elsewhere))
    document = read(replace(found, networks=(moved,)), tmp_path)
    network = document["networks"][0]
    assert network["accounts"] == sorted(network["accounts"])
    assert network["first_seen"] == "2026-04-22T00:00:00Z"


def test_an_unbounded_lr_is_null_and_a_small_p_value_is_not_zero(tmp_path: Path) -> None:
    found = sample_findings()
    claim = replace(found.networks[0].coordinated, lr=LogLR(2.0, -math.inf, 3.0))
    network = replace(found.networks[0], coordinated=claim)
    written = read(replace(found, networks=(network,)), tmp_path)["networks"][0]
    assert written["claims"]["coordinated"]["lower"] is None
    assert all(
        statistic["p_value"] >= 1 / (statistic["reference_groups"] + 1) - 1e-6
        for layer in written["layers"]
        for statistic in layer["statistics"]
    )


def test_nothing_found_is_a_document_too(tmp_path: Path) -> None:
    document = read(nothing_found(), tmp_path)
    assert document["networks"] == []
    assert document["notes"]


@settings(deadline=None, max_examples=80)
@given(any_findings)
def test_any_findings_are_valid_json(found: Findings) -> None:
    document = findings_document(found)
    text = json.dumps(document, allow_nan=False, ensure_ascii=False)
    text.encode("utf-8")
    assert all(math.isfinite(number) for number in numbers_in(document))
    for network in document["networks"]:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", network["first_seen"])
