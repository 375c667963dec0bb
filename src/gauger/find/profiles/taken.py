"""What networks took, counted in the engine: no table here grows with the exchanges.

A task is a distinct prompt that is long enough to be one; a sample of it is an exchange that asks
for it. An exchange that carries a tool's result back is a step of a task and no sample, and one
that was refused took nothing.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine import Engine
from gauger.find.profiles.prompts import MIN_ITEM_TOKENS

_FIRST_FAILURE = 400


class Takings:
    """Counts per network; `membership` has rows (account_key, network)."""

    def __init__(self, engine: Engine, sketches: ir.Table, membership: pa.Table) -> None:
        self._engine = engine
        members = engine.lend(membership, "members_that_took")
        self._theirs = sketches.inner_join(members, "account_key")
        # The one step that has to tell all prompts apart runs once.
        self._alike = engine.keep(_alike(self._theirs), "tasks_of_networks")

    def exchanges(self) -> pa.Table:
        """Rows (network, capability, exchanges, refused, and for each kind of tokens the sum and
        the exchanges that state it); a sum is null where no exchange states any."""
        s = self._theirs
        return self._fetch(
            s.group_by("network", "capability").aggregate(
                exchanges=s.count(),
                refused=_count(~_answered(s)),
                input_tokens=s.input_tokens.sum(),
                input_stated=s.input_tokens.count(),
                output_tokens=s.output_tokens.sum(),
                output_stated=s.output_tokens.count(),
                reasoning_tokens=s.reasoning_tokens.sum(),
                reasoning_stated=s.reasoning_tokens.count(),
            )
        )

    def models(self) -> pa.Table:
        """Rows (network, model, exchanges, uncounted, input_tokens, cached_tokens, output_tokens)
        of the exchanges that were answered."""
        s = self._theirs
        s = s.filter(_answered(s))
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

    def hours(self) -> pa.Table:
        """Rows (network, hour, samples): hours since the epoch in which samples were drawn."""
        samples = _samples(self._theirs)
        return self._fetch(
            samples.group_by("network", hour=_hour(samples)).aggregate(samples=samples.count())
        )

    def first_hours(self) -> pa.Table:
        """Rows (network, hour, tasks): how many tasks were first sent in each hour."""
        alike = self._alike
        return self._fetch(alike.group_by("network", "hour").aggregate(tasks=alike.tasks.sum()))

    def _fetch(self, expression: ir.Table) -> pa.Table:
        return self._engine.fetch(expression, "what networks took")


def _alike(theirs: ir.Table) -> ir.Table:
    """Rows (network, capability, samples, hour, tasks, shared): tasks that are alike in these.

    `hour` is that of a task's first sample. A prompt with words of no capability counts as
    agentic where tools were sent with it, so its samples may bear two tags: the higher code is
    the one that says something.
    """
    samples = _samples(theirs)
    tasks = samples.group_by("network", task=samples.prompt).aggregate(
        capability=samples.capability.max(),
        samples=samples.count(),
        # They differ where a task came from more than one account; a set of accounts would grow.
        one=samples.account_key.min(),
        another=samples.account_key.max(),
        hour=_hour(samples).min(),
    )
    return tasks.group_by("network", "capability", "samples", "hour").aggregate(
        tasks=tasks.count(), shared=_count(tasks.one != tasks.another)
    )


def _samples(theirs: ir.Table) -> ir.Table:
    asks = theirs.prompt.notnull() & (theirs.prompt_tokens >= MIN_ITEM_TOKENS)
    of_a_person = theirs.input_role.fill_null("user") != "tool"
    return theirs.filter(asks & of_a_person & _answered(theirs))


def _answered(theirs: ir.Table) -> ir.BooleanValue:
    return theirs.status.fill_null(0) < _FIRST_FAILURE


def _hour(samples: ir.Table) -> ir.IntegerValue:
    # Seconds since the epoch are fractional on one engine.
    return (samples.time.truncate("s").epoch_seconds().cast("int64") // 3600).cast("int64")


def _count(condition: ir.BooleanValue) -> ir.IntegerScalar:
    return condition.fill_null(False).cast("int64").sum()
