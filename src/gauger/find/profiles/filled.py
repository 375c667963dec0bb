"""Which fields the logs fill at all: what is empty throughout cannot speak for anybody."""

from __future__ import annotations

import ibis.expr.types as ir


def fields_filled(sketches: ir.Table) -> ir.Table:
    """One row: exchanges that hold each linking field, by the field's name in a sketch.

    A client is what the user agent and the TLS fingerprint say together, `parameters` all
    sampling settings; an answer is there where it has a word.
    """
    s = sketches
    return s.aggregate(
        prompt=s.prompt.count(),
        system=s.system.count(),
        response=(s.response_tokens > 0).fill_null(False).cast("int64").sum(),
        output_tokens=s.output_tokens.count(),
        parameters=s.parameters.count(),
        tools=s.tools.count(),
        address=s.address.count(),
        client=s.client.count(),
        credential=s.credential.count(),
        conversation=s.conversation.count(),
        turn=s.turn.count(),
        organization_id=s.organization_id.count(),
    )
