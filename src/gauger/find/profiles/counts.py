"""How an account's exchanges spread over the values of a feature, for the accounts asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import ibis
import ibis.expr.types as ir

HASHED_BUCKETS: Final = 128
"""Values of an unbounded feature are folded into this many buckets; chance collisions are
corrected where the counts are compared."""

WORDING: Final = "wording"
"""The feature whose values are the kept runs of the prompts themselves."""

_PROMPT_RUNS: Final = ("head", "tail", "runs")


def features(sketches: ir.Table) -> Mapping[str, ir.IntegerValue]:
    """The bucket of every exchange under each feature, by the feature's name."""
    s = sketches
    return {
        "hour": s.time.hour().cast("int32"),
        "capability": s.capability,
        "script": s.script,
        "prompt length": _magnitude(s.prompt_tokens),
        "answer length": _magnitude(s.output_tokens),
        "turn": ibis.least(s.turn.fill_null(1), 6).cast("int32"),
        "model": _hashed(s.model),
        "parameters": _hashed(s.parameters),
        "client": _hashed(s.client),
        "range": _hashed(s["range"]),
        "block": _hashed(s.block),
    }


def bucket_counts(sketches: ir.Table, pool: ir.Table, feature: str) -> ir.Table:
    """Rows (account_key, bucket, exchanges) of one feature for the accounts of `pool`."""
    chosen = sketches.semi_join(pool, "account_key")
    if feature == WORDING:
        # The ends of short prompts often hold no sampled run.
        runs = ibis.union(
            *(chosen.select("account_key", run=chosen[part].unnest()) for part in _PROMPT_RUNS)
        )
        named = runs.select("account_key", bucket=_hashed(runs.run))
    else:
        named = chosen.select("account_key", bucket=features(chosen)[feature])
    named = named.filter(named.bucket.notnull())
    return named.group_by("account_key", "bucket").aggregate(exchanges=named.count())


def hourly_counts(sketches: ir.Table, pool: ir.Table) -> ir.Table:
    """Rows (account_key, hour, exchanges): exchanges in each hour since the epoch."""
    chosen = sketches.semi_join(pool, "account_key")
    named = chosen.select("account_key", hour=(chosen.time.epoch_seconds() // 3600).cast("int64"))
    return named.group_by("account_key", "hour").aggregate(exchanges=named.count())


def _hashed(fingerprint: ir.IntegerValue) -> ir.IntegerValue:
    return (fingerprint & (HASHED_BUCKETS - 1)).cast("int32")


def _magnitude(count: ir.IntegerValue) -> ir.IntegerValue:
    # Half a unit off the powers of two, where engines' logarithms round differently.
    return (count + 1.5).log2().floor().cast("int32")


def own_wording(sketches: ir.Table) -> ir.Table:
    """Rows (account_key, own, runs): sampled runs of an account, and how many of them recur
    within it and occur nowhere else.

    People return to their own projects, names and texts; a dealt dataset has no such habit.
    """
    runs = sketches.select("account_key", run=sketches.runs.unnest())
    by_run = runs.group_by("account_key", "run").aggregate(times=runs.count())
    met = by_run.group_by("run").aggregate(
        holders=by_run.count(), times=by_run.times.sum(), account_key=by_run.account_key.min()
    )
    own = met.filter((met.holders == 1) & (met.times > 1))
    mine = own.group_by("account_key").aggregate(own=own.times.sum())
    total = runs.group_by("account_key").aggregate(runs=runs.count())
    return total.left_join(mine, "account_key").select(
        "account_key", "runs", own=mine.own.fill_null(0)
    )


def model_adoption(sketches: ir.Table) -> ir.Table:
    """Rows (account_key, model, first_used) with the time of first use."""
    s = sketches
    return s.group_by("account_key", "model").aggregate(first_used=s.time.min())
