"""Things that account records share: payment instruments, phones, e-mail roots.

An e-mail root is the address with digits and separators of its local part dropped, so that
`lab.user01@x` and `labuser17@x` meet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.find.linkage.ties import HELD

MIN_ROOT_LETTERS: Final = 4
"""A shorter local part without its digits is shared by strangers."""

_NOT_LETTERS = re.compile(r"[\W\d_]+")


def email_root(email: str | None) -> str | None:
    """What numbered addresses have in common; null where too little is left to tell."""
    if not email or "@" not in email:
        return None
    local, _, domain = email.lower().rpartition("@")
    root = _NOT_LETTERS.sub("", local.partition("+")[0])
    return f"{root}@{domain}" if len(root) >= MIN_ROOT_LETTERS else None


def identity_things(accounts: pa.Table, account_ids: Sequence[str]) -> dict[str, pa.Table]:
    """For each kind of identity rows (HELD) of what two or more accounts share.

    `account` is the position in `account_ids`; `thing` is a number within its kind.
    """
    position = {account: index for index, account in enumerate(account_ids)}
    ids = accounts["account_id"].to_pylist()
    columns = {
        "payment": accounts["payment_fingerprint"].to_pylist(),
        "phone": accounts["phone_hash"].to_pylist(),
        "email": [email_root(email) for email in accounts["email"].to_pylist()],
    }
    return {kind: _shared(values, ids, position) for kind, values in columns.items()}


def _shared(
    values: Sequence[str | None], ids: Sequence[str], position: Mapping[str, int]
) -> pa.Table:
    holders: dict[str, list[int]] = {}
    for account, value in zip(ids, values, strict=True):
        if value and account in position:
            holders.setdefault(value, []).append(position[account])
    shared = sorted((held[0], value) for value, held in holders.items() if len(held) > 1)
    rows = [
        (account, number, 1, len(holders[value]), 1)
        for number, (_, value) in enumerate(shared)
        for account in holders[value]
    ]
    return pa.Table.from_pylist([dict(zip(HELD.names, row, strict=True)) for row in rows], HELD)


def codes(values: list[str | None]) -> NDArray[np.int64]:
    """Equal values get equal numbers; null gets -1."""
    numbers: dict[str, int] = {}
    return np.array(
        [-1 if value is None else numbers.setdefault(value, len(numbers)) for value in values],
        np.int64,
    )
