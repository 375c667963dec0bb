"""Alike, sharing, clumped: what accounts have in common, spoken by the median account."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gauger.model.population import Spread
from gauger.weigh.statistics import Alikeness, Clumping, Sharing, Typical, Unevenness

from .people import counted, everyone, group, people

BUCKETS = 64
ALIKE = Alikeness("hour", "")
SHARED = Sharing("hour", "")


def _dealt(accounts: int, each: int = 60, seed: int = 1) -> NDArray[np.int64]:
    """One stock of work dealt out: every account draws from the same buckets."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(each, rng.dirichlet(np.ones(BUCKETS)), accounts)


def _distinct(accounts: int, each: int = 60) -> NDArray[np.int64]:
    """Every account has a bucket of its own."""
    return np.eye(accounts, BUCKETS, dtype=np.int64) * each


def test_accounts_that_are_dealt_out_are_alike() -> None:
    dealt = people(40, spreads={"hour": _dealt(40)})
    assert ALIKE.of(dealt, everyone(dealt))[0] == pytest.approx(1.0, abs=0.06)


def test_accounts_of_their_own_are_not_alike() -> None:
    distinct = people(40, spreads={"hour": _distinct(40)})
    assert ALIKE.of(distinct, everyone(distinct)) == 0.0
    assert SHARED.of(distinct, everyone(distinct)) == 0.0


def test_collisions_of_hashing_alone_are_no_likeness() -> None:
    rng = np.random.default_rng(2)
    counts = np.zeros((60, BUCKETS), np.int64)
    for account in range(60):
        # Five values of its own each, folded into the buckets by chance.
        np.add.at(counts[account], rng.integers(0, BUCKETS, 5), 12)
    hashed = people(60, spreads={"hour": counts}, hashed=True)
    assert ALIKE.of(hashed, everyone(hashed))[0] == pytest.approx(0.0, abs=0.05)
    assert SHARED.of(hashed, everyone(hashed))[0] == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("statistic", [ALIKE, SHARED])
def test_a_sharing_minority_does_not_speak_for_the_rest(statistic: Alikeness | Sharing) -> None:
    counts = _distinct(30)
    counts[:9] = counts[0]
    mixed = people(30, spreads={"hour": counts})
    assert statistic.of(mixed, everyone(mixed)) == 0.0
    counts[:] = counts[0]
    same = people(30, spreads={"hour": counts})
    assert statistic.of(same, everyone(same))[0] == pytest.approx(1.0)


@pytest.mark.parametrize("statistic", [ALIKE, SHARED])
def test_order_and_padding_do_not_show(statistic: Alikeness | Sharing) -> None:
    population = people(12, spreads={"hour": _dealt(12, each=9)})
    straight = statistic.of(population, group(1, 4, 5, 9))
    for other in (group(9, 5, 4, 1), group(4, 1, 9, 5, pad=7)):
        assert statistic.of(population, other) == pytest.approx(straight)
    many = np.vstack([group(1, 4, 5, 9)] * 200)
    assert statistic.of(population, many) == pytest.approx(np.full(200, straight[0]))


def test_accounts_without_rows_or_without_the_feature_say_nothing() -> None:
    counts = _distinct(8)
    counts[5:] = 0
    row = np.arange(8)
    row[4] = -1
    population = people(8, spreads={"hour": counts}, row=row)
    assert np.isfinite(SHARED.of(population, group(0, 1, 2, 3)))[0]
    assert SHARED.of(population, group(0, 1, 2, 4, 5, 6, 7)) == 0.0
    assert np.isnan(SHARED.of(population, group(0, 1, 4, 5, 6, 7)))[0]
    for statistic in (Alikeness("range", ""), Sharing("range", "")):
        assert np.isnan(statistic.of(population, group(0, 1, 2, 3))).all()


def test_within_is_the_unbiased_chance_that_two_exchanges_meet() -> None:
    spread = Spread.of(
        counted(np.array([[2, 2, 0], [1, 0, 0], [0, 0, 0], [3, 0, 0]])), hashed=False
    )
    assert spread.within[0] == pytest.approx((2 * 1 + 2 * 1) / (4 * 3))
    assert np.isnan(spread.within[1:3]).all()
    assert spread.within[3] == 1.0
    assert spread.known.tolist() == [True, True, False, True]
    assert spread.share_in((0, 1, 2)).tolist() == [1, 1, 0, 1]
    assert spread.share_in((1,)).tolist() == [0.5, 0, 0, 0]


def _cards(*values: int) -> float:
    population = people(len(values), traits={"payment": np.array(values, np.int64)})
    statistic = Clumping("payment", "one card", "")
    return float(statistic.of(population, everyone(population))[0])


def test_clumping_is_the_part_of_the_others_that_the_median_account_meets() -> None:
    assert _cards(*[3] * 10) == 1.0
    assert _cards(*range(10)) == 0.0
    assert _cards(*[0] * 4, *range(1, 7)) == 0.0
    assert _cards(*[0] * 6, *range(1, 5)) == pytest.approx(5 / 9)


def test_a_trait_that_is_hardly_known_says_nothing() -> None:
    assert np.isnan(_cards(*[1] * 3, *[-1] * 9))
    assert _cards(*[1] * 4, *[-1] * 6) == 1.0
    assert np.isnan(_cards(1, 1))
    population = people(5)
    assert np.isnan(Clumping("payment", "one card", "").of(population, everyone(population))[0])


def test_typical_is_the_median_of_what_is_known() -> None:
    values = np.array([0.0, 0.1, np.nan, 0.9, 1.0, 5.0])
    population = people(6, profile={"share": values})
    typical = Typical("share", "typical", "")
    assert typical.of(population, everyone(population)) == 0.9
    assert typical.of(population, group(0, 1, 3, 4)) == pytest.approx(0.5)
    assert np.isnan(typical.of(population, group(0, 1, 2)))[0]


def test_unevenness_does_not_depend_on_the_scale() -> None:
    rng = np.random.default_rng(3)
    volumes = rng.lognormal(3.0, 0.8, 500)
    uneven = Unevenness("volume", "uneven", "")
    one = people(500, profile={"volume": volumes})
    ten = people(500, profile={"volume": volumes * 10})
    assert uneven.of(one, everyone(one))[0] == pytest.approx(0.8, abs=0.08)
    assert uneven.of(one, everyone(one)) == pytest.approx(uneven.of(ten, everyone(ten)))
    level = people(9, profile={"volume": np.full(9, 7.0)})
    assert uneven.of(level, everyone(level))[0] == pytest.approx(0.0, abs=1e-6)
