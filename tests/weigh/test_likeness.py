"""Who keeps a network's habits is like it, unless its members differ as strangers do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gauger.model.population import Floats, Ints
from gauger.weigh.evidence.likeness import HABITS, Likeness

from .people import people

MEMBERS, STRANGERS, HOURS = 20, 300, 24
TOTAL = MEMBERS + STRANGERS
SHIFT, AWAKE = 3, 6
EVERYBODY = np.arange(TOTAL)
INSIDE = np.arange(MEMBERS)


def _starts(seed: int, alike: bool) -> Ints:
    """When each account's day begins: any hour, or the members' at one and strangers' far off."""
    rng = np.random.default_rng(seed)
    if not alike:
        return rng.integers(0, HOURS, TOTAL)
    far = SHIFT + AWAKE + rng.integers(0, HOURS - 2 * AWAKE, TOTAL)
    return np.where(EVERYBODY < MEMBERS, SHIFT, far)


def _counts(starts: Ints, seed: int) -> Ints:
    """Forty exchanges of every account while it is awake, and ten at any hour."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((TOTAL, HOURS), np.int64)
    for account, start in enumerate(starts):
        np.add.at(counts[account], (start + rng.integers(0, AWAKE, 40)) % HOURS, 1)
        np.add.at(counts[account], rng.integers(0, HOURS, 10), 1)
    return counts


def _outsiders() -> NDArray[np.bool_]:
    return EVERYBODY >= MEMBERS


def _unlike(lr: Floats) -> bool:
    """Whether these are strangers: it speaks against nearly all, the very likest left aside."""
    return bool((lr < 0).mean() >= 0.95)


def _hours(counts: Ints, accounts: Ints = EVERYBODY, members: Ints = INSIDE) -> Floats:
    likeness = Likeness(people(len(counts), spreads={"hour": counts}))
    return likeness.log10(accounts, members, _outsiders())["hours"]


@pytest.mark.parametrize("seed", range(4))
def test_who_keeps_the_hours_of_the_members_is_like_them(seed: int) -> None:
    hours = _hours(_counts(_starts(seed, alike=True), seed))
    assert (hours[:MEMBERS] > 0).all()
    assert _unlike(hours[MEMBERS:])


@pytest.mark.parametrize("seed", range(4))
def test_a_stranger_with_the_hours_of_the_members_is_like_them_too(seed: int) -> None:
    starts = _starts(seed, alike=True)
    starts[-1] = SHIFT
    hours = _hours(_counts(starts, seed))
    assert hours[-1] > 0
    assert _unlike(hours[MEMBERS:-1])


@pytest.mark.parametrize("seed", range(8))
def test_where_members_differ_as_strangers_do_nobody_is_like_them(seed: int) -> None:
    alike = _hours(_counts(_starts(seed, alike=True), seed))[:MEMBERS]
    hours = _hours(_counts(_starts(seed, alike=False), seed))
    assert abs(np.median(hours)) < 0.35
    assert np.median(hours[:MEMBERS]) < np.median(alike) - 0.5


@pytest.mark.parametrize("seed", range(4))
def test_a_member_is_not_compared_with_itself(seed: int) -> None:
    starts = _starts(seed, alike=True)
    starts[0] = (SHIFT + HOURS // 2) % HOURS
    hours = _hours(_counts(starts, seed))
    assert hours[0] < 0
    assert (hours[1:MEMBERS] > 0).all()


def test_who_cannot_be_compared_is_neither_like_nor_unlike() -> None:
    counts = _counts(_starts(1, alike=True), 1)
    row = EVERYBODY.copy()
    unknown = np.array([2, 7, MEMBERS, TOTAL - 1])
    row[unknown] = -1
    row[row >= 0] = np.arange(TOTAL - len(unknown))
    population = people(TOTAL, spreads={"hour": counts[row.argsort()[len(unknown) :]]}, row=row)
    found = Likeness(population).log10(EVERYBODY, INSIDE, _outsiders())
    for lr in found.values():
        assert (lr[unknown] == 0.0).all()
    others = np.delete(EVERYBODY, unknown)
    assert (found["hours"][others[others < MEMBERS]] > 0).all()
    assert _unlike(found["hours"][others[others >= MEMBERS]])


@pytest.mark.parametrize(("members", "strangers"), [(3, STRANGERS), (MEMBERS, 99), (0, 0)])
def test_too_few_to_compare_with_say_nothing(members: int, strangers: int) -> None:
    likeness = Likeness(people(TOTAL, spreads={"hour": _counts(_starts(2, alike=True), 2)}))
    outsiders = _outsiders()
    outsiders[MEMBERS + strangers :] = False
    found = likeness.log10(EVERYBODY, INSIDE[:members], outsiders)
    assert found.keys() == HABITS.keys()
    for lr in found.values():
        assert np.array_equal(lr, np.zeros(TOTAL))


def test_enough_to_compare_with_say_something() -> None:
    likeness = Likeness(people(TOTAL, spreads={"hour": _counts(_starts(2, alike=True), 2)}))
    outsiders = _outsiders()
    outsiders[MEMBERS + 100 :] = False
    hours = likeness.log10(EVERYBODY, INSIDE[:4], outsiders)["hours"]
    assert (hours[:MEMBERS] > 0).all()
    assert np.median(hours[MEMBERS:]) < 0


def test_one_habit_says_nothing_of_another() -> None:
    counts = _counts(_starts(3, alike=True), 3)
    clients = np.random.default_rng(3).poisson(2.0, (TOTAL, 6))
    population = people(TOTAL, spreads={"hour": counts, "client": clients})
    found = Likeness(population).log10(EVERYBODY, INSIDE, _outsiders())
    assert np.array_equal(found["hours"], _hours(counts))
    assert np.median(found["hours"][:MEMBERS]) > 0.5 > abs(np.median(found["gear"][:MEMBERS]))


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(0, TOTAL, 8)), st.integers(0, 3))
def test_who_else_is_asked_for_changes_nothing(asked: list[int], seed: int) -> None:
    counts = _counts(_starts(seed, alike=seed % 2 == 0), seed)
    accounts = np.array(asked)
    assert _hours(counts, accounts) == pytest.approx(_hours(counts)[accounts])


def test_buckets_by_another_name_say_the_same() -> None:
    counts = _counts(_starts(5, alike=False), 5)
    shuffled = counts[:, np.random.default_rng(5).permutation(HOURS)]
    assert _hours(shuffled) == pytest.approx(_hours(counts))


def _gear(clients: Ints) -> Floats:
    """Likeness in gear where every account sends all it sends by one client."""
    counts = np.zeros((TOTAL, 4), np.int64)
    counts[EVERYBODY, clients] = 30
    found = Likeness(people(TOTAL, spreads={"client": counts}))
    return found.log10(EVERYBODY, INSIDE, _outsiders())["gear"]


def test_a_client_that_everybody_has_tells_nobody_apart() -> None:
    assert np.abs(_gear(np.zeros(TOTAL, np.int64))).max() < 0.1


def test_a_client_that_only_members_have_tells_them_apart() -> None:
    gear = _gear(np.where(EVERYBODY < MEMBERS, 1, 0))
    assert (gear[:MEMBERS] > 1.0).all()
    assert (gear[MEMBERS:] < -1.0).all()


def test_strangers_with_the_members_client_are_as_like_as_they_are() -> None:
    clients = np.where(EVERYBODY < MEMBERS + 90, 1, 0)
    gear = _gear(clients)
    assert gear[: MEMBERS + 90] == pytest.approx(np.full(MEMBERS + 90, gear[0]), abs=0.05)
    assert 0.2 < gear[0] < 1.0
    assert (gear[MEMBERS + 90 :] < -1.0).all()
