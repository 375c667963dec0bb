"""What a score is worth follows from who had it, and never falls as the score rises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gauger.act.signatures.recognition import recognised, remaining, together
from gauger.act.signatures.scoring import MOST, weights
from gauger.act.signatures.worth import HIGHEST, LEAST, log10_of, worth_of

scores = st.lists(st.floats(0.0, MOST) | st.just(float("nan")), max_size=60).map(np.array)


@given(scores, scores)
def test_it_never_falls_and_stays_within_bounds(members: np.ndarray, outsiders: np.ndarray) -> None:
    worth = worth_of("content", 3, members.astype(float), outsiders.astype(float))
    assert list(worth.log10) == sorted(worth.log10)
    assert min(worth.log10) >= LEAST
    assert max(worth.log10) <= HIGHEST


def test_what_members_have_and_outsiders_have_not_speaks_for_and_its_lack_against() -> None:
    worth = worth_of("content", 3, np.full(100, 2.3), np.zeros(3000))
    assert log10_of(worth, np.array([2.3]))[0] == HIGHEST
    assert log10_of(worth, np.array([0.0]))[0] == LEAST
    assert log10_of(worth, np.array([np.nan]))[0] == 0.0


def test_what_outsiders_have_as_often_says_nothing() -> None:
    both = np.array([2.3, 0.0] * 500)
    worth = worth_of("content", 3, both, both)
    assert np.abs(log10_of(worth, np.array([0.0, 2.3]))).max() < 0.01


def test_a_score_that_nobody_had_is_worth_what_the_next_lower_one_is() -> None:
    worth = worth_of("content", 3, np.full(100, 2.3), np.append(np.zeros(900), np.full(100, 1.0)))
    assert log10_of(worth, np.array([1.6]))[0] == log10_of(worth, np.array([1.0]))[0] < 0


def test_one_outsider_more_is_counted_than_was_seen() -> None:
    few = worth_of("content", 3, np.full(9, 2.3), np.zeros(9))
    assert log10_of(few, np.array([2.3]))[0] == pytest.approx(np.log10(0.95 / 0.1))


def test_no_family_recognises_anybody_alone() -> None:
    alone = np.array([HIGHEST, 0.0, 0.0, 0.0])
    assert not recognised(alone)
    assert remaining(alone) == 0.0
    assert recognised(np.array([HIGHEST, HIGHEST, 0.0, 0.0]))


def test_what_speaks_against_counts_in_full() -> None:
    families = np.array([2.0, 1.0, -1.5, 0.0])
    assert together(families) == pytest.approx(2.0 + 0.5 - 1.5)
    assert remaining(families) == pytest.approx(1.0 - 1.5)


def test_a_trait_that_is_common_outside_weighs_nothing() -> None:
    members, outsiders = np.array([50, 50, 50]), np.array([0, 40, 400])
    weighed = weights(members, outsiders, 50, 1000)
    assert weighed[0] == MOST
    assert 1.0 < weighed[1] < MOST
    assert weighed[2] == 0.0
