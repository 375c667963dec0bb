"""Weighs one candidate: every layer against ordinary groups, and the layers together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gauger.model.evidence import LayerEvidence, LogLR
from gauger.model.population import Ints, Population
from gauger.weigh.evidence.combine import combine, dependence
from gauger.weigh.layers import LAYERS
from gauger.weigh.ordinary import FEWEST_GROUPS, SIZES, Ordinary, OrdinaryGroups

ESTABLISHED: Final = 3.0
"""log10 LR from which "coordinated" is established: an LR of 1,000, strong support."""
ESTABLISHED_WITHOUT_STRONGEST: Final = 1.0
"""What must remain without the strongest layer: an LR of 10, moderate support."""
SUPPORT: Final = 0.5
"""What a layer must say for its kind of evidence to count as present."""


@dataclass(frozen=True)
class Judgement:
    """What the layers say of a set of accounts, and the numbers purpose goes on with."""

    accounts: Ints
    layers: tuple[LayerEvidence, ...]
    coordinated: LogLR
    established: bool
    reason: str
    """Why it is not established; empty where it is."""
    values: dict[str, float]
    ordinary: OrdinaryGroups


class Judge:
    """Judges sets of accounts beside the ordinary groups it was given."""

    def __init__(self, population: Population, ordinary: Ordinary) -> None:
        self._population = population
        self._ordinary = ordinary

    def judge(self, accounts: Ints) -> Judgement:
        """Evidence that one operator runs `accounts` (positions)."""
        population = self._population
        sample = sampled(accounts, population)
        activity = float(np.median(population.exchanges[accounts]))
        beside = self._ordinary.like(len(sample), activity, accounts)
        sample = thinned(sample, beside.size)
        values = {
            name: float(held[0]) for name, held in self._ordinary.evaluate(sample[None, :]).items()
        }
        layers = tuple(layer.weigh(values, beside.values) for layer in LAYERS)
        weighed = [
            (layer, evidence)
            for layer, evidence in zip(LAYERS, layers, strict=True)
            if evidence.weighed
        ]
        together = dependence([layer.null_scores(beside.values) for layer, _ in weighed])
        lr = combine([evidence.lr.log10 for _, evidence in weighed], together)
        reason = _shortfall(lr, layers, len(beside.members))
        return Judgement(accounts, layers, lr, not reason, reason, values, beside)


def _shortfall(lr: LogLR, layers: tuple[LayerEvidence, ...], groups: int) -> str:
    """What keeps "coordinated" from being established."""
    if groups < FEWEST_GROUPS:
        return "too few other accounts to tell what is ordinary here"
    beyond = max(layer.beyond(evidence) for layer, evidence in zip(LAYERS, layers, strict=True))
    if beyond < SUPPORT:
        return "nothing beyond what users of one tool, platform or time zone have in common"
    if lr.log10 < ESTABLISHED:
        return f"the evidence together stays below a log10 LR of {ESTABLISHED:g}"
    if lr.lower < ESTABLISHED_WITHOUT_STRONGEST:
        return "without its strongest layer too little evidence remains"
    return ""


def sampled(accounts: Ints, population: Population) -> Ints:
    """At most the largest group size of the accounts that have rows in the pool, ascending."""
    pooled = accounts[population.row[accounts] >= 0]
    return thinned(pooled, SIZES[-1])


def thinned(accounts: Ints, size: int) -> Ints:
    """A sample of at most `size` of the accounts, ascending; the same one for the same accounts."""
    if len(accounts) <= size:
        return accounts
    rng = np.random.default_rng((len(accounts), size))
    return np.sort(rng.choice(accounts, size, replace=False))
