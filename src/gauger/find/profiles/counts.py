"""How an account's exchanges spread over the values of a feature, for the accounts asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import ibis
import ibis.expr.types as ir

from gauger.engine.moments import second_of
from gauger.find.profiles.settings import ORIGINS
from gauger.find.profiles.summary import Summary

HASHED_BUCKETS: Final = 128
"""Values of an unbounded feature are folded into this many buckets; chance collisions are
corrected where the counts are compared."""

WORDING: Final = "wording"
"""The feature whose values are the kept runs of the prompts themselves."""

UNBOUNDED: Final = ("model", "parameters", "client", "range", "block")
"""Features with one value an exchange and any number of values in all."""

PAUSE: Final = "pause"
"""The feature whose values are the times since an account's last exchange, in powers of two."""

_FOLD: Final = 127
"""A prime, so that no period in the traffic folds values together."""


def features(sketches: ir.Table) -> Mapping[str, ir.IntegerValue]:
    """The bucket of every exchange under each feature of few values, by the feature's name."""
    s = sketches
    return {
        "capability": s.capability,
        "script": s.script,
        "prompt length": _magnitude(s.prompt_tokens),
        "answer length": _magnitude(s.output_tokens),
        "turn": ibis.least(s.turn.fill_null(1), 6).cast("int32"),
    }


def bucket_counts(summary: Summary, pool: ir.Table, feature: str) -> ir.Table:
    """Rows (account_key, bucket, exchanges) for the accounts of `pool` of a feature that is summed
    up by account already: `hour`, or one of the UNBOUNDED."""
    if feature == "hour":
        return _hours_of_day(summary, pool)
    return _unbounded(summary, pool, feature)


def hourly_counts(summary: Summary, pool: ir.Table) -> ir.Table:
    """Rows (account_key, hour, exchanges): exchanges in each hour since the epoch."""
    return summary.hours.semi_join(pool, "account_key")


def _hours_of_day(summary: Summary, pool: ir.Table) -> ir.Table:
    hours = summary.hours.semi_join(pool, "account_key")
    return hours.group_by("account_key", bucket=(hours.hour % 24).cast("int32")).aggregate(
        exchanges=hours.exchanges.sum().cast("int64")
    )


def _unbounded(summary: Summary, pool: ir.Table, feature: str) -> ir.Table:
    held = summary.origins if feature in ORIGINS else summary.settings
    held = held.filter(held[feature].notnull())
    mine = held.semi_join(pool, "account_key").select(
        "account_key", "exchanges", value=held[feature]
    )
    named = mine.inner_join(_folded(held, feature), "value")
    return named.group_by("account_key", "bucket").aggregate(
        exchanges=named.exchanges.sum().cast("int64")
    )


def _folded(held: ir.Table, feature: str) -> ir.Table:
    """Rows (value, bucket): every value folded by when and how often the logs show it.

    Fingerprints are keyed, so folding them by their own bits would weigh the same logs a little
    differently under every key; places in files would, for files in another order.
    """
    seen = held.group_by(value=held[feature]).aggregate(
        first=held["first"].min(),
        last=held["last"].max(),
        often=held.exchanges.sum().cast("int64"),
    )
    mixed = second_of(seen["first"]) * 31 + second_of(seen["last"]) * 7 + seen.often
    return seen.select("value", bucket=(mixed % _FOLD).cast("int32"))


def _magnitude(count: ir.IntegerValue) -> ir.IntegerValue:
    # Half a unit off the powers of two, where engines' logarithms round differently.
    return (count + 1.5).log2().floor().cast("int32")


def model_adoption(summary: Summary) -> ir.Table:
    """Rows (account_key, model, first_used) with the time of first use."""
    held = summary.settings
    return held.group_by("account_key", "model").aggregate(first_used=held["first"].min())
