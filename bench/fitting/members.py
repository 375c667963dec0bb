"""Accounts of known truth: who belongs to an operator's network, and whom linkage put beside it.

Accounts of another operator are neither: whether a proposal holds one operator or two is asked of
its parts, and not of single accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from bench.truth.proposals import Gathered, Proposal
from bench.truth.worlds import BenchWorld
from gauger.model.population import Ints
from gauger.weigh.calibration.cases import Bools, Cases
from gauger.weigh.evidence.likeness import Likeness
from gauger.weigh.evidence.members import Shared, shared_with
from gauger.weigh.evidence.membership import as_reading

_PROPOSALS: Final = 2
"""Per operator, those most like it: accounts that linkage missed and strangers differ in each."""
_MEMBERS: Final = 60
_NEAR: Final = 20
_ANYBODY: Final = 20
"""Accounts taken of a proposal: its operator's, strangers that share something telling with the
others, and strangers of whom most share nothing; all strangers that linkage put in it besides."""


def member_cases(
    gathered: Gathered, proposals: Sequence[Proposal], world: BenchWorld, seed: int
) -> Cases | None:
    """Cases of accounts, read as for a network of each operator's proposals; None where there is
    no proposal for any."""
    rng = np.random.default_rng(seed)
    position = {account: number for number, account in enumerate(gathered.facts.ids)}
    likeness = Likeness(gathered.tied.population)
    nobodys = np.ones(len(position), np.bool_)
    nobodys[[position[account] for account in world.truth.operator]] = False
    parts: list[Cases] = []
    for name, accounts in world.truth.operators.items():
        true = np.zeros(len(position), np.bool_)
        true[[position[account] for account in accounts]] = True
        ours = [proposal for proposal in proposals if proposal.operator == name]
        ours.sort(key=lambda proposal: -proposal.alike)
        parts += [
            _cases(gathered, likeness, proposal, true, nobodys, world, rng)
            for proposal in ours[:_PROPOSALS]
        ]
    return Cases.joined(parts) if parts else None


def _cases(
    gathered: Gathered,
    likeness: Likeness,
    proposal: Proposal,
    true: Bools,
    nobodys: Bools,
    world: BenchWorld,
    rng: np.random.Generator,
) -> Cases:
    ties, population = gathered.tied.ties, gathered.tied.population
    everybody = np.ones(ties.accounts_total, np.bool_)
    held = shared_with(ties, proposal.accounts, everybody)
    chosen = _chosen(held, proposal.accounts, true, nobodys, population.row >= 0, rng)
    outside = everybody.copy()
    outside[proposal.accounts] = False
    families = {name: values[held.rows(chosen)] for name, values in held.families.items()}
    families |= likeness.log10(chosen, proposal.accounts, outside)
    belongs = true[chosen]
    return Cases(
        {name: as_reading(values) for name, values in families.items()},
        np.array([f"{world.name} {world.seed}"] * len(chosen)),
        np.array([f"{world.name} {world.seed} {proposal.operator}"] * len(chosen)),
        np.where(belongs, "member", ""),
        np.array([""] * len(chosen)),
        np.zeros(len(chosen), np.bool_),
        np.ones(len(chosen), np.bool_),
    )


def _chosen(
    held: Shared,
    proposed: Ints,
    true: Bools,
    nobodys: Bools,
    pooled: Bools,
    rng: np.random.Generator,
) -> Ints:
    def some(accounts: Ints, most: int) -> Ints:
        return accounts if len(accounts) <= most else rng.choice(accounts, most, replace=False)

    beside = proposed[nobodys[proposed]]
    near = held.accounts[nobodys[held.accounts] & ~np.isin(held.accounts, proposed)]
    anybody = np.setdiff1d(np.flatnonzero(pooled & nobodys), proposed)
    # The operator's accounts that linkage missed are among the members, as in use.
    members = np.union1d(proposed[true[proposed]], held.accounts[true[held.accounts]])
    parts = (some(members, _MEMBERS), beside, some(near, _NEAR), some(anybody, _ANYBODY))
    return np.unique(np.concatenate(parts))
