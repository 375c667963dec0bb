"""What accounts share of their settings and origins: every thing that at least two of them hold.

Accounts are tied to the thing, never to each other: 25,000 accounts on one frame are 25,000
rows here, not 312 million.
"""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from gauger.find.profiles.settings import ORIGINS, held_of
from gauger.find.profiles.summary import Summary

SUMMED_KINDS: Final = (
    "system", "tools", "credential", "address", "range", "block", "client", "parameters"
)  # fmt: skip
"""What is summed up by account already."""


@ibis.udf.agg.builtin(name="bit_xor")  # type: ignore[untyped-decorator]
def _bit_xor(keys: int) -> int:  # type: ignore[empty-body]
    """XOR of all values: both engines have it, and Ibis translates its own for one only."""


def shared_things(summary: Summary, kind: str, busy: ir.Table | None = None) -> ir.Table:
    """Rows (account_key, thing, exchanges, accounts, prints) of things of one kind that two or
    more accounts hold.

    Fingerprints held by exactly the same accounts are one thing. What a `busy` account
    (account_key) held once is left out.
    """
    held = held_of(summary.origins if kind in ORIGINS else summary.settings, kind)
    things = held.group_by("thing").aggregate(
        accounts=held.count(),
        signature=_bit_xor(held.account_key),
        lowest=held.account_key.min(),
    )
    things = things.filter(things.accounts >= 2)
    # Same number of accounts, same XOR and minimum of their keys: same accounts. The lowest of
    # their prints stands for all of them.
    alike = ["accounts", "signature", "lowest"]
    same = things.group_by(alike).aggregate(prints=things.count(), of=things.thing.min())
    named = things.join(same, alike).select("thing", "of", "accounts", "prints")
    shared = held.join(named, "thing")
    if busy is not None:
        once = shared.filter(shared.exchanges == 1).anti_join(busy, "account_key")
        shared = ibis.union(shared.filter(shared.exchanges > 1), once)
    # The print that an account sends most speaks for all of them, whatever the key.
    return (
        shared.group_by("account_key", "of")
        .aggregate(
            exchanges=shared.exchanges.max().cast("int32"),
            accounts=shared.accounts.max().cast("int32"),
            prints=shared.prints.max().cast("int32"),
        )
        .select("account_key", "exchanges", "accounts", "prints", thing="of")
        .select("account_key", "thing", "exchanges", "accounts", "prints")
    )  # fmt: skip
