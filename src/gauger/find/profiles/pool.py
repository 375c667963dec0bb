"""The pool: the accounts whose spreads and clocks are fetched, so that what reaches memory is
bounded by candidates and comparisons, not by exchanges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.find.linkage.candidates import Candidate
from gauger.find.linkage.ties import KIND_WEIGHT, KINDS, Ties
from gauger.find.profiles.counts import hourly_counts
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.spreads import HASHED, spread_counts
from gauger.find.profiles.summary import Summary
from gauger.find.profiles.things import numbers
from gauger.model.counts import Gathering
from gauger.model.population import Clocks, Floats, Holdings, Ints, Population, Spread

_PER_CANDIDATE: Final = 128
_PER_THING: Final = 128
_THINGS: Final = 120
_STRANGERS: Final = 4000
_FEWEST_EXCHANGES: Final = 2
_SEVERAL: Final = 5
_MOST_BINS: Final = 1500
_SEED: Final = 20260610
_CAPABILITIES_HARVESTED: Final = (1, 2, 3, 4, 5, 11)
_PROMOTION: Final = 9


def gather_population(
    engine: Engine,
    summary: Summary,
    facts: AccountFacts,
    ties: Ties,
    candidates: Sequence[Candidate],
) -> Population:
    """The population with spreads and clocks for the pool."""
    pool = choose_pool(facts, ties, candidates)
    row = np.full(len(facts.ids), -1, np.int64)
    row[pool] = np.arange(len(pool))
    lent = engine.lend(pa.table({"account_key": facts.keys[pool]}), "pool")
    spreads: dict[str, Spread] = {}
    profile = dict(facts.profile)
    for feature, counts in spread_counts(engine, summary, facts, pool, lent):
        spread = Spread.of(counts, hashed=feature in HASHED)
        if spread.known.any():
            spreads[feature] = spread
    profile["valued_share"] = profile["promotion_share"] = np.full(len(row), np.nan)
    if "capability" in spreads:
        capability = spreads["capability"]
        profile["valued_share"] = _outside_nan(capability.share_in(_CAPABILITIES_HARVESTED), row)
        profile["promotion_share"] = _outside_nan(capability.share_in((_PROMOTION,)), row)
    profile["shared_item_share"] = _shared_items(ties, profile["distinct_prompts"])
    return Population(
        facts.ids, facts.exchanges, facts.first_seen, facts.last_seen, profile, facts.traits, row,
        spreads, _clocks(engine, summary, facts, lent, row, len(pool)), facts.organization,
        facts.contract, facts.records is not None, _holdings(ties, row, len(pool)),
    )  # fmt: skip


def choose_pool(facts: AccountFacts, ties: Ties, candidates: Sequence[Candidate]) -> Ints:
    """Positions of pooled accounts: a sample of every candidate, of the holders of the
    widest-held things of each kind, and of everyone."""
    rng = np.random.default_rng(_SEED)
    able = facts.exchanges >= _FEWEST_EXCHANGES
    chosen = np.zeros(len(facts.ids), np.bool_)
    groups = [candidate.accounts for candidate in candidates]
    groups += _wide_holders(ties, able)
    groups.append(np.arange(len(facts.ids)))
    for number, group in enumerate(groups):
        most = _STRANGERS if number == len(groups) - 1 else _PER_CANDIDATE
        eligible = group[able[group]]
        if len(eligible) > most:
            eligible = rng.choice(eligible, most, replace=False)
        chosen[eligible] = True
    return np.flatnonzero(chosen)


def _wide_holders(ties: Ties, able: NDArray[np.bool_]) -> list[Ints]:
    found: list[Ints] = []
    for kind in range(len(KINDS)):
        of_kind = np.flatnonzero(ties.kinds == kind)
        widest = of_kind[np.argsort(-ties.holders[of_kind], kind="stable")][:_THINGS]
        wanted = np.zeros(len(ties.kinds), np.bool_)
        wanted[widest] = True
        used = wanted[ties.thing] & able[ties.account]
        thing, account = ties.thing[used], ties.account[used]
        if len(thing):
            found += np.split(account, np.flatnonzero(np.diff(thing)) + 1)
    return found


_COMMON: Final = {
    "items": frozenset({"item"}),
    "frames": frozenset({"frame", "system", "tools"}),
    "origin": frozenset({"address", "range", "block", "credential"}),
}
"""Families of things that statistics look for in common, by name."""


def _holdings(ties: Ties, row: Ints, pooled: int) -> dict[str, Holdings]:
    """What each pooled account shares with anybody, family by family."""
    held: dict[str, Holdings] = {}
    strength = np.array(list(KIND_WEIGHT.values()))[ties.kinds[ties.thing]]
    for name, kinds in _COMMON.items():
        used = ties.of_kinds(kinds) & (row[ties.account] >= 0)
        if not used.any():
            continue
        rows, weight = row[ties.account[used]], (ties.weight / strength)[used]
        things, thing = np.unique(ties.thing[used], return_inverse=True)
        order = np.argsort(rows, kind="stable")
        starts = np.searchsorted(rows[order], np.arange(pooled + 1))
        held[name] = Holdings(starts, thing[order], weight[order], len(things))
    return held


def _shared_items(ties: Ties, distinct: NDArray[np.float64]) -> NDArray[np.float64]:
    """Part of an account's distinct prompts that several other accounts send as well.

    A dataset sampled a few times meets again in a few accounts; a benchmark or a homework meets
    again in most that have it.
    """
    used = ties.of_kinds(frozenset({"item"})) & (ties.holders[ties.thing] >= _SEVERAL)
    prints = ties.prints[ties.thing[used]].astype(np.float64)
    met = np.bincount(ties.account[used], prints, ties.accounts_total)
    return np.minimum(met / np.maximum(distinct, 1.0), 1.0)


def _outside_nan(pooled: Floats, row: Ints) -> NDArray[np.float64]:
    return (
        np.where(row >= 0, pooled[np.maximum(row, 0)], np.nan)
        if len(pooled)
        else np.full(len(row), np.nan)
    )


def _clocks(
    engine: Engine,
    summary: Summary,
    facts: AccountFacts,
    lent: ir.Table,
    row: Ints,
    pooled: int,
) -> Clocks:
    rows = hourly_counts(summary, lent)
    span_of = rows.aggregate(first=rows.hour.min(), last=rows.hour.max())
    (ends,) = engine.fetch(span_of, "clocks").to_pylist()
    if ends["first"] is None:
        return Clocks(Gathering(pooled, 1).together(), 1)
    first = ends["first"] // 24 * 24
    span = ends["last"] - first + 1
    bin_hours = next((width for width in (1, 2, 3, 6, 12, 24) if span / width <= _MOST_BINS), 24)
    counts = Gathering(pooled, -(-span // bin_hours))
    for batch in engine.stream(rows, "clocks"):
        at = row[facts.positions(numbers(batch["account_key"]))]
        hour = numbers(batch["hour"])
        counts.add(at, (hour - first) // bin_hours, numbers(batch["exchanges"]))
    return Clocks(counts.together(), bin_hours)
