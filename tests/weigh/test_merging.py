"""Parts of one network become one, networks apart stay apart, and nobody is lost between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.population import Ints
from gauger.weigh import merging
from gauger.weigh.calibration import shipped
from gauger.weigh.calibration.model import Additive, Calibration, Component
from gauger.weigh.established import Established
from gauger.weigh.evidence.likeness import HABITS
from gauger.weigh.evidence.members import FAMILIES
from gauger.weigh.evidence.membership import Membership
from gauger.weigh.evidence.reading import LEVEL_PIECES, PLACE_PIECES
from gauger.weigh.judge import Judge, Judgement
from gauger.weigh.merging import merged
from graphs import Thing, planted, tied

from .people import people

SIZE, STRANGERS = 24, 300
FIRST, SECOND = np.arange(SIZE), np.arange(SIZE, 2 * SIZE)


def _calibration() -> Calibration:
    """Every family counts half."""
    names = [*FAMILIES, *HABITS]
    curve = (0.5,) * PLACE_PIECES + (0.0,) * LEVEL_PIECES
    model = Additive(-0.5 * len(names), dict.fromkeys(names, curve))
    weight = replace(
        next(iter(shipped().membership.values())),
        components=(Component("", 1.0, model),), scale=1.0, shift=0.0, lower=-4.0, upper=4.0,
    )  # fmt: skip
    return replace(shipped(), membership=dict.fromkeys(shipped().membership, weight))


def _membership(things: Sequence[Thing], groups: int) -> Membership:
    total = groups * SIZE + STRANGERS
    return Membership(people(total), tied(things, total), _calibration())


def _judgement(accounts: Ints, established: bool = True) -> Judgement:
    return cast(Judgement, SimpleNamespace(accounts=accounts, established=established))


def _judge(largest: int = 1000) -> Judge:
    """Establishes every group that is not larger than `largest`."""
    return cast(
        Judge,
        SimpleNamespace(judge=lambda accounts: _judgement(accounts, len(accounts) <= largest)),
    )


def _network(membership: Membership, accounts: Ints, considered: Iterable[int] = ()) -> Established:
    accounts = np.sort(accounts)
    outsiders = np.ones(membership.population.size, np.bool_)
    beside = np.union1d(accounts, np.array([*considered], np.int64))
    own = membership.of(accounts, outsiders, beside)
    return Established(_judgement(accounts), own, beside, accounts)


def _found(networks: Iterable[Established]) -> list[list[int]]:
    return sorted(network.accounts.tolist() for network in networks)


def _own_things(accounts: Ints, number: int) -> list[Thing]:
    everyone = dict.fromkeys(accounts.tolist(), 18)
    return [("frame", number, everyone), ("range", number, everyone), ("payment", number, everyone)]


def _two_on_one_dataset() -> list[Thing]:
    items = [("item", 100 + n, dict.fromkeys(range(2 * SIZE), 9)) for n in range(2)]
    everybody = dict.fromkeys(range(2 * SIZE + STRANGERS), 20)
    return [
        *_own_things(FIRST, 1),
        *_own_things(SECOND, 2),
        *items,
        ("parameters", 3, everybody),
    ]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("pieces", [2, 3])
def test_pieces_of_one_network_become_one(seed: int, pieces: int) -> None:
    membership = _membership(planted(seed, 1, SIZE, STRANGERS), 1)
    parts = np.split(np.random.default_rng(seed).permutation(SIZE), pieces)
    networks = [_network(membership, part) for part in parts]
    (found,) = merged(networks, membership, _judge())
    assert found.considered.tolist() == FIRST.tolist()
    assert np.isin(found.accounts, FIRST).all()
    assert len(found.accounts) >= 0.75 * SIZE


def test_who_shares_all_with_the_others_stays_in_the_whole() -> None:
    membership = _membership(_own_things(FIRST, 1), 1)
    networks = [_network(membership, FIRST[n::3]) for n in range(3)]
    (found,) = merged(networks, membership, _judge())
    assert found.accounts.tolist() == FIRST.tolist()


@pytest.mark.parametrize("seed", range(4))
def test_networks_that_share_nothing_stay_as_they_are(seed: int) -> None:
    membership = _membership(planted(seed, 3, SIZE, STRANGERS), 3)
    networks = [_network(membership, np.arange(n * SIZE, (n + 1) * SIZE - n)) for n in range(3)]
    found = merged(networks, membership, _judge())
    assert [network.accounts.tolist() for network in found] == [
        network.accounts.tolist() for network in networks
    ]
    assert all(one is other for one, other in zip(found, networks, strict=True))


def test_two_who_draw_on_one_public_dataset_stay_two() -> None:
    membership = _membership(_two_on_one_dataset(), 2)
    networks = [_network(membership, FIRST), _network(membership, SECOND)]
    outsiders = np.ones(membership.population.size, np.bool_)
    own = membership.of(networks[0].accounts, outsiders, SECOND).of(SECOND)
    assert (own.families["content"] > 0).all()
    assert _found(merged(networks, membership, _judge())) == [FIRST.tolist(), SECOND.tolist()]


def test_one_dataset_does_not_keep_the_halves_of_one_apart() -> None:
    membership = _membership(_two_on_one_dataset(), 2)
    halves = [FIRST[::2], FIRST[1::2], SECOND]
    found = merged([_network(membership, half) for half in halves], membership, _judge())
    assert _found(found) == [FIRST.tolist(), SECOND.tolist()]


def test_what_is_not_established_as_a_whole_stays_in_parts() -> None:
    membership = _membership(planted(1, 1, SIZE, STRANGERS), 1)
    halves = [_network(membership, FIRST[::2]), _network(membership, FIRST[1::2])]
    found = merged(halves, membership, _judge(largest=SIZE - 1))
    assert _found(found) == sorted(half.accounts.tolist() for half in halves)


def test_who_was_put_beside_a_part_is_beside_the_whole() -> None:
    membership = _membership(planted(2, 1, SIZE, STRANGERS), 1)
    halves = [
        _network(membership, FIRST[::2], [100, 101]),
        _network(membership, FIRST[1::2], [101, 250]),
    ]
    (found,) = merged(halves, membership, _judge())
    assert found.considered.tolist() == [*FIRST, 100, 101, 250]


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 3), st.lists(st.integers(1, 3), min_size=2, max_size=2), st.integers(0, 9))
def test_nobody_is_lost_and_nobody_is_in_two(seed: int, pieces: list[int], turn: int) -> None:
    membership = _membership(planted(seed, 2, SIZE, STRANGERS), 2)
    rng = np.random.default_rng(seed)
    parts = [
        part
        for whole, many in zip((FIRST, SECOND), pieces, strict=True)
        for part in np.array_split(rng.permutation(whole), many)
    ]
    parts = [parts[n] for n in np.random.default_rng(turn).permutation(len(parts))]
    found = merged([_network(membership, part) for part in parts], membership, _judge())
    accounts = np.concatenate([network.accounts for network in found])
    assert len(np.unique(accounts)) == len(accounts)
    considered = np.unique(np.concatenate([network.considered for network in found]))
    assert considered.tolist() == list(range(2 * SIZE))


@pytest.mark.parametrize("threads", [2, 5])
def test_how_many_pairs_are_compared_at_a_time_does_not_show(threads: int) -> None:
    membership = _membership(planted(3, 2, SIZE, STRANGERS), 2)
    parts = [*(FIRST[n::3] for n in range(3)), *(SECOND[n::2] for n in range(2))]
    networks = [_network(membership, part) for part in parts]
    one = merged(networks, membership, _judge())
    several = merged(networks, membership, _judge(), threads)
    assert _found(several) == _found(one)
    assert [n.considered.tolist() for n in several] == [n.considered.tolist() for n in one]


def test_without_networks_nothing_is_merged() -> None:
    assert merged([], _membership([], 1), _judge()) == []


def _four_operators() -> tuple[Membership, list[Ints]]:
    """Four operators with three telling things each, in four pieces each."""
    groups = [np.arange(n * SIZE, (n + 1) * SIZE) for n in range(4)]
    things = [thing for n, group in enumerate(groups) for thing in _own_things(group, n + 1)]
    membership = _membership(things, len(groups))
    return membership, [group[n::4] for group in groups for n in range(4)]


@pytest.mark.parametrize("many", [1, 1_000])
@pytest.mark.parametrize("halved", [2, 1_000])
@pytest.mark.parametrize("threads", [1, 2])
def test_pieces_of_several_networks_become_as_many(
    many: int, halved: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "_MANY", many)
    monkeypatch.setattr(merging, "_HALVED", halved)
    membership, pieces = _four_operators()
    networks = [_network(membership, piece) for piece in pieces]
    found = merged(networks, membership, _judge(), threads)
    assert _found(found) == [list(range(n * SIZE, (n + 1) * SIZE)) for n in range(4)]


@pytest.mark.parametrize("halved", [2, 1_000])
def test_no_more_pieces_are_joined_than_are_established_together(
    halved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "_HALVED", halved)
    membership, pieces = _four_operators()
    networks = [_network(membership, piece) for piece in pieces]
    found = merged(networks, membership, _judge(largest=SIZE // 2))
    assert sorted(len(network.accounts) for network in found) == [SIZE // 2] * 8
    assert all(len(set((network.accounts // SIZE).tolist())) == 1 for network in found)
