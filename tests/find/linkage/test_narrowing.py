"""In large populations the strongest ties are kept, within bounds, and nobody is left with none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.find.linkage import propose, tie
from gauger.find.linkage.narrowing import Bounds, kept_each
from gauger.find.linkage.ties import KINDS, Ties
from graphs import Thing, planted, rows

ACCOUNTS = 12
HOLDERS = st.dictionaries(st.integers(0, ACCOUNTS - 1), st.integers(1, 20), min_size=2)
THINGS = st.lists(st.tuples(st.sampled_from(KINDS[:3]), HOLDERS), min_size=1, max_size=60).map(
    lambda held: [(kind, number, holders) for number, (kind, holders) in enumerate(held)]
)
FEWEST = 4


def _tied(things: list[Thing], accounts: int, most: int, many: int = 0) -> Ties:
    exchanges = np.full(accounts, 20, np.int64)
    return tie(rows(things).items(), exchanges, Bounds(many, most_ties=most))


def _held(ties: Ties, kind: int) -> np.ndarray:
    return np.bincount(ties.account[ties.kinds[ties.thing] == kind], minlength=ties.accounts_total)


@settings(deadline=None, max_examples=80)
@given(THINGS, st.integers(1, 80))
def test_no_kind_has_more_ties_than_its_bound_unless_accounts_have_few(
    things: list[Thing], most: int
) -> None:
    ties = _tied(things, ACCOUNTS, most)
    for kind in range(len(KINDS)):
        held = _held(ties, kind)
        assert held.sum() <= most or held.max() <= FEWEST, KINDS[kind]


@settings(deadline=None, max_examples=80)
@given(THINGS, st.integers(1, 80))
def test_what_is_kept_is_a_part_of_all_and_ties_somebody_to_somebody(
    things: list[Thing], most: int
) -> None:
    ties = _tied(things, ACCOUNTS, most)
    everything = _tied(things, ACCOUNTS, 10**9)
    assert len(ties.account) <= len(everything.account)
    assert (np.bincount(ties.thing, minlength=len(ties.kinds)) > 1).all()
    assert len(ties.kinds) == len(ties.holders) == len(ties.prints)
    assert (np.bincount(ties.thing) <= ties.holders).all()
    order = np.lexsort((ties.account, ties.thing))
    np.testing.assert_array_equal(order, np.arange(len(order)))


def test_the_strongest_are_kept() -> None:
    # Account 0 holds eight frames of growing habit, each with a partner that holds nothing else.
    things = [("frame", number, {0: number + 1, number + 1: 9}) for number in range(8)]
    ties = _tied(things, 9, 12)
    assert sorted(ties.account[ties.account > 0]) == [5, 6, 7, 8]
    assert (ties.account == 0).sum() == FEWEST


def _crowded(key: int = 0) -> tuple[list[Thing], int]:
    """Three groups of twelve among strangers, each of whom meets others by chance in dozens of
    frames and items; and how many accounts there are."""
    things = planted(7, 3, 12, 60, key)
    accounts = 96
    rng = np.random.default_rng(7)
    prints = np.random.default_rng(key).permutation(1 << 20)[:3000] + (1 << 21)
    for number in prints.tolist():
        pair = rng.choice(accounts, 2, replace=False).tolist()
        things.append((str(rng.choice(["frame", "item"])), number, dict.fromkeys(pair, 1)))
    return things, accounts


def test_what_is_kept_depends_on_who_holds_what_and_not_on_the_key() -> None:
    made = [_tied(*_crowded(key), 800) for key in range(3)]
    assert len(made[0].account) < 0.5 * len(_tied(*_crowded(), 10**9).account)
    for other in made[1:]:
        for name in ("account", "thing", "share", "weight", "kinds", "holders", "prints"):
            np.testing.assert_array_equal(getattr(made[0], name), getattr(other, name))


def test_a_small_population_keeps_all() -> None:
    things = planted(3, 3, 8, 20)
    few = _tied(things, 44, 1, many=44 * 20)
    assert len(few.account) == sum(len(holders) for _, _, holders in things)


def test_groups_are_proposed_all_the_same() -> None:
    proposed = [set(held.accounts.tolist()) for held in propose(_tied(*_crowded(), 800))]
    for group in range(3):
        members = set(range(group * 12, (group + 1) * 12))
        assert max(len(members & held) / len(members | held) for held in proposed) > 0.8


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1), st.integers(0, 500))
def test_as_many_are_kept_as_fit(held: list[int], most: int) -> None:
    counted = np.array(held)
    each = kept_each(counted, most)
    if each is None:
        assert counted.sum() <= most
    else:
        assert counted.sum() > most
        assert np.minimum(counted, each).sum() <= most or each == FEWEST
        assert np.minimum(counted, 2 * each).sum() > most


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=2, max_size=8),
    st.integers(0, 2**32),
)
def test_things_of_which_the_same_holders_are_left_stand_in_no_order_of_their_keys(
    counts: list[tuple[int, int]], seed: int
) -> None:
    # Each had three holders, of whom a busy one that held it once is left out.
    frames = pa.table(
        {
            "account": pa.array([0, 1] * len(counts), pa.int32()),
            "thing": np.repeat(np.arange(len(counts)), 2),
            "exchanges": pa.array([count for both in counts for count in both], pa.int32()),
            "accounts": pa.array([3] * 2 * len(counts), pa.int32()),
            "prints": pa.array([1] * 2 * len(counts), pa.int32()),
        }
    )
    keys = np.random.default_rng(seed).permutation(len(counts))
    place = frames.schema.get_field_index("thing")
    other = frames.set_column(place, "thing", pa.array(keys[frames["thing"].to_numpy()]))
    exchanges = np.array([20, 20])
    one, two = (
        tie([("frame", held)], exchanges, Bounds(0, most_ties=10**9)) for held in (frames, other)
    )
    for name in ("account", "thing", "share", "weight", "holders"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
