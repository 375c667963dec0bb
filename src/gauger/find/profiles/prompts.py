"""Whole prompts: how many different ones an account sent, and which it shares with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from gauger.engine import Engine
from gauger.engine.shelf import Shelf
from gauger.find.profiles.things import Accounts, Things, numbers

MIN_ITEM_TOKENS: Final = 8
"""Shorter prompts ("hi", "continue") are common words, not items of a dataset."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """Rows (account_key, different) of all accounts, and rows (account_key, thing, exchanges) of
    the prompts long enough to be items that two or more accounts sent."""

    distinct: ir.Table
    items: ir.Table
    kept: tuple[str, ...]
    """Names under which the engine keeps what both are made of."""
    shelf: Shelf | None = None
    """Where the items stand in this process's own files, if they do."""


def prompts_of(
    engine: Engine, sketches: ir.Table, accounts: Accounts | None, exchanges: int
) -> Prompts:
    """Tells the prompts of all accounts apart: with `accounts` here, else where the engine's rows
    are; `exchanges` is about how many there are."""
    sent = sketches.filter(sketches.prompt.notnull())
    # A prompt has as many tokens whoever sends it.
    long = (sent.prompt_tokens >= MIN_ITEM_TOKENS).fill_null(False)
    sent = sent.select("account_key", thing=sent.prompt, long=long)
    if accounts is None:
        return _grouped(engine, sent)
    things = Things(engine, accounts, exchanges, "items")
    for batch in engine.stream(sent, "prompts"):
        account = accounts.places.find(numbers(batch["account_key"])).astype(np.int32)
        long_ones = batch["long"].to_numpy(zero_copy_only=False)
        things.add(numbers(batch["thing"]), account, np.asarray(long_ones, np.bool_))
    told = things.tell(sampled=True)
    some = np.flatnonzero(told.different)
    distinct = pa.table([accounts.keys[some], told.different[some]], ["account_key", "different"])
    return Prompts(engine.lend(distinct, "distinct_prompts"), told.shared, ("items",), told.shelf)


def _grouped(engine: Engine, sent: ir.Table) -> Prompts:
    mine = engine.keep(
        sent.group_by("account_key", "thing").aggregate(
            exchanges=sent.count(), long=sent.long.max()
        ),
        "prompts",
    )
    distinct = mine.group_by("account_key").aggregate(different=mine.count())
    mine = mine.filter(mine.long)
    met = mine.group_by("thing").aggregate(holders=mine.count()).filter(ibis._.holders > 1)
    items = mine.semi_join(met, "thing").select("account_key", "thing", "exchanges")
    return Prompts(
        engine.keep(distinct, "distinct_prompts"),
        engine.keep(items, "items"),
        ("prompts", "distinct_prompts", "items"),
    )
