"""What accounts send their exchanges with and from, each combination once.

An account has few settings and few addresses beside its exchanges, so whatever is asked of one
of them later is asked of these tables: every further grouping over all exchanges is spared.
"""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from gauger.engine import Engine
from gauger.engine.moments import hour_of

SETTINGS: Final = ("system", "tools", "client", "parameters", "credential", "model")
ORIGINS: Final = ("address", "range", "block")


def settings_of(engine: Engine, sketches: ir.Table) -> ir.Table:
    """Rows (account_key, SETTINGS, exchanges, first, last), kept."""
    return engine.keep(_together(sketches, SETTINGS), "settings_of_accounts")


def origins_of(engine: Engine, sketches: ir.Table) -> ir.Table:
    """Rows (account_key, ORIGINS, exchanges, first, last), kept."""
    return engine.keep(_together(sketches, ORIGINS), "origins_of_accounts")


def hours_of(engine: Engine, sketches: ir.Table) -> ir.Table:
    """Rows (account_key, hour, exchanges), kept: exchanges in each hour since the epoch."""
    named = sketches.select("account_key", hour=hour_of(sketches.time))
    return engine.keep(
        named.group_by("account_key", "hour").aggregate(exchanges=named.count()),
        "hours_of_accounts",
    )


def held_of(combinations: ir.Table, column: str) -> ir.Table:
    """Rows (account_key, thing, exchanges) of one setting or origin."""
    held = combinations.filter(combinations[column].notnull())
    return held.group_by("account_key", thing=held[column]).aggregate(
        exchanges=held.exchanges.sum().cast("int64")
    )


def runs_of_systems(sketches: ir.Table, settings: ir.Table) -> ir.Table:
    """Rows (account_key, thing, exchanges) of the runs of system prompts.

    Equal system prompts have equal runs, so these are unfolded once for every prompt and not for
    every exchange.
    """
    sent = sketches.filter(sketches.system.notnull())
    # One exchange speaks for all: lists in a grouping would make Spark sort all exchanges.
    one = sent.group_by("system").aggregate(exchange_key=sent.exchange_key.min())
    runs = sent.semi_join(one, "exchange_key").select("system", thing=sent.system_runs.unnest())
    held = held_of(settings, "system")
    met = held.inner_join(runs, held.thing == runs.system).select(
        "account_key", "exchanges", thing=runs.thing
    )
    return met.group_by("account_key", "thing").aggregate(
        exchanges=met.exchanges.sum().cast("int64")
    )


def _together(sketches: ir.Table, columns: tuple[str, ...]) -> ir.Table:
    return sketches.group_by("account_key", *columns).aggregate(
        exchanges=ibis._.count(), first=ibis._.time.min(), last=ibis._.time.max()
    )
