"""Planted groups are proposed, strangers are not, and the same ties give the same proposals."""

from __future__ import annotations

import numpy as np
import pytest

from gauger.find.linkage.candidates import MIN_ACCOUNTS, propose
from graphs import planted, tied

GROUPS, SIZE, STRANGERS = 4, 12, 150
TOTAL = GROUPS * SIZE + STRANGERS


def _proposed(seed: int, key: int = 0) -> list[list[int]]:
    ties = tied(planted(seed, GROUPS, SIZE, STRANGERS, key), TOTAL)
    return [candidate.accounts.tolist() for candidate in propose(ties)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_groups_are_proposed(seed: int) -> None:
    proposals = [set(accounts) for accounts in _proposed(seed)]
    for group in range(GROUPS):
        members = set(range(group * SIZE, (group + 1) * SIZE))
        likeness = max(len(members & held) / len(members | held) for held in proposals)
        assert likeness >= 0.8


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_ties_give_the_same_proposals_under_every_key(seed: int) -> None:
    first = _proposed(seed)
    assert first
    for key in (0, 0, 1, 2):
        assert _proposed(seed, key) == first


@pytest.mark.parametrize("threads", [2, 9])
def test_views_cut_beside_each_other_propose_what_they_propose_alone(threads: int) -> None:
    ties = tied(planted(5, 40, SIZE, 2000), 40 * SIZE + 2000)
    alone = [candidate.accounts.tolist() for candidate in propose(ties)]
    for _ in range(3):
        assert [held.accounts.tolist() for held in propose(ties, threads)] == alone


def test_proposals_are_sorted_distinct_and_large_enough() -> None:
    proposals = _proposed(4)
    sizes = [len(accounts) for accounts in proposals]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) >= MIN_ACCOUNTS
    for accounts in proposals:
        assert accounts == sorted(set(accounts))
        assert 0 <= accounts[0] <= accounts[-1] < TOTAL
    for place, accounts in enumerate(proposals):
        for other in proposals[:place]:
            shared = len(set(accounts) & set(other))
            assert shared / (len(accounts) + len(other) - shared) <= 0.8


def test_too_few_accounts_or_no_ties_are_no_proposal() -> None:
    assert propose(tied([], 10)) == ()
    four = dict.fromkeys(range(MIN_ACCOUNTS - 1), 20)
    assert propose(tied([("frame", 1, four)], 50)) == ()


def test_what_everybody_shares_proposes_nobody_in_particular() -> None:
    ties = tied([("parameters", 1, dict.fromkeys(range(40), 20))], 40)
    assert all(len(candidate.accounts) == 40 for candidate in propose(ties))


def test_one_large_group_costs_edges_and_not_pairs() -> None:
    members = dict.fromkeys(range(3000), 20)
    ties = tied([("frame", 1, members), ("frame", 2, {4000: 1, 4001: 1})], 6000)
    assert len(ties.account) == 3002
    assert any(np.array_equal(candidate.accounts, np.arange(3000)) for candidate in propose(ties))
