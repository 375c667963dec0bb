"""What could not be weighed is said, with what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from exchanges import sketched
from gauger.engine import Engine
from gauger.find.profiles import summarize
from gauger.find.profiles.facts import gather_facts
from gauger.model.account import ACCOUNT_SCHEMA
from gauger.model.evidence import CalibrationRecord
from gauger.model.exchange import LINKING_FIELDS
from gauger.model.manifest import PassedOver
from gauger.tell.notes import notes

from .sample import CALIBRATION

FIELDS = (
    "address", "client", "prompt", "system", "response", "output_tokens", "parameters", "tools",
    "conversation", "turn", "credential", "organization_id",
)  # fmt: skip
_RECORD = {
    "account_id": "a", "email": "a@example.com", "payment_fingerprint": "p", "contract": "standard",
    "created_at": datetime(2026, 4, 1, tzinfo=UTC),
}  # fmt: skip
RECORDS = pa.Table.from_pylist([_RECORD, {"account_id": "b"}], ACCOUNT_SCHEMA)


@dataclass(frozen=True)
class _Lacks:
    format: str
    fields: tuple[str, ...]


def _facts(
    empty: tuple[str, ...] = (),
    records: pa.Table | None = RECORDS,
    organization: tuple[str | None, ...] = ("one",),
) -> Any:
    filled = {field: int(field not in empty) for field in FIELDS}
    return SimpleNamespace(records=records, filled=filled, organization=organization)


def _notes(
    *lacks: _Lacks,
    asserted: tuple[str, ...] = (),
    facts: Any = None,
    calibration: CalibrationRecord | None = None,
    passed: tuple[PassedOver, ...] = (),
) -> tuple[str, ...]:
    logs = SimpleNamespace(
        missing=lambda: lacks, asserted_by_client=lambda: asserted, passed_over=lambda: passed
    )
    return notes(logs, facts or _facts(), calibration)


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


def test_what_a_log_holds_beside_exchanges_is_counted() -> None:
    (said,) = _notes(passed=(PassedOver("runes", "songs", 1_200),))
    assert said == "Beside exchanges, this source (`runes`) held songs: 1,200."


def test_missing_records_and_client_assertions_are_said() -> None:
    said = _notes(asserted=("source_ip", "user_agent"), facts=_facts(records=None))
    assert "identity layer had nothing to weigh" in said[0]
    assert "`source_ip`, `user_agent`" in said[1]
    assert "forge" in said[1]


def test_a_population_unlike_the_fitted_ones_is_told() -> None:
    assert _notes(calibration=replace(CALIBRATION, outside=())) == ()
    (said,) = _notes(calibration=CALIBRATION)
    assert said.startswith("2 of 41 statistics lie")
    assert "compared with this population only" in said
    (said,) = _notes(calibration=replace(CALIBRATION, withheld=True))
    assert "nothing is established" in said


@pytest.mark.parametrize(
    ("field", "layer"),
    [("prompt", "content"), ("address", "infrastructure"), ("client", "behaviour"),
     ("parameters", "behaviour"), ("output_tokens", "behaviour")],
)  # fmt: skip
def test_what_no_exchange_holds_takes_a_layer_away(field: str, layer: str) -> None:
    (said,) = _notes(facts=_facts((field,)))
    assert said.startswith("No ")
    assert "in any exchange" in said
    assert f"the {layer} layer" in said


def test_what_is_missing_is_said_once() -> None:
    said = _notes(_Lacks("runes", ("user_agent", "ja4")), facts=_facts(("client",)))
    assert len(said) == 2
    assert all("`runes`" in each for each in said)
    # Another format could name the client, and does not: that is told of the exchanges.
    half = _notes(_Lacks("runes", ("user_agent",)), facts=_facts(("client",)))
    assert len(half) == 2


def test_without_turns_and_conversations_dialogue_is_assumed_away() -> None:
    (numbered,) = _notes(facts=_facts(("conversation",)))
    assert "as the log numbers them" in numbered
    (neither,) = _notes(facts=_facts(("conversation", "turn")))
    assert "a conversation of its own" in neither


def test_an_organization_may_come_from_the_records() -> None:
    assert _notes(facts=_facts(("organization_id",))) == ()
    assert len(_notes(facts=_facts(("organization_id",), organization=(None, "")))) == 1


def test_records_without_a_column_are_told_apart_from_no_records() -> None:
    bare = pa.Table.from_pylist([{"account_id": "a"}], ACCOUNT_SCHEMA)
    said = " ".join(_notes(facts=_facts(records=bare)))
    for word in ("payment instrument", "e-mail", "sign-up", "contract"):
        assert word in said


def test_fields_are_counted_where_they_are_filled(engine: Engine) -> None:
    rows = [
        {"prompt": "one", "response": "an answer", "source_ip": "192.0.2.7", "temperature": 0.5},
        {"prompt": "two", "user_agent": "x/1", "organization_id": "o", "output_tokens": 4},
        {"prompt": None, "response": "", "tools": "[]", "turn": 1, "conversation_id": "c"},
    ]
    summary = summarize(engine, engine.lend(sketched(rows), "sketches"))
    counted = gather_facts(engine, summary, None).filled
    ones = dict.fromkeys(FIELDS, 1)
    assert counted == ones | {"prompt": 2, "system": 0, "credential": 0}
