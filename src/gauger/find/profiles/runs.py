"""Runs of words: which of them two or more accounts have in common, and which recur within one
account alone.

There are several times as many runs as exchanges, and most occur once: this is the largest step
of a scan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from gauger.engine import Engine
from gauger.find.profiles.passes import parts_of

PROMPT_RUNS: Final = ("head", "tail", "runs")
_BYTES: Final = 112
"""What an engine holds of one run while it groups: six numbers, their hash, its place."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Rows (account_key, thing, exchanges) of runs that two or more accounts hold, and rows
    (account_key, own): runs of an account that recur within it and occur nowhere else.

    People return to their own projects, names and texts; a dealt dataset has no such habit.
    """

    frames: ir.Table
    own: ir.Table
    kept: tuple[str, ...]
    """Names under which the engine keeps what both are made of."""


def runs_of(engine: Engine, sketches: ir.Table, of_systems: ir.Table) -> Runs:
    """Compares the runs of all accounts, a part of them at a time.

    `of_systems` has rows (account_key, thing, exchanges) of the runs of system prompts.
    """
    of_systems = engine.keep(of_systems, "runs_of_systems")
    total, parts = parts_of(
        engine, _held(sketches, of_systems), "thing", _number(engine, sketches), _BYTES, "runs"
    )
    frames, owns = [], []
    for number, held in enumerate(parts):
        # A run that only one account holds ties nobody; dropping it first spares the grouping
        # by account and run, which is larger still.
        sampled = held.sampled > 0
        met = engine.keep(
            held.group_by("thing").aggregate(
                lowest=held.account_key.min(),
                highest=held.account_key.max(),
                own_lowest=held.account_key.min(where=sampled),
                own_highest=held.account_key.max(where=sampled),
                times=held.sampled.sum().cast("int64"),
            ),
            f"runs_{number}",
        )
        shared = met.filter(met.lowest != met.highest).select("thing")
        tied = held.semi_join(shared, "thing")
        frames.append(
            engine.keep(
                tied.group_by("account_key", "thing").aggregate(
                    exchanges=tied.exchanges.sum().cast("int64")
                ),
                f"frames_{number}",
            )
        )
        own = met.filter((met.own_lowest == met.own_highest) & (met.times > 1))
        owns.append(
            engine.keep(
                own.group_by(account_key=own.own_lowest).aggregate(
                    own=own.times.sum().cast("int64")
                ),
                f"own_wording_{number}",
            )
        )
        engine.release(f"runs_{number}")
    own = ibis.union(*owns) if total > 1 else owns[0]
    return Runs(
        ibis.union(*frames) if total > 1 else frames[0],
        own.group_by("account_key").aggregate(own=own.own.sum().cast("int64")),
        (
            "runs_of_systems",
            *(f"{name}_{number}" for name in ("frames", "own_wording") for number in range(total)),
        ),
    )


def _held(sketches: ir.Table, of_systems: ir.Table) -> ir.Table:
    """Rows (account_key, thing, exchanges, sampled): `sampled` is 1 for the sampled runs of a
    prompt and 0 for those at its ends, which stand anew in every prompt of a frame."""
    one, none = ibis.literal(1, "int32"), ibis.literal(0, "int32")
    parts = [
        sketches.select("account_key", thing=sketches[name].unnest()).mutate(
            exchanges=ibis.literal(1, "int64"), sampled=one if name == "runs" else none
        )
        for name in PROMPT_RUNS
    ]
    parts.append(of_systems.select("account_key", "thing", "exchanges").mutate(sampled=none))
    return ibis.union(*parts)


def _number(engine: Engine, sketches: ir.Table) -> int:
    if engine.room is None:
        return 0
    lengths = [sketches[name].length().sum() for name in PROMPT_RUNS]
    counted = sketches.aggregate(**dict(zip(PROMPT_RUNS, lengths, strict=True)))
    (row,) = engine.fetch(counted, "count runs").to_pylist()
    return sum(int(count or 0) for count in row.values())
