"""Trials of the evidence: proposals of known truth with the LRs that gauger gives them.

An operator's trial is the proposal most like its accounts; every group of strangers is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench.truth.proposals import Proposal, gather, label
from bench.truth.worlds import BenchWorld, Truth
from gauger.find.profiles.facts import AccountFacts
from gauger.model.account import PERMITTED_CONTRACTS
from gauger.weigh.calibration import shipped
from gauger.weigh.judge import Judge, Judgement
from gauger.weigh.measures import STATISTICS
from gauger.weigh.measuring import Measuring
from gauger.weigh.networks import establish
from gauger.weigh.ordinary import Ordinary
from gauger.weigh.purpose import weigh_purpose


@dataclass(frozen=True, slots=True)
class Trial:
    """One group: log10 LRs, whether one operator runs it, and whether it harvests."""

    world: str
    seed: int
    kind: str
    accounts: int
    coordinated: float
    extraction: float
    operated: bool
    harvests: bool


@dataclass(frozen=True, slots=True)
class Trials:
    """All trials of one world; `unproposed` names operators that linkage proposes no group for."""

    trials: tuple[Trial, ...]
    unproposed: tuple[str, ...]
    left_out: int


def trials(world: BenchWorld) -> Trials:
    """Weighs every proposal of linkage on a world as the last look of a scan does."""
    truth = world.truth
    gathered = gather(world)
    tied, calibration = gathered.tied, shipped()
    population = tied.population
    labelled = label(gathered, truth)
    found = establish(population, tied.ties, tied.candidates, calibration)
    apart = np.zeros(population.size, np.bool_)
    for network in found:
        apart[network.accounts] = True
    ordinary = Ordinary(Measuring(population, tied.ties, STATISTICS), apart=apart)
    judge = Judge(population, ordinary, calibration)
    rows = tuple(
        _trial(world, proposal, judge.judge(proposal.accounts), gathered.facts, truth)
        for proposal in _chosen(labelled.proposals)
    )
    return Trials(rows, labelled.unproposed, labelled.left_out)


def _chosen(proposals: tuple[Proposal, ...]) -> Iterator[Proposal]:
    best: dict[str, Proposal] = {}
    for proposal in proposals:
        if not proposal.operator:
            yield proposal
        elif proposal.operator not in best or proposal.alike > best[proposal.operator].alike:
            best[proposal.operator] = proposal
    yield from best.values()


def _trial(
    world: BenchWorld, proposal: Proposal, judgement: Judgement, facts: AccountFacts, truth: Truth
) -> Trial:
    licensed = [facts.contract[a] in PERMITTED_CONTRACTS for a in judgement.accounts]
    purpose = weigh_purpose(
        judgement.readings,
        judgement.weighed,
        shipped(),
        licensed=sum(licensed) >= 0.95 * len(licensed),
        contracts_known=True,
    )
    return Trial(
        world.name, world.seed, proposal.operator or proposal.kind,
        len(judgement.accounts), judgement.coordinated.log10, purpose.lr.log10,
        bool(proposal.operator), proposal.operator in truth.campaigns,
    )  # fmt: skip


def finite(trials: tuple[Trial, ...]) -> Iterator[Trial]:
    """Trials in which there was something to weigh."""
    return (t for t in trials if np.isfinite(t.coordinated) and np.isfinite(t.extraction))
