"""Which fields the logs fill at all: what is empty throughout cannot speak for anybody.

A client is what the user agent and the TLS fingerprint say together, `parameters` all sampling
settings; an answer is there where it has a word.
"""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from gauger.find.profiles.summary import Summary

FILLED_PROFILES: Final = {
    "prompt": "prompts",
    "response": "answered",
    "output_tokens": "metered",
    "conversation": "in_conversation",
    "turn": "numbered",
    "organization_id": "declared",
}
"""Linking fields whose exchanges are counted in `account_profiles`, with its column."""


def fields_filled(summary: Summary) -> ir.Table:
    """One row: exchanges that hold each of the other linking fields, by the field's name in a
    sketch."""
    settings, origins = summary.settings, summary.origins
    held = {
        name: settings.exchanges.sum(where=settings[name].notnull())
        for name in ("system", "parameters", "tools", "client", "credential")
    }
    from_where = origins.aggregate(address=origins.exchanges.sum(where=origins.address.notnull()))
    return ibis.cross_join(settings.aggregate(**held), from_where)
