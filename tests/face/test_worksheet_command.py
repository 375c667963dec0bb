"""From a scan to a blank worksheet, and back into a scan once an analyst has filled it in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gauger.world import World
from tell.page_text import Page
from worksheets import filled

from .calling import Caller

CONCLUSION = (
    'established = true\nconcluded_by = "A. One"\nreviewed_by = "B. Two"\n'
    'reason = "It all fits."\nstatement = '
)


@pytest.fixture
def scanned(gauger: Caller, campaign: World, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The arguments of a scan that finds a network, run once."""
    monkeypatch.setenv("GAUGER_SECRET", "a phrase of the tests alone")
    arguments = ["scan", campaign.logs[0].parent, "--accounts", campaign.accounts]
    assert gauger(*arguments, "-q").code == 1
    return arguments


def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(Path("gauger-out/findings.json").read_text())
    return document


def test_a_worksheet_goes_round(gauger: Caller, scanned: list[Any], tmp_path: Path) -> None:
    before = _document()
    named = before["networks"][0]["network_id"]
    printed = gauger("worksheet", named)
    assert (printed.code, printed.err) == (0, "")
    written = gauger("worksheet", named, "--findings", "gauger-out", "--out", "who.toml")
    assert (written.code, written.out) == (0, "")
    blank = (tmp_path / "who.toml").read_text(encoding="utf-8")
    assert blank == printed.out
    assert gauger("worksheet", named, "--out", "who.toml").error.endswith("entered is lost")

    unfilled = gauger(*scanned, "--worksheet", "who.toml")
    assert unfilled.code == 2
    assert "`who.toml`, key `network[0].hypothesis[0].name`" in unfilled.error

    (tmp_path / "who.toml").write_text(filled(blank), encoding="utf-8")
    called = gauger(*scanned, "--worksheet", "who.toml")
    assert called.code == 1
    assert "  attributed    1 hypothesis entered, none concluded\n" in called.err
    assert "Not established: who directs these accounts" in called.err
    after = _document()
    claim = after["networks"][0]["claims"].pop("attributed")
    assert claim["established"] is False
    assert [each["name"] for each in claim["hypotheses"]] == ["Example Lab"]
    del before["networks"][0]["claims"]["attributed"]
    assert after == before
    page = Page(Path("gauger-out/report.html").read_text(encoding="utf-8"))
    assert page.text.count("Attribution worksheet") == 1
    run = json.loads(Path("gauger-out/run.json").read_text())
    assert run["configuration"]["worksheet"] == "who.toml"
    assert run["inputs"][-1]["format"] == "worksheet"
    assert len(run["inputs"][-1]["sha256"]) == 64


def test_a_conclusion_by_accounts_and_a_network_that_is_gone(
    gauger: Caller, scanned: list[Any], tmp_path: Path
) -> None:
    network = _document()["networks"][0]
    text = filled(gauger("worksheet", network["network_id"]).out)
    concluded = text.replace("\nstatement = ", "\n" + CONCLUSION, 1).replace(
        f'network_id = "{network["network_id"]}"',
        f"accounts = {json.dumps(network['accounts'][:4])}",
    )
    gone = text[text.index("[[network]]") :].replace(network["network_id"], "net-none")
    (tmp_path / "who.toml").write_text(f"{concluded}\n{gone}", encoding="utf-8")
    called = gauger(*scanned, "--worksheet", "who.toml")
    assert called.code == 1
    assert "  attributed    concluded by people: Example Lab\n" in called.err
    assert "Not established by gauger: who directs these accounts" in called.err
    document = _document()
    claim = document["networks"][0]["claims"]["attributed"]
    assert claim["established"] is True
    assert (claim["matched_by"], claim["accounts_named"]) == ("accounts", 4)
    assert "A. One concluded, and B. Two reviewed" in claim["statement"]
    assert any("`net-none` is no network of this scan" in note for note in document["notes"])


def test_errors_are_one_line_and_come_before_the_logs(gauger: Caller, tmp_path: Path) -> None:
    (tmp_path / "gauger-out").mkdir()
    for arguments, word in (
        (("worksheet", "net-1"), "findings.json"),
        (("worksheet", "net-1", "--findings", "elsewhere"), "elsewhere"),
        (("scan", "gone.jsonl", "--worksheet", "none.toml"), "none.toml"),
    ):
        called = gauger(*arguments)
        assert (called.code, called.out) == (2, "")
        assert called.error.startswith("error: cannot read ")
        assert word in called.error
