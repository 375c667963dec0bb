"""How rare a value is among ordinary groups, and the words for an LR."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.evidence import LogLR
from gauger.weigh.evidence.conformal import p_value, tells_nothing
from gauger.weigh.evidence.say import verbal

DISTINCT = st.lists(st.integers(-1000, 1000), min_size=1, max_size=40, unique=True)
TIED = st.lists(st.integers(0, 5), min_size=1, max_size=40)
DIRECTION = st.sampled_from([1, -1])


def _all_p(values: list[int], telling: int) -> list[float]:
    """Every value judged among all the others, as if any of them were the network."""
    held = np.array(values, np.float64)
    return [p_value(held[i], np.delete(held, i), telling) for i in range(len(held))]


@settings(deadline=None, max_examples=60)
@given(DISTINCT, DIRECTION)
def test_p_values_are_uniform_under_exchangeability(values: list[int], telling: int) -> None:
    ranks = sorted(round(p * len(values), 6) for p in _all_p(values, telling))
    assert ranks == list(range(1, len(values) + 1))


@settings(deadline=None, max_examples=60)
@given(TIED, DIRECTION)
def test_ties_count_against_the_network(values: list[int], telling: int) -> None:
    for p, value in zip(_all_p(values, telling), values, strict=True):
        extreme = sum(telling * other >= telling * value for other in values)
        assert p == pytest.approx(extreme / len(values))
        assert p >= 1 / len(values)


def test_values_equal_up_to_rounding_are_ties() -> None:
    ordinary = np.array([0.1 + 0.2, 0.0, 0.0])
    assert p_value(0.3, ordinary, 1) == 0.5
    assert p_value(0.3 + 1e-6, ordinary, 1) == 0.25


def test_groups_without_a_value_are_not_compared_with() -> None:
    assert p_value(5.0, np.array([np.nan, 1.0, np.nan, np.nan]), 1) == 0.5


def test_what_most_groups_have_in_common_tells_nothing() -> None:
    assert tells_nothing(0.0, np.array([0.0, 0.0, 0.0, 1.0]))
    assert not tells_nothing(1.0, np.array([0.0, 0.0, 0.0, 1.0]))
    assert not tells_nothing(0.0, np.array([0.0, 0.0, 1.0, 1.0]))


@pytest.mark.parametrize(
    ("log10_lr", "words"),
    [
        (0.0, "no support"),
        (0.3, "no support"),
        (math.log10(2), "weak support"),
        (0.999, "weak support"),
        (1.0, "moderate support"),
        (2.0, "moderately strong support"),
        (3.0, "strong support"),
        (4.0, "very strong support"),
        (6.0, "very strong support"),
        (6.000001, "extremely strong support"),
    ],
)
def test_the_verbal_scale_of_enfsi(log10_lr: float, words: str) -> None:
    assert verbal(log10_lr) == words
    against = words if words == "no support" else f"{words} for the alternative"
    assert verbal(-log10_lr) == against


@pytest.mark.parametrize(
    ("log10", "lower", "upper"),
    [(1.0, 2.0, 3.0), (4.0, 2.0, 3.0), (2.0, 3.0, 1.0), (math.nan, 0.0, 1.0), (0.0, math.nan, 1.0)],
)
def test_an_lr_outside_its_bounds_cannot_be(log10: float, lower: float, upper: float) -> None:
    with pytest.raises(ValueError, match="within its bounds"):
        LogLR(log10, lower, upper)
