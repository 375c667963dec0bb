"""`gauger cases`: what waits, all of one case, and a person's decision."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gauger.act.cases.appeals import open_case
from gauger.act.cases.casebook import read_memory, write_given
from gauger.act.cases.database import open_database
from gauger.model.case import Basis, Given
from gauger.model.decision import Answer, Place, Reason
from gauger.model.evidence import Verdict

from .calling import Caller

REFERENCE, OTHER = "ab" * 12, "cd" * 12


@pytest.fixture
def control(tmp_path: Path) -> str:
    """A control plane with two cases, of which one waits."""
    url = f"sqlite:///{tmp_path}/control.db"
    database = open_database(url)
    now = datetime.now(UTC)
    basis = Basis(Reason.MEMBER, "net-1", Verdict.EXTRACTION, Place.CORE, 3.0, 2.0, 1.5)
    given = [
        Given(each, f"acct_{each[:2]}", Answer.STEP_UP, "core", 4, basis, now,
              now + timedelta(days=7)) for each in (REFERENCE, OTHER)
    ]  # fmt: skip
    write_given(database, given)
    open_case(database, REFERENCE, "We are a class of thirty.")
    database.dispose()
    return url


def test_what_waits_comes_first(gauger: Caller, control: str) -> None:
    listed = gauger("cases", "list", "--database", control).out.splitlines()
    assert [line.split()[:2] for line in listed[1:]] == [[REFERENCE, "open"], [OTHER, "answered"]]
    rows = gauger("cases", "list", "--state", "open", "--json", "--database", control).out
    (row,) = [json.loads(line) for line in rows.splitlines()]
    assert (row["reference"], row["account_id"]) == (REFERENCE, "acct_ab")
    by = gauger("cases", "list", "--account", "acct_cd", "--json", "--database", control).out
    assert json.loads(by)["reference"] == OTHER


def test_a_case_is_shown_with_what_it_rests_on(gauger: Caller, control: str) -> None:
    shown = gauger("cases", "show", REFERENCE, "--database", control).out
    for words in (
        "acct_ab", "net-1", "one operator: +3.0 at least", "We are a class of thirty.",
        "step-up, for member_of_network", "core, policy version 4",
    ):  # fmt: skip
        assert words in shown, words
    said = json.loads(gauger("cases", "show", REFERENCE, "--json", "--database", control).out)
    assert said["basis"]["extraction"] == 2.0


def test_a_person_decides_and_it_is_remembered(gauger: Caller, control: str) -> None:
    arguments = ["cases", "decide", REFERENCE, "cleared", "--by", "ana", "--reason", "confirmed"]
    done = gauger(*arguments, "--told", "Thank you.", "--until", "2099-01-01",
                  "--database", control)  # fmt: skip
    assert (done.code, done.err.strip()) == (0, f"Case {REFERENCE} is cleared, by ana.")
    shown = gauger("cases", "show", REFERENCE, "--database", control).out
    assert "cleared by ana: confirmed" in shown and "told: Thank you." in shown
    assert "2099-01-01 00:00" in shown
    database = open_database(control)
    assert "acct_ab" in read_memory(database)
    database.dispose()
    narrowed = gauger("cases", "decide", OTHER, "narrowed", "--by", "bo", "--reason", "r",
                      "--model", "large", "--database", control)  # fmt: skip
    assert narrowed.code == 0
    assert "large" in gauger("cases", "show", OTHER, "--database", control).out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["list", "--state", "lost"], "no such state"),
        (["show", "x"], "no such case"),
        (["decide", "x", "cleared", "--by", "a", "--reason", "r"], "no such case"),
        (["decide", REFERENCE, "held", "--by", "a", "--reason", "r"], "cannot be decided"),
        (["decide", REFERENCE, "cleared", "--by", " ", "--reason", "r"], "a person and a reason"),
    ],
)
def test_what_cannot_be_is_said(
    gauger: Caller, control: str, arguments: list[str], problem: str
) -> None:
    said = gauger("cases", *arguments, "--database", control)
    assert (said.code, problem in said.error) == (2, True)
