"""Groups measured by several threads, or asked for again, are measured the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.find.linkage.ties import KINDS
from gauger.model.population import Floats, Ints, Population
from gauger.weigh.measuring import MOST_THINGS, Measuring
from gauger.weigh.statistics import Alikeness, Clumping, Sharing, Statistic
from graphs import Thing, tied

from .people import people

SIZE = 60
STATISTICS: tuple[Statistic, ...] = (
    Alikeness("hour", ""),
    Sharing("hour", "shared hour", ""),
    Clumping("payment", "shared payment", ""),
    Alikeness("wording", "of which nothing is known"),
)


@dataclass
class _Counted:
    """The lowest account of every group, and how many groups were looked at."""

    name: str = "lowest"
    meaning: str = ""
    telling: int = 1
    groups: list[int] = field(default_factory=list)

    def of(self, population: Population, groups: Ints) -> Floats:
        self.groups.append(len(groups))
        return groups.min(axis=1).astype(np.float64)


def _population() -> Population:
    rng = np.random.default_rng(1)
    return people(
        SIZE,
        spreads={"hour": rng.poisson(2.0, (SIZE, 24))},
        traits={"payment": rng.integers(-1, 12, SIZE)},
    )


def _groups(many: int) -> Ints:
    rng = np.random.default_rng(2)
    groups = np.array([np.sort(rng.choice(SIZE, 8, replace=False)) for _ in range(many)])
    groups[::3, -2:] = -1
    return groups


@pytest.mark.parametrize("many", [1, 99, 100, 250])
def test_threads_measure_the_same_as_one(many: int) -> None:
    population, ties = _population(), tied([], SIZE)
    alone = Measuring(population, ties, STATISTICS).of(_groups(many))
    together = Measuring(population, ties, STATISTICS, threads=3).of(_groups(many))
    assert list(together) == list(alone) == [statistic.name for statistic in STATISTICS]
    for name, values in alone.items():
        assert len(values) == many
        np.testing.assert_array_equal(together[name], values)


def test_a_group_is_measured_alone_as_among_others() -> None:
    measuring = Measuring(_population(), tied([], SIZE), STATISTICS)
    groups = _groups(6)[1:3]
    among = measuring.of(groups)
    for number, group in enumerate(groups):
        for name, value in measuring.of_one(group).items():
            assert value == pytest.approx(among[name][number : number + 1], nan_ok=True)


def test_one_group_is_measured_once() -> None:
    counted = _Counted()
    measuring = Measuring(_population(), tied([], SIZE), [counted])
    first = measuring.of_one(np.arange(5, 20))
    again = measuring.of_one(np.arange(5, 20))
    assert again is first
    assert counted.groups == [1]


@given(st.lists(st.sets(st.integers(0, SIZE - 1), min_size=1).map(sorted), min_size=1, max_size=8))
def test_no_group_is_taken_for_another(asked: list[list[int]]) -> None:
    counted = _Counted()
    measuring = Measuring(_population(), tied([], SIZE), [counted])
    for accounts in asked:
        assert measuring.of_one(np.array(accounts))["lowest"].tolist() == [accounts[0]]
    assert len(counted.groups) == len({tuple(accounts) for accounts in asked})


HOLDERS = st.sets(st.integers(0, SIZE - 1), min_size=1, max_size=SIZE)
THINGS = st.lists(st.tuples(st.sampled_from(("frame", "range", "payment")), HOLDERS), max_size=12)


@settings(deadline=None)
@given(THINGS, st.sets(st.integers(0, SIZE - 1)))
def test_holders_are_all_that_enough_can_be_compared_of(
    held: list[tuple[str, set[int]]], beyond: set[int]
) -> None:
    row = np.arange(SIZE)
    row[sorted(beyond)] = -1
    things: list[Thing] = [
        (kind, number, dict.fromkeys(sorted(holders), 3))
        for number, (kind, holders) in enumerate(held)
    ]
    found = Measuring(people(SIZE, row=row), tied(things, SIZE), ()).holders
    expected: Mapping[str, list[list[int]]] = {
        name: sorted(
            sorted(holders - beyond)
            for kind, holders in held
            if kind == name and len(holders - beyond) >= 5
        )
        for name in KINDS
    }
    kinds = [sorted(each.tolist() for each in kind) for kind in found]
    assert kinds == [expected[name] for name in KINDS if expected[name]]
    for kind in found:
        widths = [len(each) for each in kind]
        assert widths == sorted(widths, reverse=True)


def test_of_very_many_things_the_widest_are_kept() -> None:
    rng = np.random.default_rng(3)
    things: list[Thing] = [
        ("item", number, dict.fromkeys(rng.choice(SIZE, width, replace=False).tolist(), 1))
        for number, width in enumerate([6, 7] * MOST_THINGS)
    ]
    (items,) = Measuring(people(SIZE), tied(things, SIZE), ()).holders
    assert [len(each) for each in items] == [7] * MOST_THINGS


def test_without_ties_nobody_holds_anything() -> None:
    assert Measuring(people(SIZE), tied([], SIZE), ()).holders == []
