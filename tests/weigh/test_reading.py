"""Readings: places that mean the same in every population, levels only where size speaks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.weigh.evidence.reading import FEWEST_GROUPS, Reading, Scale, levels, read

ORDINARY = np.linspace(0.3, 0.7, 999)
DIRECTION = st.sampled_from([1, -1])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-1, 2), min_size=2, max_size=20), DIRECTION)
def test_what_is_farther_out_never_has_a_lower_place(values: list[float], telling: int) -> None:
    held = np.array(sorted(values, key=lambda value: telling * value))
    found = Scale.of(ORDINARY, telling).places(held)
    assert (np.diff(found) >= -1e-9).all()


@settings(deadline=None, max_examples=40)
@given(st.floats(0.1, 10), st.floats(-5, 5), st.floats(0, 1), DIRECTION)
def test_a_place_does_not_depend_on_the_unit(
    scale: float, shift: float, value: float, telling: int
) -> None:
    here = Scale.of(ORDINARY, telling).places(np.array([value]))
    there = Scale.of(ORDINARY * scale + shift, telling).places(np.array([value * scale + shift]))
    # A value within rounding of an ordinary one may change sides of it.
    assert there == pytest.approx(here, abs=0.31)


def test_the_middle_is_0_and_the_edge_is_what_the_number_of_groups_supports() -> None:
    middle, just_beyond, far = Scale.of(ORDINARY, 1).places(np.array([0.5, 0.7001, 5.0]))
    assert middle == pytest.approx(0.0, abs=0.01)
    assert just_beyond == pytest.approx(np.log10(999.5 / 0.5), abs=0.01)
    assert far == pytest.approx(just_beyond + 1.0, abs=0.2)
    assert Scale.of(ORDINARY, 1).places(np.array([-5.0]))[0] == pytest.approx(
        -just_beyond, abs=0.01
    )


def test_ties_count_half() -> None:
    ordinary = np.repeat([0.0, 1.0], [800, 200])
    nothing, shared = Scale.of(ordinary, 1).places(np.array([0.0, 1.0]))
    assert nothing == pytest.approx(np.log10(0.4 / 0.6), abs=0.01)
    assert shared == pytest.approx(np.log10(0.9 / 0.1), abs=0.01)


def test_nothing_is_compared_with_too_few_groups_or_with_groups_that_are_all_alike() -> None:
    assert np.isnan(Scale.of(ORDINARY[: FEWEST_GROUPS - 1], 1).places(np.array([0.5]))).all()
    assert np.isnan(Scale.of(ORDINARY, 1).places(np.array([np.nan]))).all()
    same, other = Scale.of(np.zeros(500), 1).places(np.array([0.0, 1.0]))
    assert np.isnan(same)
    assert other > 2


def test_levels_grow_with_what_is_telling() -> None:
    few, many = levels("reactions", -1, np.array([0.01, 0.9]))
    assert few > 0 > many
    short, long = levels("long answers", 1, np.array([20.0, 2000.0]))
    assert short == pytest.approx(-1.0)
    assert long == pytest.approx(1.0)
    assert np.isnan(levels("alike in hour", 1, np.array([0.5]))).all()


@settings(deadline=None, max_examples=40)
@given(st.floats(-4, 4), st.floats(-2, 2))
def test_pieces_add_up_to_the_reading(place: float, level: float) -> None:
    (row,) = Reading(np.array([place]), np.array([level])).pieces
    assert row[:-2].sum() - 1.0 == pytest.approx(place)
    assert row[-2:].sum() == pytest.approx(level)


def test_what_is_not_known_adds_what_the_middle_adds() -> None:
    unknown = Reading(np.array([np.nan]), np.array([np.nan])).pieces
    assert unknown == pytest.approx(Reading(np.zeros(1), np.zeros(1)).pieces)
    assert not read("alike in hour", np.array([np.nan]), Scale.of(ORDINARY, 1)).known
