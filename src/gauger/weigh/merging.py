"""When two networks are one: their accounts have evidence of belonging to each other, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.weigh.belonging import STAYS
from gauger.weigh.established import Established, settle
from gauger.weigh.evidence.membership import Membership
from gauger.weigh.evidence.telling import Held, may_belong
from gauger.weigh.judge import Judge
from gauger.weigh.neighbours import Neighbours

_MANY: Final = 8
"""Networks that may be one with another from which they are asked about together first."""
_HALVED: Final = 16
"""Networks from which they are tried half by half where all together are not one with another."""
_SHORT: Final = 1.0
"""log10 LR by which an estimate may fall short of what is asked of a comparison."""


@dataclass(frozen=True, eq=False)
class _Network:
    number: int
    established: Established
    held: Held


def merged(
    networks: Sequence[Established], membership: Membership, judge: Judge, threads: int = 1
) -> list[Established]:
    """The networks, with those joined that are one; `threads` pairs are compared at a time.

    Both ways, and established as a whole: two operators who draw on one public dataset share
    items and nothing else, and stay two.
    """
    networks = sorted(networks, key=lambda network: -len(network.accounts))
    numbers = count()
    waiting = [
        _Network(next(numbers), network, Held.by(membership.ties, network.accounts))
        for network in networks
    ]
    neighbours = Neighbours(membership.ties, [network.held for network in waiting])
    done: list[_Network] = []
    # Two that were refused are refused again for as long as neither has changed.
    refused: set[tuple[int, int]] = set()
    with ThreadPoolExecutor(threads) as pool:
        while waiting:
            network, others = waiting[0], waiting[1:]
            near: Sequence[_Network] = [
                other
                for other in others
                if (network.number, other.number) not in refused
                and neighbours.may_be_one(network.number, other.number)
            ]
            refused.update((network.number, other.number) for other in near)
            near = _likely(network, near, membership)
            said = pool.map(partial(_belong_together, network, membership=membership), near)
            belong = [other for other, together in zip(near, said, strict=True) if together]
            union, joined = _joined(network.established, belong, membership, judge)
            if joined:
                held = Held.by(membership.ties, union.accounts)
                grown = _Network(next(numbers), union, held)
                neighbours.add(grown.number, held)
                # Who was refused by a part of it may belong to the whole.
                apart = [other for other in others if other.number not in joined]
                waiting, done = [grown, *done, *apart], []
            else:
                done.append(network)
                waiting = others
    return [network.established for network in done]


def _likely(
    network: _Network, others: Sequence[_Network], membership: Membership
) -> Sequence[_Network]:
    """Of many others those that are worth comparing with the network one by one.

    One question about all of them, each an outsider to the others and to itself. Who shares with
    the network what hardly anybody else does keeps most of its LR; whose LR falls far short shares
    it with many, beside whom its own accounts do not count.
    """
    if len(others) < _MANY:
        return others
    medians = membership.medians(
        [other.established.accounts for other in others], network.established.accounts,
        _outside_of((network.established,), membership), network.held,
    )  # fmt: skip
    return [
        other for other, median in zip(others, medians, strict=True) if median >= STAYS - _SHORT
    ]


def _joined(
    network: Established, others: Sequence[_Network], membership: Membership, judge: Judge
) -> tuple[Established, set[int]]:
    """The network with those of the others that are one with it, and the numbers of these.

    A hundred parts of one network are mostly found to be one at once; where all together are not,
    each half is tried.
    """
    if not others:
        return network, set()
    union = _union([network, *(other.established for other in others)], membership, judge)
    if union is not None:
        return union, {other.number for other in others}
    if len(others) == 1:
        return network, set()
    # Where not even a half goes together mostly none does, and each is tried by itself.
    half = -(-len(others) // 2) if len(others) >= _HALVED else 1
    joined: set[int] = set()
    for begin in range(0, len(others), half):
        some = others[begin : begin + half]
        network, more = _joined(network, some, membership, judge)
        joined |= more
    return network, joined


def _belong_together(first: _Network, second: _Network, membership: Membership) -> bool:
    """Whether the accounts of each have evidence of belonging to the other's."""
    ties = membership.ties
    if not may_belong(ties, first.held, second.held):
        return False
    if not may_belong(ties, second.held, first.held):
        return False
    outsiders = _outside_of((first.established, second.established), membership)
    # To ask what belongs to the smaller one is the cheaper question, and most pairs are refused.
    smaller, larger = sorted((first, second), key=lambda each: len(each.established.accounts))
    return all(
        membership.belongs(
            others.established.accounts, inside.established.accounts, outsiders, STAYS, inside.held
        )
        for inside, others in ((smaller, larger), (larger, smaller))
    )


def _union(
    networks: Sequence[Established], membership: Membership, judge: Judge
) -> Established | None:
    """The networks as one, if they are established as a whole and most of each stays in it."""
    accounts = np.unique(np.concatenate([network.accounts for network in networks]))
    considered = np.unique(np.concatenate([network.considered for network in networks]))
    outsiders = _outside_of(networks, membership)
    union = settle(accounts, ~outsiders, considered, membership, judge)
    if union is None:
        return None
    stays = np.zeros(len(outsiders), np.bool_)
    stays[union.accounts] = True
    kept = all(
        2 * np.count_nonzero(stays[each.accounts]) >= len(each.accounts) for each in networks
    )
    return union if kept or len(networks) == 2 else None


def _outside_of(networks: Sequence[Established], membership: Membership) -> NDArray[np.bool_]:
    outsiders = np.ones(membership.ties.accounts_total, np.bool_)
    for network in networks:
        outsiders[network.accounts] = False
    return outsiders
