"""What each account did, in one row: counts, not judgements."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from gauger.model.sketch import Mark


def account_profiles(sketches: ir.Table) -> ir.Table:
    """One row per account.

    Counts of exchanges by what they hold, sums of tokens, first and last time seen. A turn that
    the log does not number counts as a single one unless the exchange belongs to a
    conversation.
    """
    s = sketches
    alone = (s.turn.isnull() & s.conversation.isnull()) | (s.turn == 1)

    def count(condition: ir.BooleanValue) -> ir.IntegerScalar:
        return condition.fill_null(False).cast("int64").sum()

    def marked(mark: Mark) -> ir.IntegerScalar:
        return count((s.marks & ibis.literal(int(mark), "int32")) != 0)

    return s.group_by("account_key").aggregate(
        account_id=s.account_id.min(),
        exchanges=s.count(),
        first_seen=s.time.min(),
        last_seen=s.time.max(),
        days=s.time.date().nunique(),
        input_tokens=s.input_tokens.fill_null(0).sum(),
        output_tokens=s.output_tokens.fill_null(0).sum(),
        prompt_tokens=s.prompt_tokens.fill_null(0).sum(),
        response_tokens=s.response_tokens.fill_null(0).sum(),
        prompts=count(s.prompt.notnull()),
        distinct_prompts=s.prompt.nunique(),
        first_turns=count(alone),
        reactions=marked(Mark.REACTION),
        reasoning=marked(Mark.REASONING),
        rubric=marked(Mark.RUBRIC),
        pairs=marked(Mark.PAIRS),
        tool_results=count(s.input_role == "tool"),
        structured=count(s.response_structured),
        addresses=s.address.nunique(),
        ranges=s["range"].nunique(),
        clients=s.client.nunique(),
        failures=count(s.status >= 400),
        organization_id=s.organization_id.min(),
    )
