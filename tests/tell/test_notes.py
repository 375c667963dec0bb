"""What could not be weighed is said, with what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from gauger.model.exchange import LINKING_FIELDS
from gauger.tell.notes import notes


@dataclass(frozen=True)
class _Lacks:
    format: str
    fields: tuple[str, ...]


def _notes(
    *lacks: _Lacks,
    asserted: tuple[str, ...] = (),
    records: object = 1,
    strangers: tuple[str, ...] = (),
) -> tuple[str, ...]:
    logs = SimpleNamespace(missing=lambda: lacks, asserted_by_client=lambda: asserted)
    return notes(logs, SimpleNamespace(records=records), strangers)  # type: ignore[arg-type]


def test_with_everything_at_hand_there_is_nothing_to_say() -> None:
    assert _notes() == ()


@pytest.mark.parametrize("field", LINKING_FIELDS)
def test_every_linking_field_that_a_source_lacks_is_named_in_words(field: str) -> None:
    (said,) = _notes(_Lacks("runes", (field,)))
    assert said.startswith("No ")
    assert "`runes`" in said
    assert said.endswith(".")
    assert "_" not in said


def test_a_field_nobody_foresaw_is_named_as_it_is() -> None:
    (said,) = _notes(_Lacks("runes", ("aura",)))
    assert said == "No aura in this source (`runes`): it was not weighed."


def test_missing_records_and_client_assertions_are_said() -> None:
    said = _notes(asserted=("source_ip", "user_agent"), records=None)
    assert "identity layer had nothing to weigh" in said[0]
    assert "`source_ip`, `user_agent`" in said[1]
    assert "forge" in said[1]


def test_groups_that_were_explained_away_are_counted_by_their_reason() -> None:
    one, two = _notes(strangers=("evaluation", "class or course", "evaluation"))
    assert "One group" in one
    assert "class or course" in one
    assert "2 groups" in two
    assert "evaluation" in two
    assert "nobody in it is accused" in one
