"""Accounts tied up: ties, proposals and the population that proposals are weighed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from gauger.engine import Engine
from gauger.engine.freeing import give_back
from gauger.find.linkage import identity_things, propose, tie
from gauger.find.linkage.candidates import Candidate
from gauger.find.linkage.narrowing import BOUNDS, Bounds
from gauger.find.linkage.ties import HELD, Ties
from gauger.find.profiles import SUMMED_KINDS, Summary, shared_things
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.pool import gather_population
from gauger.find.profiles.same import held_here
from gauger.find.profiles.same_apart import held_apart
from gauger.model.population import Population


@dataclass(frozen=True)
class Tied:
    """What the logs of one scan hold for weighing."""

    ties: Ties
    candidates: tuple[Candidate, ...]
    population: Population


def tie_up(
    engine: Engine,
    summary: Summary,
    facts: AccountFacts,
    known: Sequence[Candidate] = (),
    views: Callable[[int], int] = lambda ties: 1,
    bounds: Bounds = BOUNDS,
) -> Tied:
    """Ties accounts to what they share, proposes networks, and gathers what weighing needs, for
    those proposed and for groups that are `known` besides.

    `views` says how many views of so many ties may be cut at a time, and `bounds` how many ties
    are kept.
    """
    ties = tie(held_by_kind(engine, summary, facts, bounds), facts.exchanges, bounds)
    give_back()
    candidates = propose(ties, views(len(ties.account)))
    population = gather_population(engine, summary, facts, ties, (*candidates, *known))
    return Tied(ties, candidates, population)


def held_by_kind(
    engine: Engine, summary: Summary, facts: AccountFacts, bounds: Bounds = BOUNDS
) -> Iterator[tuple[str, pa.Table]]:
    """Rows (HELD) of what accounts share in traffic and in their records, kind by kind,
    within `bounds` without the traces of accounts.

    Rows of things, not of exchanges: their number is what this process's memory grows with.
    """
    nobody = np.zeros(len(facts.ids), np.bool_)
    busy, lent = nobody, None
    if bounds.narrows(facts.exchanges):
        busy = facts.exchanges > bounds.few
        lent = engine.lend(pa.table({"account_key": facts.keys[busy]}), "busy")
    alike = held_here if engine.embedded else held_apart
    yield "frame", alike(engine, summary.runs.shelf, facts, busy, "frame")
    # A dataset deals each of its items out once.
    yield "item", alike(engine, summary.prompts.shelf, facts, nobody, "item")
    for kind in SUMMED_KINDS:
        rows = engine.fetch(shared_things(summary, kind, lent), f"shared things: {kind}")
        account = facts.positions(np.asarray(rows["account_key"].to_numpy(), np.int64))
        rows = rows.drop_columns(["account_key"]).append_column("account", pa.array(account))
        yield kind, rows.select(HELD.names).cast(HELD)
    if facts.records is not None:
        yield from identity_things(facts.records, facts.ids).items()
