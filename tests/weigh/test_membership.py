"""What is weighed for belonging has bounds that hold, and losing evidence never helps anybody."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.find.linkage.ties import KINDS
from gauger.model.population import Population
from gauger.weigh.belonging import ALONE, STAYS
from gauger.weigh.calibration import shipped
from gauger.weigh.evidence import question as module
from gauger.weigh.evidence.likeness import HABITS
from gauger.weigh.evidence.members import FAMILIES
from gauger.weigh.evidence.membership import (
    SOMETIMES,
    Membership,
    as_reading,
    families_known,
    families_of,
)
from gauger.weigh.evidence.question import CAUSES, JOINS, Ownership
from gauger.weigh.evidence.telling import Held
from graphs import Thing, planted, tied

from .people import people

SIZE, STRANGERS = 24, 300
TOTAL = SIZE + STRANGERS
EVERYBODY = np.arange(TOTAL)
INSIDE = np.arange(SIZE)
SETS = list(chain.from_iterable(combinations(SOMETIMES, n) for n in range(len(SOMETIMES) + 1)))
SEEDS = range(5)


def _population(seed: int) -> Population:
    """Members who keep one another's hours and mix of models, among strangers who do not."""
    rng = np.random.default_rng(seed)
    hours = rng.dirichlet(np.full(24, 0.4), TOTAL)
    models = rng.dirichlet(np.full(6, 0.8), TOTAL)
    hours[:SIZE], models[:SIZE] = hours[0], models[0]
    return people(
        TOTAL, spreads={"hour": rng.multinomial(60, hours), "model": rng.multinomial(60, models)}
    )


def _own(things: Sequence[Thing], seed: int) -> Ownership:
    membership = Membership(_population(seed), tied(things, TOTAL), shipped())
    return membership.of(INSIDE, np.ones(TOTAL, np.bool_), EVERYBODY)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sets(st.integers(0, TOTAL - 1), min_size=SIZE), min_size=1, max_size=6),
       st.integers(0, 3), st.integers(1, 50), st.sampled_from([1, 2]))  # fmt: skip
def test_all_who_have_enough_to_join_are_known_and_nobody_else(
    held: list[set[int]], seed: int, together: int, threads: int
) -> None:
    kinds = ("frame", "range", "payment", "client", "item", "tools")
    everyone = dict.fromkeys(range(SIZE), 18)
    things: list[Thing] = [
        (kind, number, everyone | dict.fromkeys(holders, 18))
        for number, (kind, holders) in enumerate(zip(kinds, held, strict=False))
    ]
    asked = Membership(_population(seed), tied(things, TOTAL), shipped())
    flags = np.ones(TOTAL, np.bool_)
    all_known = asked.of(INSIDE, flags, EVERYBODY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_ONCE", together)
        joining = Membership(_population(seed), tied(things, TOTAL), shipped(), threads).of(
            INSIDE, flags
        )
    if all_known.log10[-1] < JOINS:
        expected = np.union1d(
            INSIDE, all_known.accounts[all_known.log10[:-1] >= JOINS]
        )  # fmt: skip
        assert joining.accounts.tolist() == expected.tolist()
    for name in ("log10", "lower", "upper", "marked"):
        of_all, of_joining = (
            getattr(each.of(joining.accounts), name) for each in (all_known, joining)
        )  # fmt: skip
        np.testing.assert_array_equal(of_joining, of_all)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bounds_hold_what_they_bound(seed: int) -> None:
    own = _own(planted(seed, 1, SIZE, STRANGERS), seed)
    assert (own.lower <= own.log10).all()
    assert (own.log10 <= own.upper).all()
    for held in (own.log10, own.lower, own.upper):
        assert np.isfinite(held).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_members_are_told_from_strangers(seed: int) -> None:
    log10 = _own(planted(seed, 1, SIZE, STRANGERS), seed).of(EVERYBODY).log10
    assert np.median(log10[:SIZE]) > STAYS
    assert np.quantile(log10[SIZE:], 0.95) < 0
    assert log10[:SIZE].min() > np.median(log10[SIZE:])


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(SEEDS), st.integers(0, SIZE - 1), st.sampled_from(sorted(FAMILIES)))
def test_without_what_it_shares_an_account_never_belongs_more(
    seed: int, account: int, family: str
) -> None:
    things = planted(seed, 1, SIZE, STRANGERS)
    fewer = [
        (kind, number, {a: n for a, n in held.items() if a != account or kind not in kinds})
        for kinds in (FAMILIES[family],)
        for kind, number, held in things
    ]
    whole, less = (_own(each, seed).of(INSIDE) for each in (things, fewer))
    assert less.families[family][account] <= whole.families[family][account]
    assert less.log10[account] <= whole.log10[account]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(SETS), st.data())
def test_no_family_is_held_against_the_way_it_tells(
    optional: tuple[str, ...], data: st.DataObject
) -> None:
    weight = shipped().membership[frozenset(optional)]
    names = families_of(frozenset(optional))
    lr = {name: data.draw(st.floats(-3, 4), label=name) for name in names}
    worse = data.draw(st.sampled_from(names))
    less = lr | {worse: lr[worse] - data.draw(st.floats(0, 3))}
    before, after = (
        weight.log10({name: as_reading(np.array([value])) for name, value in each.items()})[0]
        for each in (lr, less)
    )
    assert after <= before
    assert weight.lower <= before <= weight.upper


@pytest.mark.parametrize("seed", SEEDS)
def test_who_holds_nothing_is_any_stranger(seed: int) -> None:
    things = planted(seed, 1, SIZE, STRANGERS)
    own = _own(things, seed)
    holders = {account for kind, _, held in things if kind != "parameters" for account in held}
    nothing = np.setdiff1d(EVERYBODY, [*holders, *INSIDE])
    assert len(nothing)
    row = own.of(nothing)
    for held, rows in ((own.log10, row.log10), (own.lower, row.lower), (own.upper, row.upper)):
        assert len(held) == len(own.accounts) + 1
        assert (rows == held[-1]).all()
    for name, lr in own.families.items():
        assert (row.families[name] == lr[-1]).all()
    assert own.log10[-1] < 0
    assert all(own.families[name][-1] == 0 for name in HABITS)


@given(st.lists(st.integers(0, TOTAL - 1), max_size=30))
def test_accounts_come_in_the_order_they_are_asked_for(asked: list[int]) -> None:
    own = Ownership(
        np.array([3, 8, 9]), *(np.array([3.0, 8.0, 9.0, -1.0]) + shift for shift in (0, -1, 1)),
        {"content": np.array([30.0, 80.0, 90.0, -10.0])}, np.array([0.3, 0.8, 0.9, 0.0]),
    )  # fmt: skip
    found = own.of(np.array(asked, np.int64))
    known = [account if account in (3, 8, 9) else -1 for account in asked]
    assert found.accounts.tolist() == asked
    assert found.log10.tolist() == known
    assert found.lower.tolist() == [value - 1 for value in known]
    assert found.upper.tolist() == [value + 1 for value in known]
    assert found.families["content"].tolist() == [value * 10 for value in known]


def test_whose_habits_are_not_known_is_weighed_by_things_alone() -> None:
    things = planted(2, 1, SIZE, STRANGERS)
    population = _population(2)
    population.row[SIZE - 1] = -1
    own = Membership(population, tied(things, TOTAL), shipped()).of(
        INSIDE, np.ones(TOTAL, np.bool_)
    )
    known = families_known(tied(things, TOTAL))
    weight = shipped().membership[known]
    one = own.of(np.array([SIZE - 1]))
    by_things = weight.log10({name: as_reading(one.families[name]) for name in families_of(known)})
    assert one.log10 == pytest.approx(by_things)
    assert all(one.families[name][0] == 0 for name in HABITS)


def test_who_shares_one_thing_alone_has_nothing_left_without_it() -> None:
    everyone = dict.fromkeys(range(SIZE), 18)
    neighbour = TOTAL - 1
    things: list[Thing] = [
        ("frame", 1, everyone),
        ("range", 2, everyone | {neighbour: 18}),
        ("payment", 3, everyone),
        ("parameters", 4, dict.fromkeys(range(TOTAL), 20)),
    ]
    own = _own(things, 1).of(EVERYBODY)
    assert own.families["infrastructure"][neighbour] > 0
    assert own.lower[neighbour] < ALONE
    assert own.lower[neighbour] <= own.log10[neighbour] < STAYS
    assert (own.lower[:SIZE] > own.log10[neighbour]).all()


def test_every_family_has_one_cause_and_is_weighed() -> None:
    every = sorted(FAMILIES.keys() | HABITS.keys())
    assert sorted(chain.from_iterable(CAUSES)) == every
    assert sorted(families_of(frozenset(SOMETIMES))) == every


@given(st.sets(st.sampled_from(KINDS)))
def test_families_are_known_by_the_kinds_that_anybody_holds(kinds: set[str]) -> None:
    things: list[Thing] = [
        (kind, number, {number: 1, number + 1: 1}) for number, kind in enumerate(sorted(kinds))
    ]
    ties = tied(things, len(KINDS) + 1)
    assert ties.kinds_held == kinds
    known = families_known(ties)
    assert known == {name for name in FAMILIES.keys() & set(SOMETIMES) if FAMILIES[name] & kinds}
    assert known in shipped().membership


def test_every_set_of_families_can_be_weighed() -> None:
    assert shipped().membership.keys() == {frozenset(names) for names in SETS}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_asked_ahead_is_what_is_asked(seed: int) -> None:
    things = planted(seed, 1, SIZE, STRANGERS)
    outsiders = np.ones(TOTAL, np.bool_)
    alone = Membership(_population(seed), tied(things, TOTAL), shipped())
    ahead = Membership(_population(seed), tied(things, TOTAL), shipped(), threads=2)
    for members in (INSIDE, INSIDE[::2]):
        ahead.ahead(members, outsiders)
        ahead.ahead(INSIDE[1:], outsiders)
        said, expected = (each.of(members, outsiders, EVERYBODY) for each in (ahead, alone))
        np.testing.assert_array_equal(said.accounts, expected.accounts)
        np.testing.assert_array_equal(said.log10, expected.log10)


def test_many_parts_are_asked_as_each_is() -> None:
    things = planted(3, 1, SIZE, STRANGERS)
    membership = Membership(_population(3), tied(things, TOTAL), shipped())
    inside, parts = INSIDE[:12], [INSIDE[12:], np.arange(SIZE, SIZE + 30), np.array([TOTAL - 1])]
    outsiders = np.ones(TOTAL, np.bool_)
    held = Held.by(membership.ties, inside)
    medians = membership.medians(parts, inside, outsiders, held)
    for part, median in zip(parts, medians.tolist(), strict=True):
        assert membership.belongs(part, inside, outsiders, median - 1e-9)
        assert not membership.belongs(part, inside, outsiders, median + 1e-9)
