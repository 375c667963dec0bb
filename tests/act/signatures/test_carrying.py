"""What exchanges carry is the same asked of an engine as of sketches at hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from exchanges import KEY, at, sketched
from gauger.act.signatures.carrying import carried_by, of_sketches, recorded
from gauger.engine import Engine
from gauger.find.linkage.ties import HABIT
from gauger.find.profiles.carried import CARRIED, Holders, carried, first_exchanges
from gauger.find.profiles.summary import summarize
from gauger.model.account import ACCOUNT_SCHEMA
from gauger.model.signature import TRAIT_KINDS

TEXT = "Prove the theorem of the river step by step and write out the whole of your reasoning"


def rows() -> list[dict[str, Any]]:
    """Exchanges of four accounts in which every field is null at times."""
    made = []
    for number in range(60):
        some = number % 7
        made.append(
            {
                "exchange_id": f"e{number}",
                "account_id": f"acct_{number % 4}",
                "time": at(number),
                "prompt": None
                if some == 0
                else f"{TEXT}, number {number % 5}"
                if some > 1
                else "hi",
                "system": "You are a patient grader of answers" if number % 3 else None,
                "turn": None if some == 1 else 1 + number % 5,
                "input_role": (None, "user", "tool")[number % 3],
                "stream": (None, True, False)[number % 3],
                "response": None if some == 2 else '{"a": 1}' if some == 3 else "Yes",
                "output_tokens": (None, 0, 1, 900)[number % 4],
                "temperature": 0.5 if number % 2 else None,
                "tools": "[1]" if some == 4 else None,
                "source_ip": f"203.0.113.{number % 9}" if some else None,
                "user_agent": "sdk/1" if number % 2 else None,
            }
        )
    return made


@pytest.fixture(scope="module")
def sketches() -> pa.Table:
    """Their sketches."""
    return sketched(rows())


def counted(table: pa.Table, beside: str) -> Counter[tuple[Any, int]]:
    """Rows (beside, thing), counted."""
    return Counter(zip(table[beside].to_pylist(), table["thing"].to_pylist(), strict=True))


@pytest.mark.parametrize("kind", CARRIED)
def test_an_engine_sees_what_sketches_at_hand_carry(
    kind: str, sketches: pa.Table, engine: Engine
) -> None:
    lent = engine.lend(sketches, "sketches")
    asked = engine.fetch(carried(lent, kind, ("account_key",)), "carried")
    flat = carried_by(of_sketches(sketches.combine_chunks().to_batches()[0]))
    mine = flat.kind == TRAIT_KINDS.index(kind)
    keys = sketches["account_key"].to_numpy()[flat.row[mine]]
    here = Counter(zip(keys.tolist(), flat.print[mine].tolist(), strict=True))
    assert counted(asked, "account_key") == here
    assert here


def test_the_first_exchanges_are_the_first_in_time(sketches: pa.Table, engine: Engine) -> None:
    lent = engine.lend(sketches, "sketches")
    keys = pa.array(sorted(set(sketches["account_key"].to_pylist()))[:2], pa.int64())
    first = first_exchanges(engine, lent, keys, 3)
    assert sorted(first["number"].to_pylist()) == [1, 1, 2, 2, 3, 3]
    expected = []
    for key in keys.to_pylist():
        mine = sketches.filter(pc.equal(sketches["account_key"], key))
        mine = mine.sort_by("time").slice(0, 3)
        expected += [(key, n + 1, c) for n, c in enumerate(mine["address"].to_pylist())]
    found = zip(*(first[name].to_pylist() for name in ("account_key", "number", "address")),
                strict=True)  # fmt: skip
    assert sorted(found) == sorted(expected)


def test_who_holds_what_is_counted_inside_and_everywhere(
    sketches: pa.Table, engine: Engine
) -> None:
    lent = engine.lend(sketches, "sketches")
    keys = sorted(set(sketches["account_key"].to_pylist()))
    exchanges = [15] * 3
    membership = pa.table(
        {
            "account_key": pa.array(keys[:3], pa.int64()),
            "network": [0, 0, 0],
            "member": [True, True, False],
            "exchanges": exchanges,
            "fewest": [2, 2, 2],
        }
    )
    holders = Holders(engine, summarize(engine, lent), membership)
    inside = holders.inside("system")
    (row,) = inside.to_pylist()
    assert (row["members"], row["concerned"]) == (2, 3)
    everywhere = holders.everywhere("system", inside["thing"].combine_chunks())
    assert everywhere["accounts"].to_pylist() == [4]
    # Prompts of fewer words are no items, and nobody sent any others twice over.
    assert {row["concerned"] for row in holders.inside("item").to_pylist()} <= {2, 3}


@pytest.mark.parametrize("kind", CARRIED)
def test_what_marks_a_network_is_what_its_members_hold_as_a_habit(
    kind: str, sketches: pa.Table, engine: Engine
) -> None:
    keys = sorted(set(sketches["account_key"].to_pylist()))
    member = dict(zip(keys[:3], (True, True, False), strict=True))
    exchanges = Counter(sketches["account_key"].to_pylist())
    membership = pa.table(
        {
            "account_key": pa.array(keys[:3], pa.int64()),
            "network": [0, 0, 0],
            "member": list(member.values()),
            "exchanges": [exchanges[key] for key in keys[:3]],
            "fewest": [2, 2, 2],
        }
    )
    lent = engine.lend(sketches, "sketches")
    holders = Holders(engine, summarize(engine, lent), membership)
    times: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    flat = carried_by(of_sketches(sketches.combine_chunks().to_batches()[0]))
    mine = flat.kind == TRAIT_KINDS.index(kind)
    for row, thing in zip(flat.row[mine].tolist(), flat.print[mine].tolist(), strict=True):
        when = sketches["time"][row].as_py()
        times[thing][sketches["account_key"][row].as_py()].append(when)
    expected = {}
    for thing, held in times.items():
        habit = [
            key for key, often in held.items()
            if member.get(key) and (kind == "item" or len(often) >= HABIT * exchanges[key])
        ]  # fmt: skip
        if len(habit) >= 2:
            seen = [when for key in held if member.get(key) for when in held[key]]
            concerned = sum(key in member for key in held)
            # Spark's times come without a zone, which is UTC.
            ends = [when.replace(tzinfo=None) for when in (min(seen), max(seen))]
            expected[thing] = (len(habit), concerned, *ends)
    inside = holders.inside(kind)
    # Each account has answers of one length here, which no other has.
    assert expected or kind == "answered"
    assert {
        row["thing"]: (
            row["members"], row["concerned"],
            *(row[end].replace(tzinfo=None) for end in ("first", "last")),
        )
        for row in inside.to_pylist()
    } == expected  # fmt: skip
    everywhere = holders.everywhere(kind, inside["thing"].combine_chunks())
    assert {row["thing"]: row["accounts"] for row in everywhere.to_pylist()} == {
        thing: len(times[thing]) for thing in expected
    }


def test_records_carry_keyed_prints_of_what_they_share() -> None:
    records = pa.Table.from_pylist(
        [
            {"account_id": "a", "payment_fingerprint": "pm_1", "email": "lab.user01@x.org"},
            {"account_id": "b", "payment_fingerprint": "pm_1", "email": "labuser17@x.org"},
            {"account_id": "c", "phone_hash": "pm_1"},
            {"account_id": "d"},
        ],
        ACCOUNT_SCHEMA,
    )
    held = recorded(records, KEY)
    by_row = {
        row: set(zip(held.kind[held.row == row].tolist(), held.print[held.row == row].tolist(),
                     strict=True))
        for row in range(4)
    }  # fmt: skip
    assert len(by_row[0]) == 2
    assert by_row[0] == by_row[1]
    # The same characters in another field are another thing.
    assert not {p for _, p in by_row[2]} & {p for _, p in by_row[0]}
    assert not by_row[3]
    assert np.all(held.row[:-1] <= held.row[1:]) or len(held.row) == 5
