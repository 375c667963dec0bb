"""Accounts tied up: ties, proposals and the population that proposals are weighed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis.expr.types as ir

from gauger.engine import Engine
from gauger.find.linkage import identity_things, propose, shared_rows, tie
from gauger.find.linkage.candidates import Candidate
from gauger.find.linkage.ties import Ties
from gauger.find.profiles import shared_things
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.pool import gather_population
from gauger.model.population import Population


@dataclass(frozen=True)
class Tied:
    """What the logs of one scan hold for weighing."""

    ties: Ties
    candidates: tuple[Candidate, ...]
    population: Population


def tie_up(
    engine: Engine,
    sketches: ir.Table,
    facts: AccountFacts,
    known: Sequence[Candidate] = (),
    threads: int = 1,
) -> Tied:
    """Ties accounts to what they share, proposes networks, and gathers what weighing needs, for
    those proposed and for groups that are `known` besides; `threads` views are cut at a time."""
    shared = engine.fetch(shared_things(engine, sketches), "shared things")
    identity = None if facts.records is None else identity_things(facts.records, list(facts.ids))
    ties = tie(shared_rows(shared, facts.positions, identity), facts.exchanges)
    candidates = propose(ties, threads)
    population = gather_population(engine, sketches, facts, ties, (*candidates, *known))
    return Tied(ties, candidates, population)
