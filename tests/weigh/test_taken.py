"""What networks took, from sketches to the value, and growth beside counting sample by sample."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges import at, sketched
from gauger.engine import Engine
from gauger.find.profiles.taken import Takings
from gauger.model.prices import PriceList
from gauger.model.taken import Growth, Pace, Taken, Tokens
from gauger.weigh.taken import LAST_STRETCH, LONGEST_STRETCH, growth, measure_taken

CODE = "Write a python function number {n} that parses the file and passes the unit tests"
PROSE = "Tell me in a few plain words of your own about the river number {n} over there"
NOBODYS = PriceList("none.toml", "00" * 32, date(2026, 6, 1), "EUR", ())


def _grown(samples: list[tuple[int, int]]) -> Growth:
    """Growth of samples given as (hour, task)."""
    first: dict[int, int] = {}
    for hour, task in samples:
        first[task] = min(first.get(task, hour), hour)
    return growth(Counter(hour for hour, _ in samples), Counter(first.values()))


@given(st.lists(st.tuples(st.integers(490_000, 490_200), st.integers(0, 30)), max_size=60))
def test_growth_is_what_going_through_the_samples_shows(samples: list[tuple[int, int]]) -> None:
    found = _grown(samples)
    assert sum(day.samples for day in found.daily) == len(samples)
    assert sum(day.first_sent for day in found.daily) == len({task for _, task in samples})
    stretches = [
        [each for each in samples if each[0] >= since]
        for since in sorted({hour for hour, _ in samples}, reverse=True)
    ]
    last = next((each for each in stretches if len(each) >= LAST_STRETCH * len(samples)), [])
    if not last or len(last) > LONGEST_STRETCH * len(samples):
        assert (found.since, found.pace) == (None, None)
        return
    since = min(hour for hour, _ in last)
    before = [each for each in samples if each[0] < since]
    known = {task for _, task in before}
    assert found.since == datetime.fromtimestamp(since * 3600, tz=UTC)
    assert found.share == pytest.approx(len(last) / len(samples))
    assert found.fresh_before == pytest.approx(len(known) / len(before))
    fresh = {task for _, task in last} - known
    assert found.fresh_last == pytest.approx(len(fresh) / len(last))


@pytest.mark.parametrize(
    ("tasks", "pace"), [(9_000, Pace.GROWING), (500, Pace.SLOWING), (60, Pace.FLAT)]
)
def test_the_pace_follows_from_the_size_of_the_source(tasks: int, pace: Pace) -> None:
    dice = random.Random(3)
    samples = [(490_000 + n, dice.randrange(tasks)) for n in range(600)]
    assert _grown(samples).pace is pace


def test_a_task_sampled_four_times_in_a_row_does_not_look_like_slowing() -> None:
    assert _grown([(490_000 + n, n // 4) for n in range(400)]).pace is Pace.GROWING


def test_days_without_samples_are_there() -> None:
    found = _grown([(24 * 20_000, 1), (24 * 20_002 + 23, 1)])
    assert [day.samples for day in found.daily] == [1, 0, 1]
    assert [day.first_sent for day in found.daily] == [1, 0, 0]


def _measure(engine: Engine, rows: list[dict[str, Any]], prices: PriceList | None = None) -> Taken:
    table = sketched(rows)
    keys = table["account_key"].unique()
    members = pa.table({"account_key": keys, "network": pa.array([0] * len(keys), pa.int64())})
    (taken,) = measure_taken(Takings(engine, engine.lend(table, "sketches"), members), 1, prices)
    return taken


def test_one_network(duckdb: Engine) -> None:
    rows = [
        {
            "exchange_id": f"e{n}",
            "account_id": f"a{n % 3}",
            "time": at(n),
            "prompt": (CODE if n % 5 else PROSE).format(n=n // 2 if n < 20 else n),
            "output_tokens": 10 if n % 2 else None,
            "status": 429 if n == 99 else 200,
        }
        for n in range(100)
    ]
    taken = _measure(duckdb, rows)
    assert (taken.exchanges, taken.refused) == (100, 1)
    assert taken.input_tokens == taken.reasoning_tokens == Tokens(None, 0)
    assert taken.output_tokens == Tokens(500, 50)
    sent = [(row["prompt"], row["account_id"]) for row in rows[:99]]
    times = Counter(prompt for prompt, _ in sent)
    assert (taken.richness.samples, taken.richness.tasks) == (99, len(times))
    assert taken.repeated == pytest.approx(sum(n > 1 for n in times.values()) / len(times))
    accounts = Counter(prompt for prompt, _ in set(sent))
    assert taken.across == pytest.approx(sum(n > 1 for n in accounts.values()) / len(times))
    assert [each.capability for each in taken.capabilities] == ["software engineering", "other"]
    assert [each.exchanges for each in taken.capabilities] == [80, 20]
    assert (taken.breadth.covered, taken.breadth.effective) == (1, 1.0)
    assert taken.breadth.known > 5
    assert taken.price is None


def test_a_price_list_without_entries_leaves_all_unpriced(duckdb: Engine) -> None:
    rows = [{"exchange_id": f"e{n}", "input_tokens": 5, "output_tokens": 7} for n in range(4)]
    taken = _measure(duckdb, rows, NOBODYS)
    assert taken.price is not None
    assert (taken.price.amount, taken.price.priced) == (0, ())
    (use,) = taken.price.unpriced
    assert (use.exchanges, use.input_tokens, use.output_tokens) == (4, 20, 28)


def test_exchanges_without_prompts_hold_no_task(duckdb: Engine) -> None:
    taken = _measure(duckdb, [{"exchange_id": f"e{n}"} for n in range(3)])
    assert (taken.exchanges, taken.richness.tasks) == (3, 0)
    assert (taken.repeated, taken.across, taken.richness.coverage) == (None, None, None)
    assert taken.growth.daily == ()


def test_without_networks_nothing_was_taken(duckdb: Engine) -> None:
    none = pa.table({"account_key": pa.array([], pa.int64()), "network": pa.array([], pa.int64())})
    sketches = duckdb.lend(sketched([{}]), "sketches")
    assert measure_taken(Takings(duckdb, sketches, none), 0, None) == []
