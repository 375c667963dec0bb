"""Runs of words: which of them two or more accounts have in common, and which recur within one
account alone.

There are several times as many runs as exchanges, and most occur once: this is the largest step
of a scan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import ibis.expr.types as ir
import numba as nb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.engine.shelf import Shelf
from gauger.find.profiles.apart import Apart
from gauger.find.profiles.places import Places
from gauger.find.profiles.things import Accounts, Things, numbers
from gauger.model.ahead import worked_ahead

PROMPT_RUNS: Final = ("head", "tail", "runs")
_SAMPLED: Final = "runs"
"""The runs that are a sample of all a prompt's; those at its ends stand anew in every prompt of a
frame."""
_PER_EXCHANGE: Final = 6
"""About how many there are."""


@dataclass(frozen=True, slots=True)
class Runs:
    """On a `shelf` rows (account_key, thing, exchanges) of runs that two or more accounts hold, and
    a table (account_key, own): runs of an account that recur within it and occur nowhere else.

    People return to their own projects, names and texts; a dealt dataset has no such habit.
    """

    shelf: Shelf
    own: ir.Table


def runs_of(
    engine: Engine, sketches: ir.Table, of_systems: ir.Table, accounts: Accounts, exchanges: int
) -> Runs:  # fmt: skip
    """Compares the runs of all accounts.

    `of_systems` has rows (account_key, thing, exchanges) of the runs of system prompts;
    `exchanges` is about how many there are.
    """
    if not engine.embedded:
        return _told_apart(engine, sketches, of_systems, accounts.keys, exchanges)
    things = Things(engine, accounts, _PER_EXCHANGE * exchanges, "runs")
    things.add_counted(engine.stream(of_systems, "runs of system prompts"))

    def unfold(batch: pa.RecordBatch) -> list[tuple[NDArray[Any], ...]]:
        account = accounts.places.find(numbers(batch["account_key"])).astype(np.int32)
        found: list[tuple[NDArray[Any], ...]] = []
        for name in PROMPT_RUNS:
            thing, holder = unfolded(batch[name], account)
            found.append((thing, holder, np.full(len(thing), name == _SAMPLED)))
        return found

    batches = engine.stream(sketches.select("account_key", *PROMPT_RUNS), "runs")
    for rows in worked_ahead(unfold, batches, engine.threads):
        for each in rows:
            things.add(*each)
    told = things.tell()
    some = np.flatnonzero(told.own)
    own = pa.table([accounts.keys[some], told.own[some]], ["account_key", "own"])
    return Runs(told.shelf, engine.lend(own, "own_wording"))


def unfolded(
    lists: pa.ListArray, of_row: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """All items of lists, and for each what its row is."""
    # As they lie in memory: a list that is null has no length there.
    items = lists.flatten()
    lengths = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    return numbers(items), np.asarray(_repeated(of_row, lengths, len(items)))


@nb.njit(cache=True, nogil=True)
def _repeated(values, often, total):  # type: ignore[no-untyped-def]
    found = np.empty(total, values.dtype)
    at = 0
    for row in range(len(values)):
        for _ in range(often[row]):
            found[at] = values[row]
            at += 1
    return found


def _told_apart(
    engine: Engine, sketches: ir.Table, of_systems: ir.Table, keys: NDArray[np.int64],
    exchanges: int,
) -> Runs:  # fmt: skip
    apart = Apart(engine, keys, _PER_EXCHANGE * exchanges, "runs")
    apart.add(of_systems, _counted)
    apart.add(sketches.select("account_key", *PROMPT_RUNS), _single)
    told = apart.tell()
    own = told.own.group_by("account_key").aggregate(own=told.own.own.sum().cast("int64"))
    return Runs(told.shelf, engine.keep(own, "own_wording"))


def _counted(batch: pa.RecordBatch, places: Places) -> Iterator[tuple[NDArray[Any], ...]]:
    account = places.find(numbers(batch["account_key"])).astype(np.int32)
    often = numbers(batch["exchanges"]).astype(np.int32)
    yield numbers(batch["thing"]), account, often, np.zeros(len(account), np.bool_)


def _single(batch: pa.RecordBatch, places: Places) -> Iterator[tuple[NDArray[Any], ...]]:
    account = places.find(numbers(batch["account_key"])).astype(np.int32)
    for name in PROMPT_RUNS:
        thing, holder = unfolded(batch[name], account)
        yield thing, holder, np.ones(len(thing), np.int32), np.full(len(thing), name == _SAMPLED)
