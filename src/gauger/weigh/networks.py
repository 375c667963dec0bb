"""From candidates to networks: judged, refined account by account, each account in one network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.candidates import MIN_ACCOUNTS, Candidate
from gauger.find.linkage.ties import Ties
from gauger.model.population import Ints, Population
from gauger.weigh.belonging import (
    STAYS,
    STRANGE,
    belonging,
    joins,
    pooled,
    with_evidence_of_their_own,
    without_ordinary_parts,
)
from gauger.weigh.calibration.drift import UNKNOWN, Drift
from gauger.weigh.calibration.model import Calibration
from gauger.weigh.declared import sides, undeclared
from gauger.weigh.evidence.members import Ownership, may_belong, own_evidence
from gauger.weigh.judge import ESTABLISHED, Judge, Judgement
from gauger.weigh.measures import STATISTICS
from gauger.weigh.ordinary import Ordinary
from gauger.weigh.screen import SCREENING_GROUPS, screen

_COMFORTABLY: Final = 0.5
_PROMISING: Final = 1.5
"""How far below "established" a candidate may lie and still be refined: strangers among its
accounts, which refining leaves out, dilute the evidence."""
_FREE: Final = 0.5


@dataclass(frozen=True)
class Established:
    """A network with its judgement and the evidence of each of its accounts."""

    judgement: Judgement
    ownership: Ownership
    considered: Ints
    """Accounts that were put beside the members by linkage, the members included."""

    @property
    def accounts(self) -> Ints:
        """Positions of the members, ascending."""
        return self.judgement.accounts

    def undecided(self, elsewhere: NDArray[np.bool_]) -> Ints:
        """Accounts put beside the members whose own evidence does not tell; none of those that
        are `elsewhere`."""
        others = np.setdiff1d(self.considered, self.accounts)
        log10 = self.ownership.log10[others]
        return others[(log10 >= STRANGE) & ~elsewhere[others]]


def establish(
    population: Population,
    ties: Ties,
    candidates: Sequence[Candidate],
    calibration: Calibration,
    drift: Drift = UNKNOWN,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Established, ...]:
    """Networks whose coordination is established, largest first.

    Three looks. Beside random groups, who is suspect at all? Beside ordinary groups apart from
    all suspects, whose coordination is established? And again beside ordinary groups apart from
    the established only, so that look-alikes that were cleared count as ordinary.
    """
    suspects = screen(
        population,
        candidates,
        Ordinary(population, ties, STATISTICS, natural=False, groups=SCREENING_GROUPS),
        calibration,
        advance,
    )
    apart = _flagged(suspects, population.size)
    networks: list[Established] = []
    for _ in range(2):
        ordinary = Ordinary(population, ties, STATISTICS, apart=apart)
        networks = _look(
            suspects, population, ties, Judge(population, ordinary, calibration, drift)
        )
        apart = _flagged([network.accounts for network in networks], population.size)
    networks.sort(key=lambda network: (-len(network.accounts), int(network.accounts[0])))
    return tuple(networks)


def _look(
    suspects: Sequence[Ints], population: Population, ties: Ties, judge: Judge
) -> list[Established]:
    judged = [judge.judge(accounts) for accounts in suspects]
    networks: list[Established] = []
    taken = np.zeros(population.size, np.bool_)
    for judgement in sorted(judged, key=_promise):
        if judgement.coordinated.log10 < ESTABLISHED - _PROMISING:
            break
        free = judgement.accounts[~taken[judgement.accounts]]
        if len(free) < max(MIN_ACCOUNTS, _FREE * len(judgement.accounts)):
            continue
        for side in sides(belonging(ties, free, taken), population):
            accounts = without_ordinary_parts(ties, side, population, judge)
            accounts = with_evidence_of_their_own(ties, accounts, taken)
            if pooled(accounts, population) < MIN_ACCOUNTS:
                continue
            refined = judge.judge(accounts)
            if refined.established:
                own = own_evidence(ties, accounts, ~taken)
                networks.append(Established(refined, own, judgement.accounts))
                taken[accounts] = True
    return _gathered(_merged(networks, ties, judge), population, ties, judge)


def _gathered(
    networks: list[Established], population: Population, ties: Ties, judge: Judge
) -> list[Established]:
    """Every network with the accounts that nobody proposed and that belong to it all the same."""
    taken = _flagged([network.accounts for network in networks], ties.accounts_total)
    gathered: list[Established] = []
    for network in networks:
        evidence = own_evidence(ties, network.accounts, ~taken)
        joining = undeclared(np.flatnonzero(joins(evidence) & ~taken), population)
        accounts = np.union1d(network.accounts, joining)
        accounts = with_evidence_of_their_own(ties, accounts, taken)
        judgement = judge.judge(accounts)
        if len(accounts) > len(network.accounts) and judgement.established:
            taken[accounts] = True
            own = own_evidence(ties, accounts, ~taken)
            network = Established(judgement, own, network.considered)
        gathered.append(network)
    return gathered


def _merged(networks: list[Established], ties: Ties, judge: Judge) -> list[Established]:
    """Networks whose accounts have evidence of belonging to each other become one.

    Both ways, and established as a whole: two operators who draw on one public dataset share
    items and nothing else, and stay two.
    """
    merged = sorted(networks, key=lambda network: -len(network.accounts))
    pairs = True
    while pairs:
        pairs = False
        for first in range(len(merged)):
            for second in range(first + 1, len(merged)):
                union = _union(merged[first], merged[second], ties, judge)
                if union is not None:
                    merged[first] = union
                    del merged[second]
                    pairs = True
                    break
            if pairs:
                break
    return merged


def _union(one: Established, other: Established, ties: Ties, judge: Judge) -> Established | None:
    either = ((one.accounts, other.accounts), (other.accounts, one.accounts))
    if not all(may_belong(ties, members, others) for members, others in either):
        return None
    outsiders = np.ones(ties.accounts_total, np.bool_)
    outsiders[one.accounts] = outsiders[other.accounts] = False
    towards_one = own_evidence(ties, one.accounts, outsiders).log10[other.accounts]
    if np.median(towards_one) < STAYS:
        return None
    towards_other = own_evidence(ties, other.accounts, outsiders).log10[one.accounts]
    if np.median(towards_other) < STAYS:
        return None
    accounts = np.union1d(one.accounts, other.accounts)
    accounts = with_evidence_of_their_own(ties, accounts, ~outsiders)
    if len(accounts) < MIN_ACCOUNTS:
        return None
    judgement = judge.judge(accounts)
    if not judgement.established:
        return None
    considered = np.union1d(one.considered, other.considered)
    return Established(judgement, own_evidence(ties, accounts, outsiders), considered)


def _promise(judgement: Judgement) -> tuple[float, int, int]:
    """Strongest first; among those that are comfortably established the largest, so that a part
    of a network does not come before the whole."""
    return (
        -min(round(judgement.coordinated.log10 * 2) / 2, ESTABLISHED + _COMFORTABLY),
        -len(judgement.accounts),
        int(judgement.accounts[0]),
    )


def _flagged(groups: Sequence[Ints], size: int) -> NDArray[np.bool_]:
    flags = np.zeros(size, np.bool_)
    for accounts in groups:
        flags[accounts] = True
    return flags
