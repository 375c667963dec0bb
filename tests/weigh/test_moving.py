"""Movement over time: load balancers, joint bursts, and crews that are kept up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gauger.weigh.statistics import BalancedTotal, ConstantCrew, JointMovement, SteadyDays

from .people import HOUR, everyone, group, people

MOVES = JointMovement("joint movement", "", telling=1)
CREW = ConstantCrew("constant crew", "")
BALANCED = BalancedTotal("balanced total", "")
STEADY = SteadyDays("steady days", "")
DAYS = 21


def _moves(counts: NDArray[np.float64]) -> float:
    population = people(len(counts), clocks=counts)
    return float(MOVES.of(population, everyone(population))[0])


def _independent(accounts: int, seed: int, rate: float = 3.0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).poisson(rate, (accounts, DAYS * 24)).astype(np.float64)


@pytest.mark.parametrize("accounts", [4, 12])
def test_under_a_load_balancer_the_rest_make_up_for_every_account(accounts: int) -> None:
    rng = np.random.default_rng(accounts)
    balanced = rng.multinomial(60, np.full(accounts, 1 / accounts), DAYS * 24).T
    assert _moves(balanced.astype(np.float64)) == pytest.approx(-1.0, abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_independent_accounts_do_not_move_together(seed: int) -> None:
    assert _moves(_independent(20, seed)) == pytest.approx(0.0, abs=0.06)


def test_a_common_rhythm_of_the_day_is_no_joint_movement() -> None:
    hour = np.tile(np.arange(24), DAYS)
    rate = np.where((hour > 8) & (hour < 18), 6.0, 0.3)
    counts = np.random.default_rng(4).poisson(rate, (20, DAYS * 24)).astype(np.float64)
    assert _moves(counts) == pytest.approx(0.0, abs=0.06)


def test_joint_bursts_and_silences_are_joint_movement() -> None:
    rng = np.random.default_rng(5)
    on = np.repeat(rng.random(DAYS * 4) < 0.4, 6)
    counts = rng.poisson(np.where(on, 5.0, 0.2), (20, DAYS * 24)).astype(np.float64)
    assert _moves(counts) > 0.5


def test_a_bursting_minority_does_not_speak_for_the_rest() -> None:
    counts = _independent(30, 6)
    counts[:8] += np.where(np.arange(DAYS * 24) % 50 < 5, 40.0, 0.0)
    assert abs(_moves(counts)) < 0.1


def test_too_short_or_too_still_a_window_says_nothing() -> None:
    assert np.isnan(_moves(_independent(10, 7)[:, :7]))
    assert np.isnan(_moves(np.ones((10, 100))))
    assert np.isnan(_moves(_independent(2, 8)))


def _residual(counts: NDArray[np.float64], bin_hours: int) -> NDArray[np.float64]:
    """Counts less the account's own mean at that time of the day, written out."""
    per_day = 24 // bin_hours
    days = counts.shape[1] // per_day
    if days < 2:
        return counts - counts.mean(axis=1, keepdims=True)
    whole = counts[:, : days * per_day].reshape(len(counts), days, per_day)
    return np.asarray((whole - whole.mean(axis=1, keepdims=True)).reshape(len(counts), -1))


@settings(max_examples=60, deadline=None)
@given(
    accounts=st.integers(3, 9), hours=st.integers(8, 120),
    bin_hours=st.sampled_from([1, 2, 6, 24]), rate=st.sampled_from([0.05, 1.0, 8.0]),
    seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_movement_is_that_of_residuals_written_out(
    accounts: int, hours: int, bin_hours: int, rate: float, seed: int
) -> None:
    counts = np.random.default_rng(seed).poisson(rate, (accounts, hours)).astype(np.float64)
    population = people(accounts, clocks=counts, bin_hours=bin_hours)
    residual = _residual(counts, bin_hours)
    clocks = population.clocks
    assert clocks.times == residual.shape[1]
    np.testing.assert_allclose(clocks.variance, residual.var(axis=1), atol=1e-9)

    total = residual.sum(axis=0)
    met = []
    for own in residual[residual.var(axis=1) > 1e-9]:
        rest = total - own
        met.append(np.mean(own * rest) / np.sqrt(own.var() * rest.var()) if rest.var() > 1e-8
                   else np.nan)  # fmt: skip
    known = [each for each in met if np.isfinite(each)]
    expected = np.median(known) if len(known) >= 3 else np.nan
    np.testing.assert_allclose(MOVES.of(population, everyone(population))[0], expected, atol=1e-6)
    alone = residual.var(axis=1).sum()
    expected = total.var() / alone if alone > 1e-9 else np.nan
    np.testing.assert_allclose(
        BALANCED.of(population, everyone(population))[0], expected, atol=1e-6
    )


def test_what_keeps_to_its_rhythm_has_no_variance_at_all() -> None:
    rhythm = np.tile(np.arange(24.0), DAYS)[None, :]
    assert people(1, clocks=rhythm).clocks.variance.tolist() == [0.0]


def _crew(first: NDArray[np.float64], last: NDArray[np.float64]) -> float:
    bystanders = np.array([0.0]), np.array([1000.0])
    population = people(
        len(first) + 1,
        first_seen=(np.concatenate([first, bystanders[0]]) * HOUR).astype(np.int64),
        last_seen=(np.concatenate([last, bystanders[1]]) * HOUR).astype(np.int64),
    )
    return float(CREW.of(population, group(*range(len(first))))[0])


def test_a_crew_that_is_kept_up_hardly_varies() -> None:
    starts = np.concatenate([np.arange(0, 1000, 100.0) + 10 * seat for seat in range(5)])
    kept_up = _crew(starts, np.minimum(starts + 100, 1000))
    rng = np.random.default_rng(10)
    born = rng.uniform(0, 900, 50)
    unrelated = _crew(born, born + 100)
    assert kept_up < 0.3
    assert 0.5 < unrelated < 3.0


def test_accounts_that_were_always_there_neither_replace_nor_are_replaced() -> None:
    assert np.isnan(_crew(np.zeros(10), np.full(10, 1000.0)))
    assert np.isnan(CREW.of(people(0), np.zeros((1, 0), np.int64))[0])


def _total(statistic: BalancedTotal | SteadyDays, counts: NDArray[np.float64]) -> float:
    population = people(len(counts), clocks=counts)
    return float(statistic.of(population, everyone(population))[0])


def test_the_total_of_a_load_balancer_hardly_moves() -> None:
    rng = np.random.default_rng(7)
    balanced = rng.multinomial(60, np.full(12, 1 / 12), DAYS * 24).T.astype(np.float64)
    assert _total(BALANCED, balanced) < 0.01
    assert _total(BALANCED, _independent(12, 7)) == pytest.approx(1.0, abs=0.2)


def test_joint_bursts_move_the_total_more_than_independent_accounts() -> None:
    on = np.repeat(np.random.default_rng(8).random(DAYS * 4) < 0.4, 6)
    rate = np.where(on, 5.0, 0.2)
    joint = np.random.default_rng(9).poisson(rate, (20, DAYS * 24)).astype(np.float64)
    assert _total(BALANCED, joint) > 3


def test_work_dealt_out_at_one_rate_leaves_no_more_than_chance() -> None:
    assert _total(STEADY, _independent(20, 10, rate=0.5)) == pytest.approx(0.0, abs=0.01)
    # Whatever is taken from one account another takes over.
    rng = np.random.default_rng(11)
    dealt = rng.multinomial(40, rng.dirichlet(np.full(20, 0.3)), DAYS * 24).T.astype(np.float64)
    assert _total(STEADY, dealt) <= 0.0


def test_weekends_and_moods_of_people_leave_more() -> None:
    rng = np.random.default_rng(12)
    day = np.repeat(np.where(np.arange(DAYS) % 7 < 5, 1.0, 0.2), 24)
    mood = np.repeat(rng.lognormal(0.0, 1.0, (20, DAYS)), 24, axis=1)
    assert _total(STEADY, rng.poisson(0.5 * day * mood).astype(np.float64)) > 0.1


def test_a_few_days_say_nothing_of_how_steady_days_are() -> None:
    assert np.isnan(_total(STEADY, _independent(6, 13)[:, :96]))
