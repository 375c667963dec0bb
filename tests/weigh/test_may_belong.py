"""The quick question before two networks are weighed as one never answers no in error."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gauger.find.linkage import Ties
from gauger.weigh.evidence.members import shared_with
from gauger.weigh.evidence.telling import Held, may_belong, telling_things
from graphs import planted, tied

GROUPS, SIZE, STRANGERS = 3, 24, 300
TOTAL = GROUPS * SIZE + STRANGERS


@pytest.mark.parametrize("seed", range(6))
def test_whoever_may_be_one_is_weighed(seed: int) -> None:
    ties = tied(planted(seed, GROUPS, SIZE, STRANGERS), TOTAL)
    rng = np.random.default_rng(seed)
    whole = [np.arange(number * SIZE, (number + 1) * SIZE) for number in range(GROUPS)]
    halves = [half for members in whole for half in np.split(rng.permutation(members), 2)]
    asked = weighed = 0
    for one in halves:
        for other in halves:
            if one is other:
                continue
            outsiders = np.ones(TOTAL, np.bool_)
            outsiders[one] = outsiders[other] = False
            towards = np.isin(other, shared_with(ties, np.sort(one), outsiders).accounts)
            back = np.isin(one, shared_with(ties, np.sort(other), outsiders).accounts)
            asked += 1
            holds = Held.by(ties, np.sort(one))
            other_holds = Held.by(ties, np.sort(other))
            towards_may = may_belong(ties, holds, other_holds)
            back_may = may_belong(ties, other_holds, holds)
            weighed += towards_may and back_may
            if min(towards.mean(), back.mean()) >= 0.5:
                assert towards_may
                assert back_may
    assert 0 < weighed < asked


def test_who_holds_nothing_belongs_to_nobody() -> None:
    ties = tied([("item", 1, {0: 5, 1: 5, 2: 5})], 8)
    some, none = (Held.by(ties, np.array(accounts)) for accounts in ((0, 1, 2), (5, 6, 7)))
    assert not may_belong(ties, some, none)
    assert not may_belong(ties, none, some)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_telling_is_what_counting_everybody_says(seed: int) -> None:
    ties = tied(planted(seed, GROUPS, SIZE, STRANGERS), TOTAL)
    rng = np.random.default_rng(seed)
    for size in (4, SIZE, 2 * SIZE):
        members = np.sort(rng.choice(TOTAL, size, replace=False)) if size == 4 else np.arange(size)
        inside = np.zeros(TOTAL, np.bool_)
        inside[members] = True
        # Some belong to neither side, as the members of other networks do.
        outside = ~inside & (rng.random(TOTAL) < 0.9)
        expected = [
            thing for thing in range(len(ties.kinds)) if _told(ties, thing, inside, outside)
        ]
        assert telling_things(ties, members, outside).tolist() == expected
        assert telling_things(ties, members, outside, Held.by(ties, members)).tolist() == expected


def _told(ties: Ties, thing: int, inside: NDArray[np.bool_], outside: NDArray[np.bool_]) -> bool:
    """By the definition, over all holders."""
    holders = ties.account[(ties.thing == thing) & ties.habitual]
    within, beyond = int(inside[holders].sum()), int(outside[holders].sum())
    fewest = max(3, 0.01 * inside.sum())
    return bool(
        within >= fewest
        and within / inside.sum() >= 10.0 * ((beyond + 0.5) / (outside.sum() + 1.0))
    )
