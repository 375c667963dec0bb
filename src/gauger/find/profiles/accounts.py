"""What each account did, in one row: counts, not judgements."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from gauger.find.profiles.summary import Summary
from gauger.model.sketch import Mark


def account_profiles(summary: Summary) -> ir.Table:
    """One row per account.

    Counts of exchanges by what they hold, sums of tokens, first and last time seen. A turn that
    the log does not number counts as a single one unless the exchange belongs to a
    conversation.
    """
    s = summary.sketches
    alone = (s.turn.isnull() & s.conversation.isnull()) | (s.turn == 1)

    def count(condition: ir.BooleanValue) -> ir.IntegerScalar:
        return condition.fill_null(False).cast("int64").sum()

    def marked(mark: Mark) -> ir.IntegerScalar:
        return count((s.marks & ibis.literal(int(mark), "int32")) != 0)

    # Texts among what is counted by, not among what is counted: their minimum would make Spark sort
    # all exchanges.
    named = s.group_by("account_key", "account_id", "organization_id").aggregate(
        exchanges=s.count(),
        first_seen=s.time.min(),
        last_seen=s.time.max(),
        input_tokens=s.input_tokens.fill_null(0).sum(),
        output_tokens=s.output_tokens.fill_null(0).sum(),
        prompts=count(s.prompt.notnull()),
        first_turns=count(alone),
        reactions=marked(Mark.REACTION),
        reasoning=marked(Mark.REASONING),
        rubric=marked(Mark.RUBRIC),
        pairs=marked(Mark.PAIRS),
        tool_results=count(s.input_role == "tool"),
        structured=count(s.response_structured),
        runs=s.runs.length().sum().cast("int64"),
        answered=count(s.response_tokens > 0),
        metered=s.output_tokens.count(),
        in_conversation=s.conversation.count(),
        numbered=s.turn.count(),
        declared=s.organization_id.count(),
    )
    counted = _together(named)
    for told in _distinct(summary):
        counted = counted.left_join(told, "account_key").drop("account_key_right")
    # An account without a prompt has no row among the prompts.
    return counted.mutate(distinct_prompts=counted.distinct_prompts.fill_null(0))


def _together(named: ir.Table) -> ir.Table:
    """One row per account of rows by account and the texts that it gave."""
    n = named
    texts = {name: n[name].min() for name in ("account_id", "organization_id")}
    seen = {"first_seen": n.first_seen.min(), "last_seen": n.last_seen.max()}
    counts = [name for name in n.columns if name not in (*texts, *seen, "account_key")]
    sums = {name: n[name].sum().cast("int64") for name in counts}
    return n.group_by("account_key").aggregate(**texts, **seen, **sums)


def _distinct(summary: Summary) -> tuple[ir.Table, ...]:
    """How many different values accounts have, told from tables in which each stands once."""
    hours, origins = summary.hours, summary.origins
    return (
        hours.group_by("account_key").aggregate(days=(hours.hour // 24).nunique()),
        summary.prompts.distinct.select("account_key", distinct_prompts="different"),
        origins.group_by("account_key").aggregate(ranges=origins["range"].nunique()),
    )
