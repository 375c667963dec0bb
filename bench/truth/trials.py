"""Trials of the evidence: groups of known truth with the LRs that gauger gives them.

Every group is one that linkage proposed, so that the trials are what the evidence meets in use.
An operator's trial is the proposal most like its accounts; a group of strangers is any proposal
with hardly an account of an operator in it. Proposals in between are counted and left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.truth.worlds import BenchWorld, Truth
from gauger import engine as engines
from gauger.find.linkage import identity_things, propose, shared_rows, tie
from gauger.find.linkage.candidates import MIN_ACCOUNTS, Candidate
from gauger.find.profiles import set_repeats_apart, shared_things
from gauger.find.profiles.facts import AccountFacts, gather_facts
from gauger.find.profiles.pool import gather_population
from gauger.model.account import PERMITTED_CONTRACTS
from gauger.read.accounts import read_accounts
from gauger.read.kept import find_kept
from gauger.read.sketched import table_of
from gauger.read.sources import Rejects
from gauger.weigh.judge import Judge, Judgement, sampled
from gauger.weigh.layers import LAYERS
from gauger.weigh.networks import establish
from gauger.weigh.ordinary import Ordinary
from gauger.weigh.purpose import INDICATORS, weigh_purpose

OPERATED_SHARE: Final = 0.5
"""Jaccard overlap with an operator's accounts from which a proposal stands for it."""
STRANGERS_SHARE: Final = 0.1
"""Part of a group of strangers that may belong to operators."""


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
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        rejects = Rejects(folder / "rejects.jsonl")
        kept = find_kept((world.sketches,), rejects.path)
        assert kept is not None, world.sketches
        sketched = kept.sketched(None)
        records = read_accounts(world.accounts, rejects)
        engine = stack.enter_context(engines.start("duckdb", folder, memory="4GB", threads=2))
        sketches = set_repeats_apart(engine, table_of(sketched, engine, None, folder)).sketches
        facts = gather_facts(engine, sketches, records)
        shared = engine.fetch(shared_things(engine, sketches), "shared things")
        identity = identity_things(records, list(facts.ids))
        ties = tie(shared_rows(shared, facts.positions, identity), facts.exchanges)
        candidates = propose(ties)
        population = gather_population(engine, sketches, facts, ties, candidates)
        statistics = (*(s for layer in LAYERS for s in layer.statistics), *INDICATORS)
        found = establish(population, ties, candidates, statistics)
        apart = np.zeros(population.size, np.bool_)
        for network in found:
            apart[network.accounts] = True
        judge = Judge(population, Ordinary(population, ties, statistics, apart=apart))
        usable = [c for c in candidates if len(sampled(c.accounts, population)) >= MIN_ACCOUNTS]
        chosen, unproposed, left_out = _chosen(usable, facts, truth)
        rows = tuple(
            _trial(world, name, judge.judge(candidate.accounts), facts, truth)
            for name, candidate in chosen
        )
        rejects.close()
    return Trials(rows, unproposed, left_out)


def _chosen(
    candidates: list[Candidate], facts: AccountFacts, truth: Truth
) -> tuple[list[tuple[str, Candidate]], tuple[str, ...], int]:
    """Pairs (operator or "", proposal) that are trials, operators without one, the rest."""
    position = {account: number for number, account in enumerate(facts.ids)}
    best: dict[str, tuple[float, Candidate]] = {}
    overlaps = np.zeros(len(candidates))
    of_operator = np.zeros(len(facts.ids), np.bool_)
    of_operator[[position[account] for account in truth.operator]] = True
    for name, accounts in truth.operators.items():
        mine = np.zeros(len(facts.ids), np.bool_)
        mine[[position[account] for account in accounts]] = True
        for number, candidate in enumerate(candidates):
            both = int(mine[candidate.accounts].sum())
            alike = both / (len(candidate.accounts) + len(accounts) - both)
            overlaps[number] = max(overlaps[number], alike)
            if alike >= OPERATED_SHARE and alike > best.get(name, (0.0, None))[0]:
                best[name] = (alike, candidate)
    chosen = [(name, candidate) for name, (_, candidate) in best.items()]
    strangers = [
        candidate
        for candidate in candidates
        if of_operator[candidate.accounts].mean() <= STRANGERS_SHARE
    ]
    chosen += [("", candidate) for candidate in strangers]
    unproposed = tuple(
        name
        for name, accounts in truth.operators.items()
        if name not in best and len(accounts) >= MIN_ACCOUNTS
    )
    return chosen, unproposed, len(candidates) - len(chosen)


def _trial(
    world: BenchWorld, operator: str, judgement: Judgement, facts: AccountFacts, truth: Truth
) -> Trial:
    licensed = [facts.contract[a] in PERMITTED_CONTRACTS for a in judgement.accounts]
    purpose = weigh_purpose(
        judgement.values,
        judgement.ordinary.values,
        licensed=sum(licensed) >= 0.95 * len(licensed),
        contracts_known=True,
    )
    kinds = [truth.kind[facts.ids[a]] for a in judgement.accounts]
    return Trial(
        world.name, world.seed, operator or max(sorted(set(kinds)), key=kinds.count),
        len(judgement.accounts), judgement.coordinated.log10, purpose.lr.log10,
        bool(operator), operator in truth.campaigns,
    )  # fmt: skip


def finite(trials: tuple[Trial, ...]) -> Iterator[Trial]:
    """Trials in which there was something to weigh."""
    return (t for t in trials if np.isfinite(t.coordinated) and np.isfinite(t.extraction))
