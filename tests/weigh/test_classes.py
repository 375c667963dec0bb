"""The LR of a class counts the others in it, never the account itself, and takes neither side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gauger.model.population import Ints
from gauger.weigh.evidence.classes import MEMBER, NEITHER, OUTSIDER, class_lr

CLASSES = 6
COUNTS = st.lists(st.integers(0, 500), min_size=CLASSES, max_size=CLASSES).map(np.array)
PLACE = st.integers(0, CLASSES - 1)


def _one(place: int) -> Ints:
    return np.eye(CLASSES, dtype=np.int64)[place]


@given(COUNTS, COUNTS, PLACE)
def test_an_account_is_left_out_of_its_own_class(inside: Ints, outside: Ints, place: int) -> None:
    alone = class_lr(inside, outside)[NEITHER, place]
    as_member = class_lr(inside + _one(place), outside)[MEMBER, place]
    as_outsider = class_lr(inside, outside + _one(place))[OUTSIDER, place]
    assert as_member == pytest.approx(alone)
    assert as_outsider == pytest.approx(alone)


@given(COUNTS, COUNTS)
def test_swapping_the_two_sides_turns_the_sign(inside: Ints, outside: Ints) -> None:
    swapped = class_lr(outside, inside)
    for standing, other in ((NEITHER, NEITHER), (MEMBER, OUTSIDER), (OUTSIDER, MEMBER)):
        assert class_lr(inside, outside)[standing] == pytest.approx(-swapped[other])


@given(COUNTS, COUNTS, PLACE, PLACE, st.integers(1, 300))
def test_a_class_without_outsiders_tells_more_the_more_there_are(
    inside: Ints, outside: Ints, place: int, elsewhere: int, more: int
) -> None:
    if elsewhere == place:
        return
    outside = np.where(np.arange(CLASSES) == place, 0, outside)
    few = class_lr(inside, outside)[NEITHER, place]
    many = class_lr(inside, outside + more * _one(elsewhere))[NEITHER, place]
    assert many > few


@given(COUNTS, COUNTS, PLACE)
def test_another_member_in_a_class_speaks_for_it(inside: Ints, outside: Ints, place: int) -> None:
    change = class_lr(inside + _one(place), outside)[NEITHER] - class_lr(inside, outside)[NEITHER]
    assert change[place] > 0
    assert (np.delete(change, place) < 0).all()


@given(COUNTS, st.integers(2, 4))
def test_classes_of_equal_frequency_say_nothing(counts: Ints, times: int) -> None:
    assert class_lr(counts, counts)[NEITHER] == pytest.approx(np.zeros(CLASSES))
    fewer = counts + 20
    # Half an account in every class pulls small counts to the middle, no further.
    held = class_lr(fewer, fewer * times)[NEITHER]
    assert np.abs(held).max() < 0.1


@given(COUNTS, COUNTS)
def test_nothing_is_ever_certain(inside: Ints, outside: Ints) -> None:
    found = class_lr(inside, outside)
    assert found.shape == (3, CLASSES)
    assert np.isfinite(found).all()


def test_the_only_one_of_its_kind_does_not_vouch_for_itself() -> None:
    inside = np.array([9, 0, 0, 0, 0, 1])
    outside = np.array([100, 0, 0, 0, 0, 10])
    found = class_lr(inside, outside)[:, -1]
    assert found[MEMBER] < 0 < found[NEITHER]
