"""What accounts share: every uncommon thing that at least two of them hold.

Accounts are tied to the thing, never to each other: 25,000 accounts on one frame are 25,000
rows here, not 312 million.
"""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from gauger.engine import Engine

MIN_ITEM_TOKENS: Final = 8
"""Shorter prompts ("hi", "continue") are common words, not items of a dataset."""

CONTENT_KINDS: Final = ("system", "frame", "item", "tools")
ORIGIN_KINDS: Final = ("address", "range", "block", "client", "parameters", "credential")


@ibis.udf.agg.builtin(name="bit_xor")  # type: ignore[untyped-decorator]
def _bit_xor(keys: int) -> int:  # type: ignore[empty-body]
    """XOR of all values: both engines have it, and Ibis translates its own for one only."""


def shared_things(engine: Engine, sketches: ir.Table) -> ir.Table:
    """Rows (account_key, kind, thing, exchanges) of things that two or more accounts hold.

    Fingerprints held by exactly the same accounts are one thing: the many runs of one long
    frame count once.
    """
    held = engine.keep(_held(sketches), "held_things")
    things = held.group_by("kind", "thing").aggregate(
        accounts=held.count(),
        signature=_bit_xor(held.account_key),
        lowest=held.account_key.min(),
    )
    things = things.filter(things.accounts >= 2)
    # Same kind, same number of accounts, same XOR and minimum of their keys: same accounts.
    # The print that an account sends most speaks for all of them, whatever the key.
    shared = held.join(things, ["kind", "thing"])
    return (
        shared.group_by("account_key", "kind", "accounts", "signature", "lowest")
        .aggregate(
            thing=shared.thing.min(), exchanges=shared.exchanges.max(), prints=shared.count()
        )
        .select("account_key", "kind", "thing", "exchanges", "accounts", "prints")
    )


def _held(sketches: ir.Table) -> ir.Table:
    parts = [
        _single(sketches.filter(sketches.prompt_tokens >= MIN_ITEM_TOKENS), "item", "prompt"),
        _single(sketches, "system", "system"),
        _single(sketches, "tools", "tools"),
        *(_single(sketches, kind, kind) for kind in ORIGIN_KINDS),
        _frames(sketches),
    ]
    return ibis.union(*parts)


def _single(sketches: ir.Table, kind: str, column: str) -> ir.Table:
    held = sketches.filter(sketches[column].notnull())
    return (
        held.group_by("account_key", thing=held[column])
        .aggregate(exchanges=held.count())
        .mutate(kind=ibis.literal(kind))
        .select("account_key", "kind", "thing", "exchanges")
    )


def _frames(sketches: ir.Table) -> ir.Table:
    lists = [
        sketches.select("account_key", thing=sketches[name].unnest())
        for name in ("system_runs", "head", "tail", "runs")
    ]
    runs = ibis.union(*lists)
    # A run that only one account holds ties nobody; dropping it first spares the large grouping.
    met = runs.group_by("thing").aggregate(
        lowest=runs.account_key.min(), highest=runs.account_key.max()
    )
    met = met.filter(met.lowest != met.highest).select("thing")
    held = runs.semi_join(met, "thing")
    return (
        held.group_by("account_key", "thing")
        .aggregate(exchanges=held.count())
        .mutate(kind=ibis.literal("frame"))
        .select("account_key", "kind", "thing", "exchanges")
    )
