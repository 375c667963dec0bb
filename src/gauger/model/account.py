"""What a provider knows about an account beyond its traffic; optional as a whole."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from gauger.model.exchange import TIME

ACCOUNT_SCHEMA: Final = pa.schema(
    [
        ("account_id", pa.string()),
        ("created_at", TIME),
        ("organization_id", pa.string()),
        ("email", pa.string()),
        ("payment_fingerprint", pa.string()),
        ("phone_hash", pa.string()),
        ("country", pa.string()),
        ("plan", pa.string()),
        ("contract", pa.string()),
        ("verification", pa.string()),
        ("closed_at", TIME),
    ]
)
"""Columns of an account record; all but `account_id` may be null."""

PERMITTED_CONTRACTS: Final = frozenset({"distillation"})
"""Contracts that allow training another model on the answers."""
