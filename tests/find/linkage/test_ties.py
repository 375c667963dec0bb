"""Rare things and habitual ones bind most, no kind more than its weight, and no key shows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.find.linkage import tie
from gauger.find.linkage.ties import KIND_WEIGHT, KINDS, Ties
from graphs import Thing, planted, rows, tied

ARRAYS = ("account", "thing", "share", "weight", "kinds", "holders", "prints")
ACCOUNTS = 12
HOLDERS = st.dictionaries(st.integers(0, ACCOUNTS - 1), st.integers(1, 50), min_size=2)
THINGS = st.lists(st.tuples(st.sampled_from(KINDS), HOLDERS), max_size=25).map(
    lambda held: [(kind, number, holders) for number, (kind, holders) in enumerate(held)]
)


def _equal(one: Ties, other: Ties) -> None:
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@settings(deadline=None, max_examples=60)
@given(THINGS)
def test_no_kind_binds_an_account_by_more_than_its_weight(things: list[Thing]) -> None:
    ties = tied(things, ACCOUNTS)
    assert (ties.weight >= 0).all()
    assert ((ties.share >= 0) & (ties.share <= 1)).all()
    for place, kind in enumerate(KINDS):
        of_kind = ties.kinds[ties.thing] == place
        bound = np.bincount(ties.account[of_kind], ties.weight[of_kind], ACCOUNTS)
        assert (bound <= KIND_WEIGHT[kind] + 1e-9).all(), kind


@settings(deadline=None, max_examples=60)
@given(THINGS)
def test_every_row_is_an_edge_and_every_thing_is_counted(things: list[Thing]) -> None:
    ties = tied(things, ACCOUNTS)
    assert len(ties.account) == sum(len(holders) for _, _, holders in things)
    assert len(ties.kinds) == len(ties.holders) == len(ties.prints) == len(things)
    np.testing.assert_array_equal(np.bincount(ties.thing, minlength=len(things)), ties.holders)
    order = np.lexsort((ties.account, ties.thing))
    np.testing.assert_array_equal(order, np.arange(len(order)))


def test_the_key_leaves_no_trace() -> None:
    made = [tied(planted(3, 3, 8, 20, key), 44) for key in range(4)]
    for other in made[1:]:
        _equal(made[0], other)


@settings(deadline=None, max_examples=30)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_leaves_no_trace(random: object) -> None:
    tables = rows(planted(5, 2, 7, 9))
    mixed = []
    for kind, table in tables.items():
        order = list(range(len(table)))
        random.shuffle(order)  # type: ignore[attr-defined]
        mixed.append((kind, table.take(pa.array(order))))
    random.shuffle(mixed)  # type: ignore[attr-defined]
    exchanges = np.full(23, 20, np.int64)
    _equal(tie(tables.items(), exchanges), tie(mixed, exchanges))


def test_a_rare_thing_binds_more_than_a_common_one() -> None:
    ties = tied([("item", 1, {0: 5, 1: 5}), ("item", 2, dict.fromkeys(range(2, 12), 5))], 12)
    rare, common = ties.weight[ties.account == 0], ties.weight[ties.account == 5]
    assert rare[0] > common[0] > 0


def test_a_habit_binds_more_than_a_single_use() -> None:
    ties = tied([("range", 1, {0: 20, 1: 1})], 10)
    assert ties.weight[0] > ties.weight[1] > 0
    assert ties.share.tolist() == [1.0, 0.05]


def test_many_prints_of_one_frame_do_not_drown_other_kinds() -> None:
    frames = [("frame", number, {0: 20, 1: 20}) for number in range(50)]
    ties = tied([*frames, ("payment", 99, {0: 1, 1: 1})], 10)
    of_kind = {
        kind: ties.weight[(ties.account == 0) & (ties.kinds[ties.thing] == KINDS.index(kind))].sum()
        for kind in ("frame", "payment")
    }
    assert of_kind["payment"] > of_kind["frame"]


def test_identity_is_held_by_the_account_and_not_by_its_exchanges() -> None:
    ties = tied([("payment", 1, {0: 1, 1: 1}), ("phone", 1, {0: 1, 1: 1})], 10, exchanges=1000)
    assert ties.share.tolist() == [1.0] * 4


def test_nothing_shared_gives_no_ties() -> None:
    ties = tied([], 3)
    assert [len(getattr(ties, name)) for name in ARRAYS] == [0] * len(ARRAYS)
    assert ties.of_kinds(frozenset(KINDS)).tolist() == []
