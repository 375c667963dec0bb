"""What linkage proposes on a world, and the truth of each proposal.

Every group is one that linkage proposed, so that what is fitted and judged is what the evidence
meets in use. A proposal stands for an operator if it overlaps its accounts by half (Jaccard), and
for strangers if hardly an account in it belongs to any operator; those in between are left out.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.truth.worlds import BenchWorld, Truth
from gauger import engine as engines
from gauger.find.linkage.candidates import MIN_ACCOUNTS
from gauger.find.profiles import set_repeats_apart, summarize
from gauger.find.profiles.facts import AccountFacts, gather_facts
from gauger.find.tied import Tied, tie_up
from gauger.model.population import Ints
from gauger.read.accounts import read_accounts
from gauger.read.kept import find_kept
from gauger.read.sketched import table_of
from gauger.read.sources import Rejects
from gauger.weigh.judge import sampled

OPERATED_SHARE: Final = 0.5
"""Jaccard overlap with an operator's accounts from which a proposal stands for it."""
STRANGERS_SHARE: Final = 0.1
"""Part of a group of strangers that may belong to operators."""


@dataclass(frozen=True)
class Gathered:
    """A world as a scan sees it after linkage."""

    facts: AccountFacts
    tied: Tied


@dataclass(frozen=True, slots=True)
class Proposal:
    """Accounts that linkage put together; `operator` is "" for strangers, `kind` is the kind of
    most of them, and `alike` the overlap with the operator."""

    accounts: Ints
    operator: str
    kind: str
    alike: float


@dataclass(frozen=True, slots=True)
class Proposals:
    """All that stand for somebody; `unproposed` names operators without any."""

    proposals: tuple[Proposal, ...]
    unproposed: tuple[str, ...]
    left_out: int


def gather(world: BenchWorld) -> Gathered:
    """Reads, profiles and ties a world's kept sketches."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        rejects = Rejects(folder / "rejects.jsonl")
        kept = find_kept((world.sketches,), rejects.path)
        assert kept is not None, world.sketches
        sketched = kept.sketched(None)
        records = read_accounts(world.accounts, rejects)
        engine = stack.enter_context(engines.start("duckdb", folder, memory="4GB", threads=2))
        sketches = set_repeats_apart(engine, table_of(sketched, engine, None, folder)).sketches
        summary = summarize(engine, sketches, sketched.exchanges)
        facts = gather_facts(engine, summary, records)
        tied = tie_up(engine, summary, facts)
        rejects.close()
    return Gathered(facts, tied)


def label(gathered: Gathered, truth: Truth) -> Proposals:
    """The proposals with what is true of them."""
    facts, population = gathered.facts, gathered.tied.population
    position = {account: number for number, account in enumerate(facts.ids)}
    members = {
        name: np.array(sorted(position[account] for account in accounts))
        for name, accounts in truth.operators.items()
    }
    operated = np.zeros(len(position), np.bool_)
    for accounts in members.values():
        operated[accounts] = True
    kinds = np.array([truth.kind[account] for account in facts.ids])
    found: list[Proposal] = []
    left_out = 0
    for candidate in gathered.tied.candidates:
        accounts = candidate.accounts
        if len(sampled(accounts, population)) < MIN_ACCOUNTS:
            continue
        alike, operator = max(
            ((_jaccard(accounts, held), name) for name, held in members.items()), default=(0.0, "")
        )
        names, counts = np.unique(kinds[accounts], return_counts=True)
        kind = str(names[counts.argmax()])
        if alike >= OPERATED_SHARE:
            found.append(Proposal(accounts, operator, kind, alike))
        elif operated[accounts].mean() <= STRANGERS_SHARE:
            found.append(Proposal(accounts, "", kind, alike))
        else:
            left_out += 1
    stood_for = {proposal.operator for proposal in found}
    unproposed = tuple(
        name
        for name, accounts in members.items()
        if name not in stood_for and len(accounts) >= MIN_ACCOUNTS
    )
    return Proposals(tuple(found), unproposed, left_out)


def _jaccard(accounts: Ints, held: Ints) -> float:
    both = len(np.intersect1d(accounts, held, assume_unique=True))
    return both / (len(accounts) + len(held) - both)
