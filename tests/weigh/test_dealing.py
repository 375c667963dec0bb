"""Things in common: what is dealt out reaches each account in part, what is shared reaches all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.population import Population
from gauger.weigh.statistics import Dealing, InCommon

from .people import everyone, group, holdings, people

COMMON = InCommon("items", "in common", "")
REACH = Dealing("items", "reach", "")


def _holding(*held: dict[int, float]) -> Population:
    return people(len(held), holdings={"items": holdings(*held)})


def _of(statistic: InCommon | Dealing, *held: dict[int, float]) -> float:
    population = _holding(*held)
    return float(statistic.of(population, everyone(population))[0])


def test_what_a_class_shares_reaches_all_of_it() -> None:
    homework = dict.fromkeys(range(10), 0.05)
    assert _of(REACH, *[homework] * 8) == pytest.approx(1.0)
    assert _of(COMMON, *[homework] * 8) == pytest.approx(0.5)


def test_what_is_dealt_out_and_sampled_reaches_a_few_each() -> None:
    # Twelve accounts, every item asked by three of them.
    dealt: list[dict[int, float]] = [{} for _ in range(12)]
    for item in range(60):
        for turn in range(3):
            dealt[(item * 5 + turn * 4 + item // 12) % 12][item] = 1 / 15
    assert _of(REACH, *dealt) == pytest.approx(2 / 11)
    assert _of(COMMON, *dealt) > 0.9


def test_what_is_dealt_without_repeats_meets_nowhere() -> None:
    dealt = [{account * 100 + item: 0.05 for item in range(20)} for account in range(6)]
    assert _of(COMMON, *dealt) == 0.0
    assert np.isnan(_of(REACH, *dealt))


def test_only_members_count() -> None:
    population = _holding({1: 1.0}, {1: 1.0}, {2: 1.0}, {3: 1.0}, {4: 1.0})
    alone = COMMON.of(population, group(1, 2, 3, pad=2))
    assert alone[0] == 0.0
    together = COMMON.of(population, group(0, 1, 1, pad=2))
    assert together[0] == 1.0


@settings(deadline=None, max_examples=40)
@given(st.lists(st.dictionaries(st.integers(0, 8), st.floats(0.01, 0.1), max_size=6), min_size=4,
                max_size=9), st.randoms())  # fmt: skip
def test_the_order_of_accounts_does_not_matter_and_shares_are_shares(
    held: list[dict[int, float]], random: object
) -> None:
    shuffled = list(held)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for statistic in (COMMON, REACH):
        one, other = _of(statistic, *held), _of(statistic, *shuffled)
        assert one == pytest.approx(other, nan_ok=True)
        assert np.isnan(one) or 0.0 <= one <= 1.0


def test_a_family_that_nobody_holds_says_nothing() -> None:
    population = people(6)
    assert np.isnan(COMMON.of(population, everyone(population))).all()
    assert np.isnan(REACH.of(population, everyone(population))).all()
