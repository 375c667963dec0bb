"""Whom later scans compare with: never a network's accounts, groups whole, no more than asked."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.find import reference
from gauger.find.linkage.candidates import Candidate
from gauger.find.reference import IN_GROUPS, STRANGERS, reference_accounts

GROUPS = st.lists(st.sets(st.integers(0, 199), min_size=5, max_size=40), max_size=8)


def _candidates(groups: list[set[int]]) -> list[Candidate]:
    return [Candidate(np.array(sorted(group)), "all") for group in groups]


@settings(deadline=None)
@given(GROUPS, st.sets(st.integers(0, 199), max_size=60), st.integers(0, 2**32))
def test_who_is_compared_with(groups: list[set[int]], network: set[int], seed: int) -> None:
    exchanges = np.random.default_rng(seed).integers(0, 5, 200)
    taken = np.array(sorted(network), np.int64)
    chosen = reference_accounts(exchanges, _candidates(groups), [taken])
    assert not chosen[taken].any()
    assert (exchanges[chosen] >= 2).all()
    # There are fewer accounts than asked for, so everybody who can be compared with is.
    able = exchanges >= 2
    able[taken] = False
    assert (chosen == able).all()


def test_groups_come_whole_and_strangers_beside_them() -> None:
    exchanges = np.full(60_000, 9)
    groups = [set(range(40 * n, 40 * n + 40)) for n in range(300)]
    chosen = reference_accounts(exchanges, _candidates(groups), [])
    whole = sum(chosen[40 * n : 40 * n + 40].all() for n in range(300))
    assert whole >= IN_GROUPS / 40
    assert IN_GROUPS + STRANGERS <= chosen.sum() < IN_GROUPS + STRANGERS + 40
    again = reference_accounts(exchanges, _candidates(groups), [])
    assert (again == chosen).all()


def test_a_group_of_a_networks_accounts_is_no_ordinary_group() -> None:
    exchanges = np.full(20_000, 9)
    group = set(range(100))
    ours = np.arange(50)
    chosen = reference_accounts(exchanges, _candidates([group]), [ours])
    drawn = chosen[50:100].mean()
    assert drawn < 0.5
    other = reference_accounts(exchanges, _candidates([group]), [])
    assert other[:100].sum() >= reference._OF_ONE_GROUP
