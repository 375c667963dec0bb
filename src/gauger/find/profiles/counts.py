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

UNBOUNDED: Final = ("model", "parameters", "client", "range", "block")
"""Features with one value an exchange and any number of values in all."""

_PROMPT_RUNS: Final = ("head", "tail", "runs")
PAUSE: Final = "pause"
"""The feature whose values are the times since an account's last exchange, in powers of two."""

_FOLD: Final = 127
"""A prime, so that no period in the traffic folds values together."""


def features(sketches: ir.Table) -> Mapping[str, ir.IntegerValue]:
    """The bucket of every exchange under each feature of few values, by the feature's name."""
    s = sketches
    return {
        "hour": s.time.hour().cast("int32"),
        "capability": s.capability,
        "script": s.script,
        "prompt length": _magnitude(s.prompt_tokens),
        "answer length": _magnitude(s.output_tokens),
        "turn": ibis.least(s.turn.fill_null(1), 6).cast("int32"),
    }


def bucket_counts(sketches: ir.Table, pool: ir.Table, feature: str) -> ir.Table:
    """Rows (account_key, bucket, exchanges) of one feature for the accounts of `pool`."""
    chosen = sketches.semi_join(pool, "account_key")
    if feature == WORDING:
        # The ends of short prompts often hold no sampled run.
        runs = ibis.union(
            *(chosen.select("account_key", run=chosen[part].unnest()) for part in _PROMPT_RUNS)
        )
        named = runs.select("account_key", bucket=(runs.run & (HASHED_BUCKETS - 1)).cast("int32"))
    elif feature == PAUSE:
        named = _pauses(chosen)
    elif feature in UNBOUNDED:
        held = chosen.select("account_key", value=chosen[feature])
        named = held.inner_join(_folded(sketches, feature), "value").select("account_key", "bucket")
    else:
        named = chosen.select("account_key", bucket=features(chosen)[feature])
    named = named.filter(named.bucket.notnull())
    return named.group_by("account_key", "bucket").aggregate(exchanges=named.count())


def hourly_counts(sketches: ir.Table, pool: ir.Table) -> ir.Table:
    """Rows (account_key, hour, exchanges): exchanges in each hour since the epoch."""
    chosen = sketches.semi_join(pool, "account_key")
    named = chosen.select("account_key", hour=(chosen.time.epoch_seconds() // 3600).cast("int64"))
    return named.group_by("account_key", "hour").aggregate(exchanges=named.count())


def _pauses(chosen: ir.Table) -> ir.Table:
    second = chosen.time.truncate("s").epoch_seconds().cast("int64")
    timed = chosen.select("account_key", second=second)
    before = timed.second.lag().over(ibis.window(group_by=timed.account_key, order_by=timed.second))
    return timed.select("account_key", bucket=_magnitude(timed.second - before))


def _folded(sketches: ir.Table, feature: str) -> ir.Table:
    """Rows (value, bucket): every value folded by when and how often the logs show it.

    Fingerprints are keyed, so folding them by their own bits would weigh the same logs a little
    differently under every key; places in files would, for files in another order.
    """
    second = sketches.time.truncate("s").epoch_seconds().cast("int64")
    seen = sketches.group_by(value=sketches[feature]).aggregate(
        first=second.min(), last=second.max(), exchanges=sketches.count()
    )
    mixed = seen.first * 31 + seen.last * 7 + seen.exchanges
    return seen.select("value", bucket=(mixed % _FOLD).cast("int32"))


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
