"""Weighs a provider's known cases as a scan weighs a network, beside its own ordinary groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from gauger.find.linkage.candidates import MIN_ACCOUNTS, Candidate
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.pool import choose_pool
from gauger.find.tied import Tied
from gauger.model.known_case import KnownCase, KnownCases
from gauger.model.population import Floats, Ints, Population
from gauger.weigh.calibration.cases import Bools, Cases
from gauger.weigh.calibration.model import Calibration, Layers
from gauger.weigh.evidence.reading import FEWEST_GROUPS, Reading, Readings
from gauger.weigh.judge import Judge, sampled, thinned
from gauger.weigh.measures import STATISTICS
from gauger.weigh.measuring import Measuring
from gauger.weigh.ordinary import ACTIVITY_FLOORS, SIZES, Ordinary

HARVESTS: Final = "campaign"
OTHER_END: Final = "other operator"
"""Ways in which one operator runs accounts, as the shipped calibration names them."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A case that cannot be weighed, and why."""

    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A known case with the positions of its accounts in the logs, ascending."""

    case: KnownCase
    accounts: Ints


@dataclass(frozen=True)
class Located:
    """The cases that the logs hold enough accounts of, and what they do not hold."""

    placed: tuple[Placed, ...]
    left_out: tuple[LeftOut, ...]
    confirmed: Bools
    """Accounts of the logs that are in any confirmed case, by position."""
    unknown: int
    """Accounts of cases that are not in the logs."""


@dataclass(frozen=True)
class WeighedCases:
    """Known cases as columns, one group each, and the layers that had something to weigh."""

    cases: Cases
    layers: tuple[Layers, ...]
    left_out: tuple[LeftOut, ...]


def locate(known: KnownCases, ids: Sequence[str]) -> Located:
    """Finds the accounts of cases among those of the logs."""
    position = {account: number for number, account in enumerate(ids)}
    placed: list[Placed] = []
    left_out: list[LeftOut] = []
    confirmed = np.zeros(len(ids), np.bool_)
    unknown: set[str] = set()
    for case in known.cases:
        unknown.update(account for account in case.accounts if account not in position)
        accounts = np.array(
            sorted(position[account] for account in case.accounts if account in position), np.int64
        )
        if case.operated:
            confirmed[accounts] = True
        if len(accounts) < MIN_ACCOUNTS:
            left_out.append(
                LeftOut(case.name, f"{len(accounts)} of its accounts in these logs, {_NEEDED}")
            )
        else:
            placed.append(Placed(case, accounts))
    return Located(tuple(placed), tuple(left_out), confirmed, len(unknown))


_NEEDED: Final = f"{MIN_ACCOUNTS} are needed"


def to_pool(located: Located, facts: AccountFacts) -> list[Candidate]:
    """What the pool has to hold besides a scan's own: as many accounts of each case as are judged.

    No more than that: a case that the pool would have to sample for itself would change the
    sample of everybody else.
    """
    active = facts.exchanges >= ACTIVITY_FLOORS[0]
    return [
        Candidate(thinned(placed.accounts[active[placed.accounts]], SIZES[-1]), "known")
        for placed in located.placed
    ]


def as_scanned(tied: Tied, facts: AccountFacts) -> Population:
    """The population as a scan of the same logs pools it, without what only cases brought in."""
    population = tied.population
    pooled = np.zeros(population.size, np.bool_)
    pooled[choose_pool(facts, tied.ties, tied.candidates)] = True
    return replace(population, row=np.where(pooled, population.row, -1))


def weigh_known(
    located: Located,
    tied: Tied,
    scanned: Population,
    calibration: Calibration,
    world: str,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> WeighedCases:
    """Readings of every case beside ordinary groups apart from all confirmed accounts.

    `scanned` is the population whose accounts may be ordinary, `world` what the logs are called.
    Cleared cases count as ordinary for the others, as they do in a scan.
    """
    population, total = tied.population, len(located.placed)
    apart = located.confirmed | (scanned.row < 0)
    ordinary = Ordinary(Measuring(population, tied.ties, STATISTICS), apart=apart)
    judge = Judge(population, ordinary, calibration)
    left_out = list(located.left_out)
    kept: list[tuple[KnownCase, Readings, Layers]] = []
    for number, placed in enumerate(located.placed, 1):
        case = placed.case
        if len(sampled(placed.accounts, population)) < MIN_ACCOUNTS:
            few = f"fewer than {MIN_ACCOUNTS} of its accounts made {ACTIVITY_FLOORS[0]} exchanges"
            left_out.append(LeftOut(case.name, few))
        else:
            judged = judge.judge(placed.accounts)
            if len(judged.ordinary) < FEWEST_GROUPS:
                few = "too few other accounts to tell what is ordinary beside it"
                left_out.append(LeftOut(case.name, few))
            else:
                kept.append((case, judged.readings, judged.weighed))
        advance(number, total)
    cases = _columns([(case, readings) for case, readings, _ in kept], world)
    return WeighedCases(cases, tuple(layers for *_, layers in kept), tuple(left_out))


def _columns(rows: Sequence[tuple[KnownCase, Readings]], world: str) -> Cases:
    def column(name: str, part: str) -> Floats:
        held = [getattr(readings[name], part) for _, readings in rows]
        return np.concatenate(held) if held else np.empty(0)

    cases = [case for case, _ in rows]
    return Cases(
        {s.name: Reading(column(s.name, "place"), column(s.name, "level")) for s in STATISTICS},
        np.array([world] * len(rows), np.str_),
        np.array([case.name for case in cases], np.str_),
        np.array([_component(case) for case in cases], np.str_),
        np.array([case.explanation for case in cases], np.str_),
        np.array([case.harvests for case in cases], np.bool_),
        np.ones(len(rows), np.bool_),
    )


def _component(case: KnownCase) -> str:
    if not case.operated:
        return ""
    return HARVESTS if case.harvests else OTHER_END
