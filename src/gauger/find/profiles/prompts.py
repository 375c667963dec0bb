"""Whole prompts: how many different ones an account sent, and which it shares with others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.engine.shelf import Shelf
from gauger.find.profiles.apart import Apart
from gauger.find.profiles.places import Places
from gauger.find.profiles.things import Accounts, Things, numbers

MIN_ITEM_TOKENS: Final = 8
"""Shorter prompts ("hi", "continue") are common words, not items of a dataset."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """A table (account_key, different) of all accounts, and on a `shelf` rows (account_key, thing,
    exchanges) of the prompts long enough to be items that two or more accounts sent."""

    shelf: Shelf
    distinct: ir.Table


def prompts_of(engine: Engine, sketches: ir.Table, accounts: Accounts, exchanges: int) -> Prompts:
    """Tells the prompts of all accounts apart, where the engine's rows are; `exchanges` is about
    how many there are."""
    sent = sketches.filter(sketches.prompt.notnull())
    # A prompt has as many tokens whoever sends it.
    long = (sent.prompt_tokens >= MIN_ITEM_TOKENS).fill_null(False)
    sent = sent.select("account_key", thing=sent.prompt, long=long)
    if not engine.embedded:
        return _told_apart(engine, sent, accounts.keys, exchanges)
    things = Things(engine, accounts, exchanges, "items")
    for batch in engine.stream(sent, "prompts"):
        account = accounts.places.find(numbers(batch["account_key"])).astype(np.int32)
        long_ones = batch["long"].to_numpy(zero_copy_only=False)
        things.add(numbers(batch["thing"]), account, np.asarray(long_ones, np.bool_))
    told = things.tell(sampled=True)
    some = np.flatnonzero(told.different)
    distinct = pa.table([accounts.keys[some], told.different[some]], ["account_key", "different"])
    return Prompts(told.shelf, engine.lend(distinct, "distinct_prompts"))


def _told_apart(engine: Engine, sent: ir.Table, keys: NDArray[np.int64], exchanges: int) -> Prompts:
    apart = Apart(engine, keys, exchanges, "items")
    apart.add(sent, _each)
    told = apart.tell(sampled=True)
    different = told.different.group_by("account_key").aggregate(
        different=told.different.different.sum().cast("int64")
    )
    distinct = engine.keep(different, "distinct_prompts")
    return Prompts(told.shelf, distinct)


def _each(batch: pa.RecordBatch, places: Places) -> Iterator[tuple[NDArray[Any], ...]]:
    account = places.find(numbers(batch["account_key"])).astype(np.int32)
    once = np.ones(len(account), np.int32)
    long = np.asarray(batch["long"].to_numpy(zero_copy_only=False), np.bool_)
    yield numbers(batch["thing"]), account, once, long
