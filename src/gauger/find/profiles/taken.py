"""What networks took, counted in the engine: no table here grows with the exchanges.

A task is a distinct prompt that is long enough to be one; a sample of it is an exchange that asks
for it. An exchange that carries a tool's result back is a step of a task and no sample, and one
that was refused took nothing.
"""

from __future__ import annotations

from functools import cached_property

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from gauger.engine import Engine
from gauger.engine.moments import hour_of
from gauger.find.profiles.prompts import MIN_ITEM_TOKENS
from gauger.find.profiles.tasks import alike

_FIRST_FAILURE = 400
_TOKENS = ("input_tokens", "output_tokens", "reasoning_tokens")


class Takings:
    """Counts per network; `membership` has rows (account_key, network).

    The networks' exchanges are gone over once for all counts by hour, and once to tell all their
    tasks apart.
    """

    def __init__(self, engine: Engine, sketches: ir.Table, membership: pa.Table) -> None:
        self._engine = engine
        members = engine.lend(membership, "members_that_took")
        self._theirs = _counted(sketches.inner_join(members, "account_key"))

    def exchanges(self) -> pa.Table:
        """Rows (network, capability, exchanges, refused, and for each kind of tokens the sum and
        the exchanges that state it); a sum is null where no exchange states any."""
        counts = ["exchanges", "refused"]
        counts += [name for kind in _TOKENS for name in (kind, _stated(kind))]
        return _summed(self._by_hour, ["network", "capability"], counts)

    def capabilities(self) -> pa.Table:
        """Rows (network, capability, exchanges)."""
        return _summed(self._by_hour, ["network", "capability"], ["exchanges"])

    def daily(self) -> pa.Table:
        """Rows (network, day, exchanges), days in UTC."""
        hour = self._by_hour["hour"]
        day = pc.divide(hour, 24).cast(pa.int32()).cast(pa.date32())
        return _summed(self._by_hour.append_column("day", day), ["network", "day"], ["exchanges"])

    def hourly(self) -> pa.Table:
        """Rows (network, hour, exchanges), hours of the day in UTC."""
        since = self._by_hour["hour"]
        hour = pc.subtract(since, pc.multiply(pc.divide(since, 24), 24))
        held = self._by_hour.drop("hour").append_column("hour", hour)
        return _summed(held, ["network", "hour"], ["exchanges"])

    def hours(self) -> pa.Table:
        """Rows (network, hour, samples): hours since the epoch in which samples were drawn."""
        held = _summed(self._by_hour, ["network", "hour"], ["samples"])
        return held.filter(pc.greater(held["samples"], 0))

    def models(self) -> pa.Table:
        """Rows (network, model, exchanges, uncounted, input_tokens, cached_tokens, output_tokens)
        of the exchanges that were answered."""
        s = self._theirs
        s = s.filter(s.answered)
        input_, output = s.input_tokens.fill_null(0), s.output_tokens.fill_null(0)
        # Counts of cached tokens come from another field and may claim more than the input.
        cached = ibis.least(s.cached_tokens.fill_null(0), input_)
        return self._fetch(
            s.group_by("network", model=s.request_model).aggregate(
                exchanges=s.count(),
                uncounted=_count(s.input_tokens.isnull() | s.output_tokens.isnull()),
                input_tokens=input_.sum(),
                cached_tokens=cached.sum(),
                output_tokens=output.sum(),
            )
        )

    def frequencies(self) -> pa.Table:
        """Rows (network, samples, tasks, shared): how many tasks came so often, and how many of
        these came from two accounts or more."""
        alike = self._alike
        return self._fetch(
            alike.group_by("network", "samples").aggregate(
                tasks=alike.tasks.sum(), shared=alike.shared.sum()
            )
        )

    def frequencies_by_capability(self) -> pa.Table:
        """Rows (network, capability, samples, tasks)."""
        alike = self._alike
        return self._fetch(
            alike.group_by("network", "capability", "samples").aggregate(tasks=alike.tasks.sum())
        )

    def first_hours(self) -> pa.Table:
        """Rows (network, hour, tasks): how many tasks were first sent in each hour."""
        alike = self._alike
        return self._fetch(alike.group_by("network", "hour").aggregate(tasks=alike.tasks.sum()))

    @cached_property
    def _alike(self) -> ir.Table:
        samples = self._theirs.filter(self._theirs.task.notnull())
        samples = samples.select("network", "account_key", "task", "capability", "hour")
        expected = pc.sum(self._by_hour["samples"]).as_py() or 0
        return alike(self._engine, samples, expected)

    @cached_property
    def _by_hour(self) -> pa.Table:
        """Rows (network, capability, hour and all that is summed of them)."""
        s = self._theirs
        sums = {kind: s[kind].sum() for kind in _TOKENS}
        stated = {_stated(kind): s[kind].count() for kind in _TOKENS}
        return self._fetch(
            s.group_by("network", "capability", "hour").aggregate(
                exchanges=s.count(),
                refused=_count(~s.answered),
                samples=s.task.count(),
                **sums,
                **stated,
            )
        )

    def _fetch(self, expression: ir.Table) -> pa.Table:
        return self._engine.fetch(expression, "what networks took")


def _counted(theirs: ir.Table) -> ir.Table:
    """What is counted of the networks' exchanges; `task` is null where none is asked for."""
    answered = theirs.status.fill_null(0) < _FIRST_FAILURE
    asks = theirs.prompt_tokens >= MIN_ITEM_TOKENS
    of_a_person = theirs.input_role.fill_null("user") != "tool"
    asked = (asks & of_a_person & answered).fill_null(False)
    return theirs.select(
        "network", "account_key", "capability", "request_model", "cached_tokens", *_TOKENS,
        answered=answered, hour=hour_of(theirs.time),
        task=asked.ifelse(theirs.prompt, ibis.null("int64")),
    )  # fmt: skip


def _stated(kind: str) -> str:
    return kind.replace("tokens", "stated")


def _summed(rows: pa.Table, keys: list[str], counts: list[str]) -> pa.Table:
    """Counts summed by their keys, under their own names; a sum of nothing stated is null."""
    found = rows.group_by(keys).aggregate([(name, "sum") for name in counts])
    return found.select([*keys, *(f"{name}_sum" for name in counts)]).rename_columns(keys + counts)


def _count(condition: ir.BooleanValue) -> ir.IntegerScalar:
    return condition.fill_null(False).cast("int64").sum()
