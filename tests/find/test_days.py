"""Days that are the same are told, and what can be a repeat is all that is one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges import at, sketched
from gauger.engine import Engine, start
from gauger.find import days
from gauger.find.days import Days, within
from gauger.find.profiles import set_repeats_apart
from gauger.model.exchange import TIME
from gauger.model.standing import DAYS_SCHEMA

NOTHING = DAYS_SCHEMA.empty_table()
FIRST = int(at(0).timestamp()) // 86_400


def rows(*moments: tuple[str, float]) -> pa.Table:
    """Sketches of exchanges by their ids, so many days into the time of the tests."""
    return sketched(
        {"exchange_id": name, "time": at(24 * day), "source_row": row}
        for row, (name, day) in enumerate(moments)
    )


def kept(engine: Engine, table: pa.Table, name: str) -> pa.Table:
    """What a scan of everything keeps of the days of these sketches."""
    lent = engine.lend(table, name)
    found = Days.of(engine, lent, NOTHING)
    return found.kept(engine, lent, set_repeats_apart(engine, lent).keys)


def test_a_day_is_the_same_if_it_holds_the_same_exchanges(engine: Engine) -> None:
    first = [("a", 0.1), ("b", 0.9), ("c", 1.2), ("d", 2.0), ("e", 3.5)]
    earlier = kept(engine, rows(*first), "first")
    assert earlier["day"].to_pylist() == [FIRST, FIRST + 1, FIRST + 2, FIRST + 3]
    assert earlier["exchanges"].to_pylist() == [2, 1, 1, 1]
    # In another order, one day with one exchange more, one with another one, one gone.
    later = rows(("b", 0.9), ("a", 0.1), ("c", 1.2), ("f", 1.3), ("g", 2.0), ("h", 4.0))
    found = Days.of(engine, engine.lend(later, "later"), earlier)
    assert found.same == {FIRST}
    assert found.others == {FIRST + 1, FIRST + 2, FIRST + 4}


def test_days_end_at_midnight_utc(engine: Engine) -> None:
    table = rows(("a", 1 - 1e-9), ("b", 1.0))
    found = Days.of(engine, engine.lend(table, "sketches"), NOTHING)
    assert found.table["day"].to_pylist() == [FIRST, FIRST + 1]


@pytest.mark.parametrize("wanted", [set(), {0}, {3}, {0, 1, 2}, {0, 2, 3, 5}, {9}])
def test_within_are_the_exchanges_of_some_days(engine: Engine, wanted: set[int]) -> None:
    moments = [(f"e{n}", n / 3) for n in range(18)]
    lent = engine.lend(rows(*moments), "sketches")
    chosen = engine.fetch(within(lent, {FIRST + day for day in wanted}), "chosen")
    expected = sorted(day for _, day in moments if int(day) in wanted)
    moved = chosen["time"].cast(TIME).cast(pa.int64()).to_numpy() / 86_400e6 - FIRST
    assert sorted(moved) == pytest.approx(expected)


LOGS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 3)), max_size=12)


@given(LOGS, LOGS)
def test_what_can_be_a_repeat_is_all_that_is_one(
    before: list[tuple[str, int]], more: list[tuple[str, int]]
) -> None:
    both = [*before, *more]
    found = _repeats(before, both)
    times = Counter(name for name, _ in both)
    assert found == sum(count - 1 for count in times.values())


def _repeats(before: list[tuple[str, int]], both: list[tuple[str, int]]) -> int:
    with (
        TemporaryDirectory() as folder,
        start("duckdb", Path(folder), memory="1GB", threads=1) as engine,
    ):
        earlier = kept(engine, rows(*before), "before") if before else NOTHING
    if not both:
        return 0
    with (
        TemporaryDirectory() as folder,
        start("duckdb", Path(folder), memory="1GB", threads=1) as engine,
    ):
        lent = engine.lend(rows(*both), "both")
        among = Days.of(engine, lent, earlier).perhaps_repeated(engine, lent, earlier)
        repeats = set_repeats_apart(engine, lent, among=among)
        return sum(batch.num_rows for batch in repeats.repeated)


def test_without_a_day_that_is_the_same_anything_can_be_a_repeat(engine: Engine) -> None:
    lent = engine.lend(rows(("a", 0.0), ("a", 1.0)), "sketches")
    assert Days.of(engine, lent, NOTHING).perhaps_repeated(engine, lent, NOTHING) is None


def test_keys_that_came_again_are_kept_by_their_day(engine: Engine) -> None:
    table = rows(("a", 0.0), ("b", 0.5), ("a", 2.0), ("b", 2.1), ("c", 2.2))
    key = dict(zip("abab", table["exchange_key"].to_pylist(), strict=False))
    told = kept(engine, table, "sketches")["repeated"].to_pylist()
    assert told == [sorted(key.values()), sorted(key.values())]


def test_of_too_many_repeats_nothing_is_kept(
    duckdb: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "MOST_REPEATED", 3)
    table = rows(("a", 0.0), ("b", 0.5), ("a", 2.0), ("b", 2.1), ("c", 2.2))
    assert kept(duckdb, table, "sketches").equals(NOTHING)
