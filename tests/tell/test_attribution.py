"""What is told of hypotheses that people entered: all of it, and never as gauger's own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from gauger.model.finding import Findings
from gauger.tell.findings import findings_document
from gauger.tell.report import render_report
from gauger.weigh.attribution import attribute
from worksheets import CONCLUDED, WORKSHEET, worksheet

from .page_text import Page
from .sample import sample_findings, sample_run
from .strategies import HOSTILE

FOUND = sample_findings(14)
SECTION = "Attribution worksheet"


def text_of(found: Findings) -> str:
    return Page(render_report(found, sample_run())).text


def section(found: Findings) -> str:
    text = text_of(found)
    start = text.index(SECTION)
    return text[start : text.index("Activity", start)]


@pytest.mark.parametrize(("name", "text"), [("entered", WORKSHEET), ("concluded", CONCLUDED)])
def test_the_section_is_as_agreed(name: str, text: str, golden: Callable[[str, str], None]) -> None:
    golden(f"attribution_{name}.txt", section(attribute(FOUND, worksheet(text))))


def test_findings_hold_all_that_was_entered(golden: Callable[[str, str], None]) -> None:
    document = findings_document(attribute(FOUND, worksheet(CONCLUDED)))
    claim = document["networks"][0]["claims"]["attributed"]
    golden("attribution.json", json.dumps(claim, indent=2, ensure_ascii=False) + "\n")


def test_nothing_entered_is_not_established_and_has_no_section() -> None:
    assert SECTION not in text_of(FOUND)
    for network in findings_document(FOUND)["networks"]:
        attributed = network["claims"]["attributed"]
        assert attributed["established"] is False
        assert (attributed["hypotheses"], attributed["indicators"]) == ([], [])


def test_only_the_network_it_is_about_has_the_section() -> None:
    assert text_of(attribute(FOUND, worksheet())).count(SECTION) == 1
    elsewhere = attribute(FOUND, worksheet(WORKSHEET.replace("net-4f2a91", "net-ffffff")))
    text = text_of(elsewhere)
    assert SECTION not in text
    assert "is no network of this scan" in text


def test_a_conclusion_is_said_to_be_that_of_people() -> None:
    text = text_of(attribute(FOUND, worksheet(CONCLUDED)))
    assert "concluded by people" in text
    assert "people concluded who directs a network; gauger did not" in text
    assert "no named party is established" not in text
    entered = text_of(attribute(FOUND, worksheet()))
    assert "concluded by people" not in entered
    assert "who directs a network; no named party is established" in entered


def test_an_assigned_lr_is_never_shown_as_measured() -> None:
    for found in (attribute(FOUND, worksheet()), attribute(FOUND, worksheet(CONCLUDED))):
        claim = findings_document(found)["networks"][0]["claims"]["attributed"]
        assert "log10_lr" not in claim
        assert {each["lr_basis"] for each in claim["hypotheses"]} == {
            "assigned by the analyst, not measured"
        }
        assert "assigned by the analyst and not measured" in section(found)
        assert not re.search(r"probab(le|ility) that", section(found))


def test_what_fits_no_hypothesis_fits_someone_else_better() -> None:
    text = WORKSHEET.replace(
        'hypothesis."Another Lab".speaks = "neither"', 'hypothesis."Another Lab".speaks = "against"'
    ).replace(
        'hypothesis."Example Lab".speaks = "for"', 'hypothesis."Example Lab".speaks = "against"', 1
    )
    text = re.sub(r'hypothesis."Example Lab".(log10_lr|lower|upper) = .*\n', "", text)
    assert section(attribute(FOUND, worksheet(text))).count("fits better") == 1
    assert "fits better" not in section(attribute(FOUND, worksheet()))


@pytest.mark.parametrize("hostile", [each for each in HOSTILE if each.isprintable() and each])
def test_an_entered_text_cannot_write_markup(hostile: str) -> None:
    quoted = json.dumps(hostile)
    text = WORKSHEET.replace('"Example Lab"', quoted).replace('"cards"', quoted)
    for field in ("statement", "author", "observed", "source", "reference"):
        text = re.sub(rf"^{field} = .*$", lambda _, f=field: f"{f} = {quoted}", text, flags=re.M)
    clean = Page(render_report(attribute(FOUND, worksheet()), sample_run()))
    page = Page(render_report(attribute(FOUND, worksheet(text)), sample_run()))
    assert page.count("script") == clean.count("script")
    assert page.count("img") == 0
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


def test_what_does_not_fit_is_counted() -> None:
    found = attribute(FOUND, worksheet())
    network = found.networks[0]
    assert network.attribution is not None
    rows = network.attribution.indicators
    many = replace(
        network.attribution,
        hypotheses=network.attribution.hypotheses * 7,
        indicators=rows * 51,
    )
    crowded = replace(found, networks=(replace(network, attribution=many), *found.networks[1:]))
    assert "2 more hypotheses and 4 more indicators in findings.json." in section(crowded)
