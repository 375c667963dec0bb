"""What is drawn of a network is counted, complete where it says so, and bounded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from exchanges import at, sketched
from gauger.engine import Engine, start
from gauger.find.profiles.picture import Pictures
from gauger.find.profiles.taken import Takings
from gauger.model.finding import Picture
from gauger.tell.depict import DRAWN_MEMBERS, DRAWN_THINGS, depict
from graphs import tied

SIZE, OUTSIDE = 130, 30
TOTAL = SIZE + OUTSIDE


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Picture]]:
    """A network of many accounts and many shared things, beside ordinary accounts."""
    folder: Path = tmp_path_factory.mktemp("depict")
    rows = [
        {
            "exchange_id": f"{account}-{turn}",
            "account_id": f"acct_{account:04d}",
            "time": at(turn * 48 + (3 if account < SIZE else 15)),
            "prompt": "Prove the lemma." if account < SIZE else "A recipe for dinner.",
        }
        for account in range(TOTAL)
        for turn in range(2 + (account == 7))
    ]
    table = sketched(rows)
    keys = dict(zip(table["account_id"].to_pylist(), table["account_key"].to_pylist(), strict=True))
    facts = SimpleNamespace(exchanges=np.array([2 + (account == 7) for account in range(TOTAL)]))
    things = [("frame", number, dict.fromkeys(range(SIZE), 2)) for number in range(40)]
    things += [("range", number, dict.fromkeys(range(SIZE), 2) | {150: 1}) for number in range(9)]
    members = pa.table(
        {
            "account_key": [keys[f"acct_{account:04d}"] for account in range(SIZE)],
            "network": pa.array([0] * SIZE, pa.int64()),
        }
    )
    network: Any = SimpleNamespace(accounts=np.arange(SIZE))
    with start("duckdb", folder, memory="1GB", threads=1) as engine:
        sketches = engine.lend(table, "sketches")
        took, pictures = Takings(engine, sketches, members), Pictures(engine, sketches, members)
        ties = tied(things, TOTAL, exchanges=2)
        ((capabilities, picture),) = depict(took, pictures, [network], ties, facts, with_text=False)  # type: ignore[arg-type]
        yield capabilities, picture


def test_days_without_exchanges_are_there(drawn: tuple[Any, Picture]) -> None:
    daily = drawn[1].daily
    assert daily == (
        (date(2026, 4, 20), SIZE),
        (date(2026, 4, 21), 0),
        (date(2026, 4, 22), SIZE),
        (date(2026, 4, 23), 0),
        (date(2026, 4, 24), 1),
    )


def test_hours_are_shares_and_the_ordinary_ones_are_of_the_others(
    drawn: tuple[Any, Picture],
) -> None:
    hours, ordinary = drawn[1].hours, drawn[1].ordinary_hours
    assert hours[3] == 1.0
    assert sum(hours) == 1.0
    assert ordinary[15] == 1.0
    assert len(hours) == len(ordinary) == 24


def test_capabilities_are_named_and_ranked(drawn: tuple[Any, Picture]) -> None:
    assert drawn[0] == (("multi-step reasoning", 1.0),)


def test_things_are_a_few_of_each_kind_and_edges_say_what_is_left_out(
    drawn: tuple[Any, Picture],
) -> None:
    picture = drawn[1]
    assert 0 < len(picture.things) <= DRAWN_THINGS
    kinds = [thing.kind for thing in picture.things]
    assert kinds.count("frame") == kinds.count("address range") == 6
    assert {(t.kind, t.members, t.outsiders) for t in picture.things} == {
        ("frame", SIZE, 0),
        ("address range", SIZE, 1),
    }
    labels = [thing.label for thing in picture.things]
    assert [each for each in labels if each.startswith("frame")] == [
        f"frame {number}" for number in range(1, 7)
    ]
    assert len(set(labels)) == len(labels)
    assert max(edge.member for edge in picture.edges) == DRAWN_MEMBERS - 1
    assert len(picture.edges) == DRAWN_MEMBERS * len(picture.things)
    assert picture.edges_total == SIZE * 49
    assert all(edge.exchanges >= 1 for edge in picture.edges)


def test_without_networks_nothing_is_asked_of_the_engine(duckdb: Engine) -> None:
    assert depict(None, None, [], None, None, with_text=True) == []  # type: ignore[arg-type]
