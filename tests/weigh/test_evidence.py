"""From a place among ordinary groups to words: valid, bounded, and never counted twice."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.evidence import LogLR
from gauger.weigh.evidence.combine import CAP, combine, dependence
from gauger.weigh.evidence.conformal import (
    EXPONENT,
    log10_e,
    mean_log10_e,
    null_log10_e,
    p_value,
    tells_nothing,
)
from gauger.weigh.evidence.say import verbal

DISTINCT = st.lists(st.integers(-1000, 1000), min_size=1, max_size=40, unique=True)
TIED = st.lists(st.integers(0, 5), min_size=1, max_size=40)
DIRECTION = st.sampled_from([1, -1])
PIECES = st.lists(st.floats(-3, 3), min_size=1, max_size=6)
P_VALUES = st.lists(st.floats(1e-4, 1.0), min_size=1, max_size=8)


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


def test_the_calibrator_integrates_to_one() -> None:
    # The substitution p = u ** (1 / k) makes the integrand flat where it is steepest.
    u = (np.arange(200_000) + 0.5) / 200_000
    p = u ** (1 / EXPONENT)
    values = np.array([10.0 ** log10_e(float(each)) for each in p[::100]])
    jacobian = (1 / EXPONENT) * u[::100] ** (1 / EXPONENT - 1)
    assert float(np.mean(values * jacobian)) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("groups", [1, 10, 999])
def test_over_ordinary_groups_the_expected_e_value_is_at_most_one(groups: int) -> None:
    ranks = np.arange(1, groups + 2) / (groups + 1)
    assert np.mean([10.0 ** log10_e(float(p)) for p in ranks]) <= 1.0


@settings(deadline=None, max_examples=60)
@given(P_VALUES)
def test_the_mean_of_e_values_lies_between_the_weakest_and_the_strongest(p: list[float]) -> None:
    each = [log10_e(one) for one in p]
    mean = mean_log10_e(p)
    assert min(each) - 1e-9 <= mean <= max(each) + 1e-9
    assert mean >= max(each) - math.log10(len(p)) - 1e-9
    assert mean_log10_e(p + p) == pytest.approx(mean)


def test_scores_of_ordinary_groups_are_fair_in_the_mean() -> None:
    rng = np.random.default_rng(1)
    columns = [(rng.normal(size=800), 1), (rng.normal(size=800), -1)]
    columns[0][0][::7] = np.nan
    scores = null_log10_e(columns)
    assert scores.shape == (800,)
    assert np.mean(10.0**scores) <= 1.0
    farthest = int(np.nanargmax(columns[0][0]))
    assert scores[farthest] >= log10_e(1 / 800) - math.log10(2) - 1e-9


def test_what_most_groups_have_in_common_tells_nothing() -> None:
    assert tells_nothing(0.0, np.array([0.0, 0.0, 0.0, 1.0]))
    assert not tells_nothing(1.0, np.array([0.0, 0.0, 0.0, 1.0]))
    assert not tells_nothing(0.0, np.array([0.0, 0.0, 1.0, 1.0]))


def _alone(pieces: list[float]) -> LogLR:
    return combine(pieces, np.eye(len(pieces)))


def _equally(pieces: list[float], correlation: float) -> LogLR:
    count = len(pieces)
    return combine(pieces, np.full((count, count), correlation) + np.eye(count) * (1 - correlation))


@settings(deadline=None, max_examples=80)
@given(PIECES)
def test_independent_pieces_add_up(pieces: list[float]) -> None:
    assert _alone(pieces).log10 == pytest.approx(np.clip(sum(pieces), -CAP, CAP), abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 3), st.integers(1, 6))
def test_the_same_piece_again_adds_nothing(piece: float, times: int) -> None:
    assert _equally([piece] * times, 1.0).log10 == pytest.approx(piece)


@settings(deadline=None, max_examples=80)
@given(PIECES, st.floats(0, 1), st.data())
def test_bounds_order_and_growth(pieces: list[float], together: float, data: st.DataObject) -> None:
    lr = _equally(pieces, together)
    assert -CAP <= lr.lower <= lr.log10 <= lr.upper <= CAP
    assert lr.log10 <= _alone(pieces).log10 + 1e-9
    place = data.draw(st.integers(0, len(pieces) - 1))
    more = [*pieces]
    more[place] += data.draw(st.floats(0, 2))
    assert _equally(more, together).log10 >= lr.log10 - 1e-9
    order = data.draw(st.permutations(range(len(pieces))))
    assert _equally([pieces[i] for i in order], together).log10 == pytest.approx(lr.log10)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-3, 0), min_size=1, max_size=5), st.floats(0, 1))
def test_evidence_against_counts_whole(pieces: list[float], together: float) -> None:
    assert _equally(pieces, together).log10 == pytest.approx(max(sum(pieces), -CAP))


def test_the_lower_bound_is_what_remains_without_the_strongest() -> None:
    assert _alone([3.0, 1.0, 0.5]).lower == 1.5
    assert _alone([3.0]).lower == 0.0
    assert _alone([3.0, 1.0, -0.5]).upper == 4.0
    assert combine([], np.eye(0)) == LogLR(0.0, 0.0, 0.0)


def test_dependence_is_the_positive_correlation_over_ordinary_groups() -> None:
    rng = np.random.default_rng(2)
    one, noise = rng.normal(size=(2, 2000))
    flat, none = np.zeros(2000), np.zeros(0)
    together = dependence([one, one, -one, noise, flat, none])
    assert np.allclose(together, together.T)
    assert np.allclose(np.diag(together), 1.0)
    assert together[0, 1] == pytest.approx(1.0)
    assert together[0, 2] == 0.0
    assert together[0, 3] < 0.1
    assert together[0, 4] == together[0, 5] == 0.0


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
