"""Every peer runs on a world without its truth; group methods find what is plainly one group."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from bench.peers.peer import Peer, ProviderLogs
from bench.peers.registry import PEERS, load

NEEDS = {
    "prada": "wordllama",
    "mmd": "wordllama",
    "fraudar": "UGFraud",
    "toolkit": "coordination_network_toolkit",
    "isolation": "sklearn",
}
"""Packages of the group `bench`; without them the peer is skipped."""
GROUPS = (
    "synchrotrap-address",
    "synchrotrap-prompt",
    "evilcohort",
    "fraudar",
    "toolkit-similar",
    "toolkit-post",
    "union-find",
)
RING = {f"ring_{member:02}" for member in range(12)}


def _peer(name: str) -> Peer:
    package = NEEDS.get(PEERS[name].split(":")[0])
    if package is not None and importlib.util.find_spec(package) is None:
        pytest.skip(f"`{package}` is not installed; it is in requirements-bench.lock")
    return load(name)


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_runs_without_the_truth_and_names_known_accounts(name: str, small: Path) -> None:
    peer, logs = _peer(name), ProviderLogs(small)
    proposal = peer.propose(logs)
    known = set(logs.accounts("account_id")["account_id"].to_pylist())
    assert set(proposal.accounts) <= known
    assert set(proposal.scores) <= known
    assert {account for group in proposal.groups for account in group} <= set(proposal.accounts)
    assert len(proposal.accounts) == len(set(proposal.accounts))


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_says_where_it_comes_from(name: str) -> None:
    peer = _peer(name)
    assert peer.title
    assert peer.source
    assert peer.settings
    assert all(isinstance(value, str | int | float | bool) for value in peer.settings.values())


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_method_finds_accounts_in_lockstep(name: str, guilty: Path) -> None:
    proposal = _peer(name).propose(ProviderLogs(guilty))
    assert any(set(group) >= RING for group in proposal.groups)
    assert set(proposal.accounts) >= RING


@pytest.mark.parametrize("name", ["synchrotrap-address", "synchrotrap-prompt", "evilcohort"])
def test_a_group_method_leaves_out_who_shares_nothing(name: str, guilty: Path) -> None:
    assert set(_peer(name).propose(ProviderLogs(guilty)).accounts) == RING


def test_glasswally_scores_accounts_in_lockstep_above_the_others(guilty: Path) -> None:
    scores = _peer("glasswally").propose(ProviderLogs(guilty)).scores
    others = [score for account, score in scores.items() if account not in RING]
    assert min(scores[account] for account in RING) > max(others)


def test_the_same_logs_give_the_same_proposal(small: Path) -> None:
    for name in ("union-find", "isolation-forest", "evilcohort"):
        peer = _peer(name)
        assert peer.propose(ProviderLogs(small)) == peer.propose(ProviderLogs(small))
