"""When two networks are one: their accounts have evidence of belonging to each other, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from gauger.weigh.belonging import STAYS
from gauger.weigh.established import Established, settle
from gauger.weigh.evidence.membership import Membership
from gauger.weigh.evidence.telling import Held, may_belong
from gauger.weigh.judge import Judge


@dataclass(frozen=True)
class _Network:
    number: int
    established: Established
    held: Held


def merged(
    networks: Sequence[Established], membership: Membership, judge: Judge
) -> list[Established]:
    """The networks, with those joined that are one.

    Both ways, and established as a whole: two operators who draw on one public dataset share
    items and nothing else, and stay two.
    """
    networks = sorted(networks, key=lambda network: -len(network.accounts))
    numbers = count()
    waiting = [
        _Network(next(numbers), network, Held.by(membership.ties, network.accounts))
        for network in networks
    ]
    done: list[_Network] = []
    # Two that were refused are refused again for as long as neither has changed.
    refused: set[tuple[int, int]] = set()
    while waiting:
        network = waiting.pop(0)
        apart: list[_Network] = []
        for other in waiting:
            pair = network.number, other.number
            union = None if pair in refused else _union(network, other, membership, judge)
            if union is None:
                refused.add(pair)
                apart.append(other)
            else:
                network = _Network(next(numbers), union, Held.by(membership.ties, union.accounts))
        if len(apart) < len(waiting):
            # Who was refused by a part of it may belong to the whole.
            waiting, done = [network, *done, *apart], []
        else:
            done.append(network)
    return [network.established for network in done]


def _union(
    first: _Network, second: _Network, membership: Membership, judge: Judge
) -> Established | None:
    ties = membership.ties
    if not may_belong(ties, first.held, second.held):
        return None
    if not may_belong(ties, second.held, first.held):
        return None
    one, other = first.established, second.established
    outsiders = np.ones(ties.accounts_total, np.bool_)
    outsiders[one.accounts] = outsiders[other.accounts] = False
    for inside, others in ((first, second), (second, first)):
        part, rest = others.established.accounts, inside.established.accounts
        if not membership.belongs(part, rest, outsiders, STAYS, inside.held):
            return None
    accounts = np.union1d(one.accounts, other.accounts)
    considered = np.union1d(one.considered, other.considered)
    return settle(accounts, ~outsiders, considered, membership, judge)
