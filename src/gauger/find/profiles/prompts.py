"""Whole prompts: how many different ones an account sent, and which it shares with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from gauger.engine import Engine
from gauger.find.profiles.passes import parts_of

MIN_ITEM_TOKENS: Final = 8
"""Shorter prompts ("hi", "continue") are common words, not items of a dataset."""

_BYTES: Final = 80
"""What an engine holds of one account's prompt while it groups: the row, its hash, its place."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """Rows (account_key, different) of all accounts, and rows (account_key, thing, exchanges) of
    the prompts long enough to be items that two or more accounts sent."""

    distinct: ir.Table
    items: ir.Table
    kept: tuple[str, ...]
    """Names under which the engine keeps what both are made of."""


def prompts_of(engine: Engine, sketches: ir.Table, exchanges: int) -> Prompts:
    """Tells the prompts of all accounts apart, a part of them at a time."""
    mine = sketches.filter(sketches.prompt.notnull())
    mine = mine.select("account_key", "prompt_tokens", thing=mine.prompt)
    total, parts = parts_of(engine, mine, "thing", exchanges, _BYTES, "prompts")
    distinct, items = [], []
    for number, part in enumerate(parts):
        # A prompt has as many tokens whoever sends it.
        sent = engine.keep(
            part.group_by("account_key", "thing").aggregate(
                exchanges=part.count(), tokens=part.prompt_tokens.max()
            ),
            f"prompts_{number}",
        )
        distinct.append(
            engine.keep(
                sent.group_by("account_key").aggregate(different=sent.count()),
                f"distinct_prompts_{number}",
            )
        )
        sent = sent.filter(sent.tokens >= MIN_ITEM_TOKENS)
        met = sent.group_by("thing").aggregate(holders=sent.count()).filter(ibis._.holders > 1)
        shared = sent.semi_join(met, "thing").select("account_key", "thing", "exchanges")
        items.append(engine.keep(shared, f"items_{number}"))
        engine.release(f"prompts_{number}")
    counted = ibis.union(*distinct) if total > 1 else distinct[0]
    return Prompts(
        counted.group_by("account_key").aggregate(different=counted.different.sum().cast("int64")),
        ibis.union(*items) if total > 1 else items[0],
        tuple(
            f"{name}_{number}" for name in ("distinct_prompts", "items") for number in range(total)
        ),
    )
