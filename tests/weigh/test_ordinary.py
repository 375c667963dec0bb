"""Ordinary groups: drawn for every reason there is, and no reason drawn again and again."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.weigh.measuring import Measuring
from gauger.weigh.ordinary import _OFTEN, GROUPS, Ordinary
from gauger.weigh.statistics import Alikeness
from graphs import Thing, tied

from .people import people

TOTAL = 400
CIRCLE = 60


def _ordinary(things: list[Thing]) -> Ordinary:
    hours = np.random.default_rng(3).integers(0, 9, (TOTAL, 24))
    population = people(TOTAL, spreads={"hour": hours})
    return Ordinary(Measuring(population, tied(things, TOTAL), [Alikeness("hour", "")]))


@settings(max_examples=4, deadline=None)
@given(st.integers(1, 40), st.sampled_from([8, 14, 40]))
def test_one_circle_is_a_small_part_of_the_groups_however_much_it_shares(
    shared: int, size: int
) -> None:
    # One circle that shares many things of several kinds, and nobody else shares any.
    things: list[Thing] = [
        (kind, number, dict.fromkeys(range(CIRCLE), 9))
        for number in range(shared)
        for kind in ("frame", "address", "item")
    ]
    groups = _ordinary(things).of_kind((size, 4))
    inside = ((groups.drawn.members >= 0) & (groups.drawn.members < CIRCLE)).mean(axis=1)
    assert (inside == 1.0).sum() <= _OFTEN * GROUPS * CIRCLE / size + 1
    assert len(groups) == GROUPS


def test_groups_for_every_reason_are_among_the_ordinary_ones() -> None:
    circles = [range(begin, begin + 20) for begin in range(0, 100, 20)]
    things: list[Thing] = [("system", circle.start, dict.fromkeys(circle, 9)) for circle in circles]
    groups = _ordinary(things).of_kind((14, 4))
    for circle in circles:
        held = np.isin(groups.drawn.members, circle).all(axis=1)
        assert 0.01 * GROUPS < held.sum() <= 2 * _OFTEN * GROUPS
