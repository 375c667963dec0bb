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
from gauger.model.finding import Belonging, Findings
from gauger.tell.findings import findings_document, write_findings

from .sample import CALIBRATION, nothing_found, sample_findings
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


def test_the_calibration_is_named_so_that_results_can_be_compared(tmp_path: Path) -> None:
    document = read(sample_findings(), tmp_path)
    assert document["calibrated"] is True
    assert document["calibration"].keys() == {
        *("name", "version", "on", "at", "digest", "worlds", "cllr", "cllr_min"),
        *("compared", "outside", "withheld"),
    }
    assert document["calibration"]["cllr"] == CALIBRATION.cllr
    assert document["calibration"]["outside"] == list(CALIBRATION.outside)
    withheld = replace(sample_findings(), calibration=replace(CALIBRATION, withheld=True))
    document = read(withheld, tmp_path)
    assert document["calibrated"] is False
    assert document["calibration"]["withheld"] is True
    assert document["networks"][0]["claims"]["coordinated"]["calibrated"] is False
    document = read(replace(sample_findings(), calibration=None), tmp_path)
    assert (document["calibrated"], document["calibration"]) == (False, None)


def test_how_firm_a_network_is_and_what_would_end_it(tmp_path: Path) -> None:
    one, _, permitted = read(sample_findings(), tmp_path)["networks"]
    assert one["robustness"]["without"][0] == {"layer": "content", "log10_lr": 4.1}
    assert one["robustness"]["weakest_bridge"] == {
        "part": 4, "rest": 10, "log10_lr": 1.92, "ways": ["content", "infrastructure"]
    }  # fmt: skip
    assert all(each.endswith(".") for each in one["robustness"]["what_would_change"])
    assert permitted["robustness"]["weakest_bridge"] is None


def test_whoever_one_cannot_tell_of_is_named_apart(tmp_path: Path) -> None:
    found = sample_findings()
    network = found.networks[0]
    doubtful = replace(network.members[0], belonging=Belonging.CANNOT_TELL)
    held = replace(network, members=(doubtful, *network.members[1:]))
    document = read(replace(found, networks=(held,)), tmp_path)["networks"][0]
    open_ones = {each.account_id for each in network.undecided} | {doubtful.account_id}
    assert document["cannot_tell"] == sorted(open_ones)
    assert not open_ones & set(document["accounts"])
    assert sum(document["members"].values()) == len(document["accounts"])


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
