"""Networks that may be one are never passed over."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.weigh import neighbours as module
from gauger.weigh.evidence.telling import Held, may_belong
from gauger.weigh.neighbours import Neighbours
from graphs import Thing, tied

TOTAL = 400
_KINDS = ("frame", "range", "client", "item")
_GROUPS = st.lists(st.integers(0, TOTAL // 8 - 1), min_size=2, max_size=6, unique=True)
_HOLDERS = st.tuples(
    st.sampled_from(_KINDS), st.sets(st.integers(0, TOTAL // 8 - 1), max_size=5),
    st.integers(0, 40), st.integers(0, 2**32 - 1),
)  # fmt: skip


def _things(drawn: list[tuple[str, set[int], int, int]]) -> list[Thing]:
    """Things that most accounts of some groups of eight hold, and so many strangers besides."""
    found: list[Thing] = []
    for number, (kind, groups, strangers, seed) in enumerate(drawn):
        rng = np.random.default_rng(seed)
        held = [8 * each + rng.choice(8, 6, replace=False) for each in sorted(groups)]
        held.append(rng.choice(TOTAL, strangers, replace=False))
        found.append((kind, number, dict.fromkeys(np.concatenate(held).tolist(), 18)))
    return found


@pytest.mark.parametrize("small", [4, 8, 16])
@settings(max_examples=150, deadline=None)
@given(st.lists(_HOLDERS, min_size=1, max_size=12), _GROUPS)
def test_whoever_may_belong_both_ways_is_worth_comparing(
    small: int, drawn: list[tuple[str, set[int], int, int]], groups: list[int]
) -> None:
    ties = tied(_things(drawn), TOTAL)
    held = [Held.by(ties, np.arange(8 * each, 8 * each + 8)) for each in groups]
    joined = Held.by(ties, np.union1d(held[0].accounts, held[1].accounts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_SMALL", small)
        neighbours = Neighbours(ties, held)
        neighbours.add(len(held), joined)
    every = [*held, joined]
    for one, first in enumerate(every):
        for other, second in enumerate(every):
            if one < other and not np.intersect1d(first.accounts, second.accounts).size:
                may = may_belong(ties, first, second) and may_belong(ties, second, first)
                assert neighbours.may_be_one(one, other) or not may
                assert neighbours.may_be_one(other, one) or not may


def test_most_who_share_nothing_telling_are_passed_over() -> None:
    everybody = dict.fromkeys(range(TOTAL), 18)
    own: list[Thing] = [
        ("frame", n + 1, dict.fromkeys(range(8 * n, 8 * n + 8), 18)) for n in range(10)
    ]
    ties = tied([("client", 0, everybody), *own], TOTAL)
    held = [Held.by(ties, np.arange(8 * n, 8 * n + 8)) for n in range(10)]
    neighbours = Neighbours(ties, held)
    assert not any(neighbours.may_be_one(a, b) for a in range(10) for b in range(10) if a != b)
