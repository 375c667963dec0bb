"""Closed accounts as a table: numbered anew, with keyed prints of what they held."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from gauger.model.exchange import TIME
from gauger.model.signature import TRAIT_KINDS
from gauger.model.signup import ClosedAccounts

CLOSED_SCHEMA: Final = pa.schema(
    [
        ("account", pa.int32()),
        ("kind", pa.string()),
        ("print", pa.int64()),
        ("holders", pa.int32()),
        ("closed_at", TIME),
        ("network_id", pa.string()),
    ]
)
"""Columns of closed.parquet: one row for each closed account and thing."""


def closed_table(closed: ClosedAccounts) -> pa.Table:
    """As it is written."""
    return pa.table(
        {
            "account": closed.account,
            "kind": [TRAIT_KINDS[kind] for kind in closed.kind],
            "print": closed.print,
            "holders": closed.holders,
            "closed_at": [closed.closed_at[account] for account in closed.account],
            "network_id": [closed.network_id[account] for account in closed.account],
        },
        schema=CLOSED_SCHEMA,
    )


def closed_of(table: pa.Table, accounts: int, others: int) -> ClosedAccounts:
    """As it was read. Raises ValueError for a kind or an account that cannot be."""
    account = table["account"].to_pylist()
    if account and not 0 <= min(account) <= max(account) < accounts:
        raise ValueError("an account has no such number")
    closed_at, network_id = [0] * accounts, [None] * accounts
    moments = table["closed_at"].cast(pa.int64()).to_pylist()
    for number, moment, network in zip(
        account, moments, table["network_id"].to_pylist(), strict=True
    ):
        closed_at[number], network_id[number] = moment, network
    return ClosedAccounts(
        accounts,
        others,
        tuple(closed_at),
        tuple(network_id),
        tuple(account),
        tuple(TRAIT_KINDS.index(kind) for kind in table["kind"].to_pylist()),
        tuple(table["print"].to_pylist()),
        tuple(table["holders"].to_pylist()),
    )
