"""A network is settled with those who belong to it, each by evidence of its own, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gauger.model.population import Floats, Ints
from gauger.weigh.belonging import (
    STAYS,
    STRANGE,
    belonging,
    joining,
    members,
    pooled,
    without_ordinary_parts,
    without_strangers,
)
from gauger.weigh.calibration import shipped
from gauger.weigh.calibration.model import Additive, Calibration, Component
from gauger.weigh.established import CLEAR, Established, settle
from gauger.weigh.evidence.likeness import HABITS
from gauger.weigh.evidence.members import FAMILIES
from gauger.weigh.evidence.membership import Membership, Ownership
from gauger.weigh.evidence.reading import LEVEL_PIECES, PLACE_PIECES
from gauger.weigh.judge import Judge, Judgement
from graphs import Thing, planted, tied

from .people import people

SIZE, OTHERS, STRANGERS = 24, 12, 300
TOTAL = SIZE + OTHERS + STRANGERS
NETWORK = np.arange(SIZE)
OTHER = np.arange(SIZE, SIZE + OTHERS)
BYSTANDERS = np.arange(TOTAL - 6, TOTAL)
NOBODY = np.zeros(TOTAL, np.bool_)


def _calibration(most: float = 4.0) -> Calibration:
    """Every family counts half, and all together at most `most`."""
    names = [*FAMILIES, *HABITS]
    curve = (0.5,) * PLACE_PIECES + (0.0,) * LEVEL_PIECES
    model = Additive(-0.5 * len(names), dict.fromkeys(names, curve))
    weight = replace(
        next(iter(shipped().membership.values())),
        components=(Component("", 1.0, model),), scale=1.0, shift=0.0, lower=-4.0, upper=most,
    )  # fmt: skip
    return replace(shipped(), membership=dict.fromkeys(shipped().membership, weight))


def _own_things(accounts: Iterable[int], number: int) -> list[Thing]:
    everyone = dict.fromkeys(map(int, accounts), 18)
    return [("frame", number, everyone), ("range", number, everyone), ("payment", number, everyone)]


def _two() -> list[Thing]:
    return [
        *_own_things(NETWORK, 1),
        *_own_things(OTHER, 2),
        ("parameters", 3, dict.fromkeys(range(TOTAL), 20)),
    ]


def _membership(things: list[Thing] | None = None, most: float = 4.0) -> Membership:
    ties = tied(_two() if things is None else things, TOTAL)
    return Membership(people(TOTAL), ties, _calibration(most))


def _judge(log10: Callable[[Ints], float] = lambda accounts: 4.0) -> Judge:
    """Judges as told: three and more is established."""

    def judge(accounts: Ints) -> SimpleNamespace:
        held = log10(accounts)
        return SimpleNamespace(accounts=accounts, log10=held, established=held >= 3.0)

    return cast(
        Judge,
        SimpleNamespace(judge=judge, judge_each=lambda groups: [judge(group) for group in groups]),
    )


def _settle(
    accounts: Ints,
    membership: Membership,
    taken: NDArray[np.bool_] = NOBODY,
    judge: Judge | None = None,
) -> Established | None:
    return settle(accounts, taken, accounts, membership, judge or _judge())


def _ownership(log10: Floats, lower: Floats) -> Ownership:
    """Evidence of accounts 0, 1, 2 ..., and of a stranger who has none."""
    held, least = np.append(log10, -2.0), np.append(lower, -2.0)
    return Ownership(np.arange(len(log10)), held, least, held, {}, np.zeros(len(held)))


def test_a_network_is_settled_whole_and_strangers_are_left_out() -> None:
    found = _settle(np.union1d(NETWORK, BYSTANDERS), _membership())
    assert found is not None
    assert found.accounts.tolist() == NETWORK.tolist()
    assert found.considered.tolist() == [*NETWORK, *BYSTANDERS]


@pytest.mark.parametrize("seed", range(4))
def test_of_a_planted_network_only_who_shares_little_is_left_out(seed: int) -> None:
    membership = _membership(planted(seed, 1, SIZE, TOTAL - SIZE))
    found = _settle(np.union1d(NETWORK, BYSTANDERS), membership)
    assert found is not None
    assert np.isin(found.accounts, NETWORK).all()
    assert len(found.accounts) >= 0.9 * SIZE
    left = found.ownership.of(np.setdiff1d(NETWORK, found.accounts))
    assert ((left.log10 < STAYS) | (left.lower < 0)).all()
    assert np.median(found.ownership.of(found.accounts).log10) >= CLEAR


@pytest.mark.parametrize(("most", "settled"), [(4.0, True), (CLEAR, True), (CLEAR - 0.1, False)])
def test_where_members_cannot_be_told_nothing_is_settled(most: float, settled: bool) -> None:
    membership = _membership(most=most)
    own = membership.of(NETWORK, ~NOBODY)
    assert members(own, NETWORK).tolist() == NETWORK.tolist()
    assert (_settle(NETWORK, membership) is not None) == settled


def test_what_the_judge_does_not_establish_is_not_settled() -> None:
    membership = _membership()
    assert _settle(NETWORK, membership, judge=_judge(lambda accounts: 2.9)) is None
    assert _settle(NETWORK, membership, judge=_judge(lambda accounts: 3.0)) is not None


def test_a_few_accounts_are_no_network() -> None:
    membership = _membership(_own_things(range(4), 1))
    assert _settle(np.arange(4), membership) is None
    five = _membership(_own_things(range(5), 1))
    assert _settle(np.arange(5), five) is not None


def test_members_who_cannot_be_compared_do_not_count_as_a_network() -> None:
    row = np.full(TOTAL, -1)
    row[:4] = np.arange(4)
    membership = Membership(people(TOTAL, row=row), tied(_two(), TOTAL), _calibration())
    assert pooled(NETWORK, membership.population) == 4
    assert _settle(NETWORK, membership) is None


def test_strangers_alone_are_not_settled() -> None:
    membership = _membership()
    assert _settle(np.arange(SIZE + OTHERS, SIZE + OTHERS + 40), membership) is None


def test_a_part_tied_only_by_its_own_things_is_left_out() -> None:
    membership = _membership()
    found = belonging(membership, np.union1d(NETWORK, OTHER), NOBODY)
    assert found.tolist() == NETWORK.tolist()


def test_a_part_that_shares_the_rest_of_it_stays() -> None:
    whole = np.union1d(NETWORK, OTHER)
    parts = [*_own_things(NETWORK, 1)[:1], *_own_things(OTHER, 2)[:1]]
    membership = _membership([*parts, *_own_things(whole, 3)[1:]])
    assert belonging(membership, whole, NOBODY).tolist() == whole.tolist()


def test_who_nobody_proposed_is_drawn_in_by_much_evidence_of_its_own() -> None:
    membership = _membership()
    assert belonging(membership, NETWORK[:-4], NOBODY).tolist() == NETWORK.tolist()


def test_who_is_taken_is_not_drawn_in() -> None:
    taken = NOBODY.copy()
    taken[NETWORK[-4:]] = True
    found = belonging(_membership(), NETWORK[:-4], taken)
    assert found.tolist() == NETWORK[:-4].tolist()


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 3), st.sets(st.integers(0, TOTAL - 1), max_size=40))
def test_none_is_left_who_is_likelier_a_stranger(seed: int, more: set[int]) -> None:
    membership = _membership(planted(seed, 1, SIZE, TOTAL - SIZE))
    proposed = np.union1d(NETWORK[::2], sorted(more)).astype(np.int64)
    for left in (
        without_strangers(membership, proposed, NOBODY),
        belonging(membership, proposed, NOBODY),
    ):
        if len(left) >= 5:
            assert (membership.of(left, ~NOBODY).of(left).log10 >= STRANGE).all()
    assert np.isin(without_strangers(membership, proposed, NOBODY), proposed).all()


def test_a_part_that_is_ordinary_by_itself_is_left_out() -> None:
    membership = _membership()
    whole = np.union1d(NETWORK, OTHER)
    looked: list[Ints] = []

    def log10(accounts: Ints) -> float:
        looked.append(accounts)
        return -1.0 if np.isin(accounts, OTHER).all() else 1.0

    left = without_ordinary_parts(membership.ties, whole, membership.population, _judge(log10))
    assert left.tolist() == NETWORK.tolist()
    assert all(len(accounts) < len(whole) for accounts in looked)


def test_the_whole_is_not_left_out_as_a_part_of_itself() -> None:
    membership = _membership()
    judge = _judge(lambda accounts: -1.0 if len(accounts) == SIZE else 1.0)
    left = without_ordinary_parts(membership.ties, NETWORK, membership.population, judge)
    assert left.tolist() == NETWORK.tolist()


VALUES = st.lists(st.tuples(st.floats(-3, 4), st.floats(0, 3)), min_size=1, max_size=12)


@given(VALUES)
def test_members_have_enough_and_nothing_against_them_is_left(
    values: list[tuple[float, float]],
) -> None:
    log10, spread = np.array(values).T
    own = _ownership(log10, log10 - spread)
    asked = np.arange(len(values) + 1)
    expected = [n for n, (held, less) in enumerate(values) if held >= STAYS and held - less >= 0]
    assert members(own, asked).tolist() == expected


@given(VALUES)
def test_who_joins_would_stay_and_needs_more_than_one_thing(
    values: list[tuple[float, float]],
) -> None:
    log10, spread = np.array(values).T
    own = _ownership(log10, log10 - spread)
    joined = joining(own)
    assert np.isin(joined, members(own, np.arange(len(values)))).all()
    assert (own.of(joined).lower >= STAYS).all()


@given(VALUES, st.data())
def test_undecided_are_those_beside_the_members_that_may_belong(
    values: list[tuple[float, float]], data: st.DataObject
) -> None:
    log10 = np.array(values)[:, 0]
    places = st.sets(st.integers(0, len(values)))
    inside, considered, elsewhere = (data.draw(places) for _ in range(3))
    network = Established(
        cast(Judgement, SimpleNamespace(accounts=np.array(sorted(inside), np.int64))),
        _ownership(log10, log10),
        np.array(sorted(considered | inside), np.int64),
        np.array(sorted(inside), np.int64),
    )
    flags = np.zeros(len(values) + 1, np.bool_)
    flags[sorted(elsewhere)] = True
    held = dict(enumerate(log10))
    assert network.undecided(flags).tolist() == [
        account
        for account in sorted(considered - inside - elsewhere)
        if held.get(account, -2.0) >= STRANGE
    ]
