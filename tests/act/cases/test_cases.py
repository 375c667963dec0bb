"""Cases: every live answer is one, an appeal brings it to a person, and decisions are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gauger.act.cases.appeals import MOST, TooMany, decide_case, open_case
from gauger.act.cases.audit import entries, verify
from gauger.act.cases.casebook import find_case, list_cases, read_memory, write_given
from gauger.act.cases.database import open_database
from gauger.model.case import Basis, Case, CaseState, Given
from gauger.model.decision import Answer, Place, Reason
from gauger.model.errors import UsageError
from gauger.model.evidence import Verdict

NOW = datetime(2026, 6, 5, 12, tzinfo=UTC)
BASIS = Basis(
    Reason.MEMBER, "net-1", Verdict.EXTRACTION, Place.CORE, 3.0, 2.0, 1.5, (1, 2, 3), 3
)  # fmt: skip
GIVEN = Given("ref-1", "acct_1", Answer.STEP_UP, "core", 1, BASIS, NOW, NOW + timedelta(days=7))


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    """An open database."""
    opened = open_database(url)
    yield opened
    opened.dispose()


def case_of(database: sa.Engine, reference: str = "ref-1") -> Case:
    """A case that is there."""
    case = find_case(database, reference)
    assert case is not None
    return case


def test_answers_become_cases_once(database: sa.Engine) -> None:
    later = replace(GIVEN, given=NOW + timedelta(hours=2), answer=Answer.SLOW)
    other = replace(GIVEN, reference="ref-2", account_id="acct_2")
    write_given(database, [GIVEN, other])
    write_given(database, [later])
    write_given(database, [])
    case = case_of(database)
    assert (case.basis, case.answer, case.stands) == (BASIS, Answer.SLOW, "answered")
    assert (case.first_given, case.last_given) == (NOW, NOW + timedelta(hours=2))
    assert case.events == ()
    assert find_case(database, "ref-9") is None
    assert [held.reference for held in list_cases(database)] == ["ref-1", "ref-2"]
    assert [held.reference for held in list_cases(database, account_id="acct_2")] == ["ref-2"]


def test_many_answers_are_written_at_once(database: sa.Engine) -> None:
    many = [replace(GIVEN, reference=f"ref-{n}", account_id=f"acct_{n}") for n in range(1_001)]
    write_given(database, many)
    write_given(database, many)
    assert len(list_cases(database, most=2_000)) == 1_001


def test_an_appeal_waits_for_a_person_until_one_decides(database: sa.Engine) -> None:
    write_given(database, [GIVEN, replace(GIVEN, reference="ref-2")])
    opened = open_case(database, "ref-1", "  We are a class of 30.\0 ")
    assert opened is not None and opened.stands == "open"
    assert opened.events is not None and opened.events[0].words == "We are a class of 30.\ufffd"
    assert open_case(database, "ref-9", "x") is None
    assert [case.reference for case in list_cases(database, "open")] == ["ref-1"]
    assert [case.reference for case in list_cases(database, "answered")] == ["ref-2"]
    decided = decide_case(
        database, "ref-1", CaseState.UPHELD, "ana", "no class there", told="Please name the school."
    )
    assert (decided.stands, decided.decided is not None) == ("upheld", True)
    assert list_cases(database, "open") == ()
    assert read_memory(database).clearances == {}
    again = open_case(database, "ref-1", "The school is X.")
    assert again is not None and again.stands == "open"
    events = case_of(database).events
    assert events is not None
    assert [(event.what, event.by) for event in events] == [
        ("appealed", "customer"), ("upheld", "ana"), ("appealed", "customer"),
    ]  # fmt: skip
    kinds = [entry.kind for entry in entries(database)]
    assert kinds == ["case_opened", "case_decided", "case_opened"]
    said = str(list(entries(database)))
    assert "class" not in said and "school" not in said and "acct_1" not in said
    assert verify(database).problem is None


def test_a_person_is_asked_to_read_so_much_at_a_time(database: sa.Engine) -> None:
    write_given(database, [GIVEN])
    for number in range(MOST):
        open_case(database, "ref-1", f"statement {number}")
    with pytest.raises(TooMany):
        open_case(database, "ref-1", "one more")
    decide_case(database, "ref-1", CaseState.UPHELD, "ana", "read")
    assert open_case(database, "ref-1", "one more") is not None


def test_whoever_is_cleared_is_remembered_with_what_it_rested_on(database: sa.Engine) -> None:
    write_given(database, [GIVEN])
    decide_case(database, "ref-1", CaseState.CLEARED, "ana", "spoke with them")
    memory = read_memory(database)
    assert memory.says("acct_1", "m", BASIS, NOW).clears
    # What is given again on the same evidence, by a replica that has not heard of it, say.
    moved = replace(BASIS, coordinated=3.7)
    write_given(database, [replace(GIVEN, basis=moved)])
    case = case_of(database)
    assert (case.stands, case.basis) == ("cleared", BASIS)


def test_other_evidence_takes_it_up_again_and_says_what_changed(database: sa.Engine) -> None:
    write_given(database, [GIVEN])
    decide_case(database, "ref-1", CaseState.CLEARED, "ana", "spoke with them")
    stronger = replace(BASIS, extraction=4.0)
    said = read_memory(database).says("acct_1", "m", stronger, NOW)
    assert not said.clears and said.follows == "ref-1"
    again = replace(GIVEN, basis=stronger, changed=said.changed, follows=said.follows)
    write_given(database, [again])
    write_given(database, [again])
    case = case_of(database)
    assert (case.stands, case.basis) == ("answered", stronger)
    assert case.events is not None
    assert [event.what for event in case.events] == ["cleared", "reopened"]
    assert "is 4.0 and was 2.0" in case.events[-1].words
    elsewhere = replace(again, reference="ref-2", changed=("It is another network.",))
    write_given(database, [elsewhere])
    write_given(database, [elsewhere])
    events = case_of(database, "ref-2").events
    assert events is not None
    (event,) = events
    assert event.words == "Case ref-1 of this account was cleared. It is another network."
    kinds = [entry.kind for entry in entries(database)]
    assert kinds == ["case_decided", "case_reopened", "case_reopened"]


def test_what_is_narrowed_holds_for_some_models_until_its_end(database: sa.Engine) -> None:
    write_given(database, [GIVEN])
    until = datetime.now(UTC) + timedelta(days=3)
    decide_case(
        database, "ref-1", CaseState.NARROWED, "ana", "only there", models=["large"], until=until
    )
    memory = read_memory(database)
    now = datetime.now(UTC)
    assert memory.says("acct_1", "small", BASIS, now).clears
    assert not memory.says("acct_1", "large", BASIS, now).clears
    assert not memory.says("acct_1", "small", BASIS, until).clears
    case = case_of(database)
    assert (case.until, case.models) == (until, ("large",))


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"outcome": CaseState.ANSWERED}, "cannot be decided"),
        ({"by": " "}, "needs a person and a reason"),
        ({"reason": ""}, "needs a person and a reason"),
        ({"until": datetime(2020, 1, 1, tzinfo=UTC)}, "would have ended"),
        ({"models": ["x"]}, "only what is narrowed"),
        ({"outcome": CaseState.NARROWED}, "only what is narrowed"),
        ({"reference": "ref-9"}, "no such case"),
        ({"reference": "ref-2"}, "opened by a tier"),
    ],
)
def test_what_cannot_be_decided(
    database: sa.Engine, arguments: dict[str, object], problem: str
) -> None:
    tier = replace(GIVEN, reference="ref-2", basis=Basis(Reason.TIER_REQUIRED))
    write_given(database, [GIVEN, tier])
    asked: dict[str, object] = {
        "reference": "ref-1", "outcome": CaseState.CLEARED, "by": "ana", "reason": "r",
    }  # fmt: skip
    with pytest.raises(UsageError, match=problem):
        decide_case(database, **(asked | arguments))  # type: ignore[arg-type]
    assert list(entries(database)) == []
