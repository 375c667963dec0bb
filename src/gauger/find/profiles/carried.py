"""What single exchanges carry that may mark a network, and how many accounts carry it.

Ties forget the fingerprint of a thing; a signature needs it. So what networks hold is asked once
more, and of everybody else only whether they hold the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine import Engine
from gauger.find.linkage.ties import HABIT
from gauger.find.profiles.prompts import MIN_ITEM_TOKENS
from gauger.find.profiles.runs import PROMPT_RUNS
from gauger.find.profiles.settings import ORIGINS, SETTINGS
from gauger.find.profiles.summary import Summary

RUNS: Final = (*PROMPT_RUNS, "system_runs")
"""Lists of runs of words of a sketch; together they are its frames."""
SINGLE: Final = (
    "system", "item", "subject", "address", "range", "block", "tools", "parameters", "client",
    "model", "form", "asked", "answered",
)  # fmt: skip
"""Kinds of which an exchange carries one thing at most."""
CARRIED: Final = ("frame", *SINGLE)
"""Kinds of thing that an exchange carries by itself."""


def thing_of(sketches: ir.Table, kind: str) -> ir.IntegerValue:
    """The one thing of a kind that each exchange carries; null where it carries none."""
    s = sketches
    if kind == "item":
        return ibis.ifelse(s.prompt_tokens >= MIN_ITEM_TOKENS, s.prompt, ibis.null("int64"))
    if kind == "subject":
        number = _together((s.capability, s.marks, s.script))
        return ibis.ifelse(s.prompt.notnull(), number, ibis.null("int64"))
    if kind == "form":
        # Nothing of the answer: an account may be asked about before it has one.
        return _together((ibis.least(s.turn.fill_null(1), 3), s.input_role == "tool"))
    if kind in ("asked", "answered"):
        return _magnitude(s.prompt_tokens if kind == "asked" else s.output_tokens)
    return s[kind]


def _together(parts: Sequence[ir.Value]) -> ir.IntegerValue:
    """Small numbers as one; 99 stands for null."""
    number = ibis.literal(0, "int64")
    for part in parts:
        number = number * 100 + part.cast("int64").fill_null(99)
    return number


def _magnitude(tokens: ir.IntegerValue) -> ir.IntegerValue:
    """Twice the binary logarithm of a positive count, rounded down."""
    return ibis.ifelse(
        tokens > 0, (tokens.cast("float64").log2() * 2).floor().cast("int64"), ibis.null("int64")
    )


def carried(sketches: ir.Table, kind: str, beside: tuple[str, ...]) -> ir.Table:
    """Rows (beside, thing) of what exchanges carry of one kind, several for one exchange where
    they carry several."""
    if kind != "frame":
        rows = sketches.select(*beside, thing=thing_of(sketches, kind))
        return rows.filter(rows.thing.notnull())
    return ibis.union(*(sketches.select(*beside, thing=sketches[part].unnest()) for part in RUNS))


class Holders:
    """Who holds what, for networks.

    `membership` has rows (account_key, network, member, exchanges, fewest): accounts that are not
    `member` of a network are neither inside nor outside of it; at least `fewest` members hold
    what marks it. Settings and origins are asked of the summary, which has each combination
    once, frames and items of the things that were told apart, and the rest of all exchanges.
    """

    def __init__(self, engine: Engine, summary: Summary, membership: pa.Table) -> None:
        self._engine = engine
        self._summary = summary
        self._membership = engine.lend(membership, "marked")
        shelves = {"frame": summary.runs.shelf, "item": summary.prompts.shelf}
        # What fewer than two accounts hold marks no network.
        self._shared = {kind: engine.read(shelf.folder) for kind, shelf in shelves.items()}

    def inside(self, kind: str) -> pa.Table:
        """Rows (network, thing, members, concerned, first, last): of `concerned` accounts that
        hold the thing at all, `members` hold it as a habit."""
        if kind in self._shared:
            return self._inside_shared(kind)
        rows = self._of_networks(kind)
        by = ("network", "account_key", "member", "exchanges", "fewest", "thing")
        held = rows.group_by(*by).aggregate(
            times=rows.times.sum(), first=rows["first"].min(), last=rows["last"].max()
        )
        marking = _marking(
            held, kind,
            first=held["first"].min(where=held.member), last=held["last"].max(where=held.member),
        )  # fmt: skip
        return self._engine.fetch(marking, f"what marks networks: {kind}")

    def everywhere(self, kind: str, things: pa.Array) -> pa.Table:
        """Rows (thing, accounts): all accounts that hold each of the things."""
        wanted = self._engine.lend(pa.table({"thing": things}), f"marking_{kind}")
        together = self._together(kind)
        if kind in self._shared:
            rows = self._shared[kind].select("account_key", "thing")
        elif together is None:
            rows = carried(self._summary.sketches, kind, ("account_key",))
        else:
            rows = together.select("account_key", "thing")
        rows = rows.semi_join(wanted, "thing")
        return self._engine.fetch(
            rows.group_by("thing").aggregate(accounts=rows.account_key.nunique()),
            f"who holds what marks networks: {kind}",
        )

    def _inside_shared(self, kind: str) -> pa.Table:
        """Who holds what is told already; when they did is asked of what marks networks alone."""
        shared = self._shared[kind].rename(times="exchanges")
        held = shared.inner_join(self._membership, "account_key")
        step = f"what marks networks: {kind}"
        found = self._engine.fetch(_marking(held, kind), step)
        things = pa.table({"thing": found["thing"].combine_chunks().unique()})
        marking = self._engine.lend(things, f"marked_{kind}")
        members = self._membership.filter(self._membership.member)
        members = members.select("account_key", "network")
        # Networks come last: where rows of several joins are united with what these add to them,
        # and joined once more, DuckDB 2.0.0 breaks off (as in duckdb/duckdb#24807).
        theirs = self._summary.sketches.semi_join(members, "account_key")
        rows = carried(theirs, kind, ("account_key", "time")).semi_join(marking, "thing")
        seen = rows.group_by("account_key", "thing").aggregate(
            first=rows.time.min(), last=rows.time.max()
        )
        seen = seen.inner_join(members, "account_key")
        of_networks = seen.group_by("network", "thing").aggregate(
            first=seen["first"].min(), last=seen["last"].max()
        )
        return found.join(self._engine.fetch(of_networks, step), ["network", "thing"])

    def _of_networks(self, kind: str) -> ir.Table:
        """What the networks' accounts hold, with how often, first and last."""
        together = self._together(kind)
        if together is not None:
            return together.inner_join(self._membership, "account_key")
        # Joined before anything is unfolded: most exchanges are nobody's.
        theirs = self._summary.sketches.inner_join(self._membership, "account_key")
        beside = ("network", "account_key", "member", "exchanges", "fewest", "time")
        rows = carried(theirs, kind, beside)
        return rows.mutate(times=ibis.literal(1, "int64"), first=rows.time, last=rows.time)

    def _together(self, kind: str) -> ir.Table | None:
        """Rows (account_key, thing, times, first, last) of a setting or an origin."""
        if kind not in (*SETTINGS, *ORIGINS):
            return None
        table = self._summary.origins if kind in ORIGINS else self._summary.settings
        table = table.filter(table[kind].notnull())
        return table.select(
            "account_key", thing=table[kind], times=table.exchanges.cast("int64"),
            first=table["first"], last=table["last"],
        )  # fmt: skip


def _marking(held: ir.Table, kind: str, **beside: ir.Scalar) -> ir.Table:
    """Rows (network, thing, members, concerned, beside) of what enough members hold, of what
    accounts of networks hold, each account and thing once."""
    habit = held.member
    if kind != "item":
        habit = habit & (held.times >= HABIT * held.exchanges)
    marking = held.group_by("network", "fewest", "thing").aggregate(
        members=habit.cast("int64").sum(), concerned=held.count(), **beside
    )
    return marking.filter(marking.members >= marking.fewest).drop("fewest")


def first_exchanges(
    engine: Engine, sketches: ir.Table, accounts: pa.Array, most: int, name: str = "replayed"
) -> pa.Table:
    """The first exchanges of each account, `most` at most: rows (account_key, number, RUNS,
    SINGLE), `number` from 1 in the order of their times. `name` is one's own for each call."""
    asked = engine.lend(pa.table({"account_key": accounts}), name)
    theirs = sketches.semi_join(asked, "account_key")
    # By their times first, so that few rows are put in order with all that they carry.
    by_time = ibis.window(group_by="account_key", order_by="time")
    times = theirs.select("account_key", "time", place=ibis.row_number().over(by_time))
    times = times.filter(times.place < most)
    until = times.group_by("account_key").aggregate(until=times.time.max())
    early = theirs.inner_join(until, "account_key")
    early = early.filter(early.time <= early.until).drop("until")
    order = ibis.window(group_by="account_key", order_by=["time", "exchange_key"])
    numbered = early.mutate(number=ibis.row_number().over(order) + 1)
    chosen = numbered.filter(numbered.number <= most)
    return engine.fetch(
        chosen.select(
            "account_key",
            number=chosen.number.cast("int32"),
            **{f"{name}_prints": chosen[name] for name in RUNS},
            **{kind: thing_of(chosen, kind) for kind in SINGLE},
        ),
        "first exchanges",
    )
