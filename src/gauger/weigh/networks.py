"""From candidates to networks: judged, refined account by account, each account in one network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.candidates import MIN_ACCOUNTS, Candidate, parts
from gauger.find.linkage.ties import Ties
from gauger.model.population import Ints, Population
from gauger.weigh.evidence.members import Ownership, own_evidence
from gauger.weigh.judge import Judge, Judgement
from gauger.weigh.ordinary import Ordinary
from gauger.weigh.statistics import Statistic

STAYS: Final = 1.5
"""log10 LR of its own with which a proposed account stays in a network."""
JOINS: Final = 3.0
"""log10 LR of its own with which an account that nobody proposed joins one."""
SUSPECT: Final = 2.0
"""log10 LR beside random groups from which a candidate is looked at closely."""
_FREE: Final = 0.5
_REFINEMENTS: Final = 2


@dataclass(frozen=True)
class Established:
    """A network with its judgement and the evidence of each of its accounts."""

    judgement: Judgement
    ownership: Ownership

    @property
    def accounts(self) -> Ints:
        """Positions of the members, ascending."""
        return self.judgement.accounts


def establish(
    population: Population,
    ties: Ties,
    candidates: Sequence[Candidate],
    statistics: Sequence[Statistic],
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Established, ...]:
    """Networks whose coordination is established, largest first.

    Three looks. Beside random groups, who is suspect at all? Beside ordinary groups apart from
    all suspects, whose coordination is established? And again beside ordinary groups apart from
    the established only, so that look-alikes that were cleared count as ordinary.
    """
    screen = Judge(population, Ordinary(population, ties, statistics, natural=False))
    suspects: list[Ints] = []
    for number, candidate in enumerate(candidates):
        accounts = candidate.accounts
        if _pooled(accounts, population) >= MIN_ACCOUNTS:
            judgement = screen.judge(accounts)
            if judgement.coordinated.log10 >= SUSPECT:
                suspects.append(accounts)
        advance(number + 1, len(candidates))
    apart = _flagged(suspects, population.size)
    networks: list[Established] = []
    for _ in range(2):
        ordinary = Ordinary(population, ties, statistics, apart=apart)
        networks = _look(suspects, population, ties, Judge(population, ordinary))
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
        free = judgement.accounts[~taken[judgement.accounts]]
        if len(free) < max(MIN_ACCOUNTS, _FREE * len(judgement.accounts)):
            continue
        accounts = _belonging(ties, free, taken)
        if _pooled(accounts, population) < MIN_ACCOUNTS:
            continue
        refined = judge.judge(accounts)
        if refined.established:
            networks.append(Established(refined, own_evidence(ties, accounts, ~taken)))
            taken[accounts] = True
    return networks


def _promise(judgement: Judgement) -> tuple[float, int, int]:
    """Strongest first; among about equally strong ones the largest."""
    return (
        -round(judgement.coordinated.log10 * 2) / 2,
        -len(judgement.accounts),
        int(judgement.accounts[0]),
    )


def _flagged(groups: Sequence[Ints], size: int) -> NDArray[np.bool_]:
    flags = np.zeros(size, np.bool_)
    for accounts in groups:
        flags[accounts] = True
    return flags


def _belonging(ties: Ties, accounts: Ints, taken: NDArray[np.bool_]) -> Ints:
    """The accounts with evidence of their own, and those outside that have as much."""
    for _ in range(_REFINEMENTS):
        if len(accounts) < MIN_ACCOUNTS:
            return accounts
        whole = _without_strange_parts(ties, accounts, taken)
        accounts = _refined(whole, own_evidence(ties, whole, ~taken), taken)
    return accounts


def _without_strange_parts(ties: Ties, accounts: Ints, taken: NDArray[np.bool_]) -> Ints:
    """Leaves out every part, the rest being larger, that only its own things tie together.

    What a part shares within itself must not count as evidence that it belongs with the rest:
    users of one tool would otherwise vouch for each other inside somebody's network.
    """
    rest = accounts
    for part in parts(ties, accounts):
        others = np.setdiff1d(rest, part, assume_unique=True)
        if len(others) < max(MIN_ACCOUNTS, len(part)):
            continue
        evidence = own_evidence(ties, others, ~taken)
        if np.median(evidence.log10[part]) < STAYS:
            rest = others
    return rest


def _refined(accounts: Ints, ownership: Ownership, taken: NDArray[np.bool_]) -> Ints:
    inside = np.zeros(len(taken), np.bool_)
    inside[accounts] = True
    ways = sum((held > 0).astype(np.int64) for held in ownership.families.values())
    joins = (ownership.log10 >= JOINS) & (ways >= 2) & (ownership.families["content"] > 0)
    return np.flatnonzero(((inside & (ownership.log10 >= STAYS)) | joins) & ~taken)


def _pooled(accounts: Ints, population: Population) -> int:
    return int((population.row[accounts] >= 0).sum())
