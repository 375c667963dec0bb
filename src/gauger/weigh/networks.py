"""From candidates to networks: judged, refined account by account, each account in one network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.candidates import MIN_ACCOUNTS, Candidate
from gauger.find.linkage.ties import Ties
from gauger.model.population import Ints, Population
from gauger.weigh.belonging import (
    belonging,
    joining,
    members,
    without_ordinary_parts,
)
from gauger.weigh.calibration.drift import UNKNOWN, Drift
from gauger.weigh.calibration.model import Calibration
from gauger.weigh.declared import sides
from gauger.weigh.established import Established, settle
from gauger.weigh.evidence.membership import Membership
from gauger.weigh.judge import ESTABLISHED, Judge, Judgement
from gauger.weigh.measures import STATISTICS
from gauger.weigh.measuring import Measuring
from gauger.weigh.merging import merged
from gauger.weigh.ordinary import Ordinary
from gauger.weigh.screen import SCREENING_GROUPS, screen

_COMFORTABLY: Final = 0.5
_PROMISING: Final = 1.5
"""How far below "established" a candidate may lie and still be refined: strangers among its
accounts, which refining leaves out, dilute the evidence."""
_WORTH_A_SECOND_LOOK: Final = 0.5
"""Ordinary groups of the second look hold cleared look-alikes too, so hardly any evidence grows:
what lies this far below any promise in the first is not weighed again."""
_NOBODY: Final = -1
_FREE: Final = 0.5
"""Part of a candidate that must not belong to a stronger one already."""


def establish(
    population: Population,
    ties: Ties,
    candidates: Sequence[Candidate],
    calibration: Calibration,
    drift: Drift = UNKNOWN,
    advance: Callable[[int, int], None] = lambda done, total: None,
    threads: int = 1,
) -> tuple[Established, ...]:
    """Networks whose coordination is established, largest first.

    Three looks. Beside random groups, who is suspect at all? Beside ordinary groups apart from
    all suspects, for whose coordination is there moderate support? And again beside ordinary groups
    apart from these only, so that look-alikes that were cleared count as ordinary. What has
    support is no ordinary group even where it is too little to establish anything: one network
    that is left among these hides the others.
    """
    measuring = Measuring(population, ties, STATISTICS, threads)
    random = Ordinary(measuring, natural=False, groups=SCREENING_GROUPS)
    suspects = screen(population, candidates, random, calibration, advance)
    ordinary = Ordinary(measuring, apart=_flagged(suspects, population.size))
    judge = Judge(population, ordinary, calibration, drift)
    membership = Membership(population, ties, calibration, threads)
    judged = judge.judge_each(suspects)
    clear = _clear(judged, membership, judge, firmly=False)
    apart = _flagged([network.accounts for network in clear], population.size)
    judge = Judge(population, Ordinary(measuring, apart=apart), calibration, drift)
    again = [held.accounts for held in judged if held.log10 >= _WORTH_A_SECOND_LOOK]
    judged = judge.judge_each(again)
    networks = _clear(judged, membership, judge, firmly=True)
    networks = merged(networks, membership, judge, threads)
    networks = _gathered(networks, membership, judge)
    networks.sort(key=lambda network: (-len(network.accounts), int(network.accounts[0])))
    return tuple(networks)


def _clear(
    judged: Sequence[Judgement], membership: Membership, judge: Judge, *, firmly: bool
) -> list[Established]:
    """The networks that can be cleared of whoever does not belong and are established then."""
    population, ties = membership.population, membership.ties
    networks: list[Established] = []
    beside: dict[int, list[Ints]] = {}
    # As bits, for every network: evidence is asked for again as it stood when it was found.
    taken_before: list[NDArray[np.uint8]] = []
    owner = np.full(population.size, _NOBODY)
    taken = np.zeros(population.size, np.bool_)
    for judgement in sorted(judged, key=_promise):
        if judgement.log10 < ESTABLISHED - _PROMISING:
            break
        free = judgement.accounts[~taken[judgement.accounts]]
        if len(free) < max(MIN_ACCOUNTS, _FREE * len(judgement.accounts)):
            number = _most_of(judgement.accounts, owner, len(networks))
            if number != _NOBODY:
                beside.setdefault(number, []).append(judgement.accounts)
            continue
        for side in sides(belonging(membership, free, taken), population):
            accounts = without_ordinary_parts(ties, side, population, judge)
            network = settle(accounts, taken, judgement.accounts, membership, judge, firmly=firmly)
            if network is not None:
                owner[network.accounts] = len(networks)
                taken_before.append(np.packbits(taken))
                taken[network.accounts] = True
                networks.append(network)

    def besides(number: int) -> Established:
        network = networks[number]
        considered = np.unique(np.concatenate([network.considered, *beside[number]]))
        ownership = network.ownership
        if firmly:
            others = np.unpackbits(taken_before[number], count=population.size) == 0
            ownership = membership.of(network.among, others, considered)
        return replace(network, considered=considered, ownership=ownership)

    with ThreadPoolExecutor(membership.threads) as pool:
        for number, network in zip(beside, pool.map(besides, beside), strict=True):
            networks[number] = network
    return networks


def _most_of(accounts: Ints, owner: Ints, networks: int) -> int:
    """The network that has at least half of the accounts, if any: they are put beside it."""
    owned = owner[accounts]
    shared = np.bincount(owned[owned != _NOBODY], minlength=networks)
    most = int(np.argmax(shared))
    return most if 2 * shared[most] >= len(accounts) else _NOBODY


def _gathered(
    networks: list[Established], membership: Membership, judge: Judge
) -> list[Established]:
    """Every network with the accounts that were proposed beside a part of it only, or never, and
    that belong to it all the same."""
    taken = _flagged([network.accounts for network in networks], membership.population.size)
    gathered: list[Established] = []
    for network in networks:
        beside = network.considered[~taken[network.considered]]
        more = np.union1d(members(network.ownership, beside), joining(network.ownership))
        elsewhere = taken.copy()
        elsewhere[network.accounts] = False
        accounts = _side_of(
            network.accounts,
            np.union1d(network.accounts, more[~taken[more]]),
            membership.population,
        )
        larger = settle(accounts, elsewhere, network.considered, membership, judge)
        if larger is not None and len(larger.accounts) > len(network.accounts):
            taken[larger.accounts] = True
            network = larger
        gathered.append(network)
    return gathered


def _side_of(accounts: Ints, among: Ints, population: Population) -> Ints:
    """Of all these, those under the declaration of `accounts`, if any."""
    found = [(len(np.intersect1d(side, accounts)), side) for side in sides(among, population)]
    return max(found, key=lambda held: held[0], default=(0, accounts))[1]


def _promise(judgement: Judgement) -> tuple[float, int, int]:
    """Strongest first; among those that are comfortably established the largest, so that a part
    of a network does not come before the whole."""
    return (
        -min(round(judgement.log10 * 2) / 2, ESTABLISHED + _COMFORTABLY),
        -len(judgement.accounts),
        int(judgement.accounts[0]),
    )


def _flagged(groups: Sequence[Ints], size: int) -> NDArray[np.bool_]:
    flags = np.zeros(size, np.bool_)
    for accounts in groups:
        flags[accounts] = True
    return flags
