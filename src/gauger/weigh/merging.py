"""When two networks are one: their accounts have evidence of belonging to each other, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count

import numpy as np
from numpy.typing import NDArray

from gauger.weigh.belonging import STAYS
from gauger.weigh.established import Established, settle
from gauger.weigh.evidence.membership import Membership
from gauger.weigh.evidence.telling import Held, may_belong
from gauger.weigh.judge import Judge
from gauger.weigh.neighbours import Neighbours


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
            joined: set[int] = set()
            place = 0
            while place < len(others):
                some: list[_Network] = []
                while place < len(others) and len(some) < threads:
                    pair = network.number, others[place].number
                    if pair not in refused and neighbours.may_be_one(*pair):
                        some.append(others[place])
                    place += 1
                said = pool.map(partial(_belong_together, network, membership=membership), some)
                for other, together in zip(some, list(said), strict=True):
                    union = _union(network, other, membership, judge) if together else None
                    if union is not None:
                        joined.add(other.number)
                        held = Held.by(membership.ties, union.accounts)
                        network = _Network(next(numbers), union, held)
                        neighbours.add(network.number, held)
                        # Those after it were compared with what the network was.
                        place = others.index(other) + 1
                        break
                    refused.add((network.number, other.number))
            apart = [other for other in others if other.number not in joined]
            if joined:
                # Who was refused by a part of it may belong to the whole.
                waiting, done = [network, *done, *apart], []
            else:
                done.append(network)
                waiting = apart
    return [network.established for network in done]


def _belong_together(first: _Network, second: _Network, membership: Membership) -> bool:
    """Whether the accounts of each have evidence of belonging to the other's."""
    ties = membership.ties
    if not may_belong(ties, first.held, second.held):
        return False
    if not may_belong(ties, second.held, first.held):
        return False
    outsiders = _outside_of(first, second, membership)
    # To ask what belongs to the smaller one is the cheaper question, and most pairs are refused.
    smaller, larger = sorted((first, second), key=lambda each: len(each.established.accounts))
    return all(
        membership.belongs(
            others.established.accounts, inside.established.accounts, outsiders, STAYS, inside.held
        )
        for inside, others in ((smaller, larger), (larger, smaller))
    )


def _union(
    first: _Network, second: _Network, membership: Membership, judge: Judge
) -> Established | None:
    """The two as one network, if they are established as a whole."""
    one, other = first.established, second.established
    accounts = np.union1d(one.accounts, other.accounts)
    considered = np.union1d(one.considered, other.considered)
    outsiders = _outside_of(first, second, membership)
    return settle(accounts, ~outsiders, considered, membership, judge)


def _outside_of(first: _Network, second: _Network, membership: Membership) -> NDArray[np.bool_]:
    outsiders = np.ones(membership.ties.accounts_total, np.bool_)
    outsiders[first.established.accounts] = outsiders[second.established.accounts] = False
    return outsiders
