"""Things that account records share: payment instruments, phones, e-mail roots.

An e-mail root is the address with digits and separators of its local part dropped, so that
`lab.user01@x` and `labuser17@x` meet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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


def email_roots(emails: pa.ChunkedArray) -> pa.ChunkedArray:
    """The roots of many addresses; of those that are ASCII, as nearly all are, column by column."""
    addresses = emails.combine_chunks()
    plain = pc.fill_null(pc.string_is_ascii(addresses), True)
    parts = pc.extract_regex(
        pc.ascii_lower(pc.if_else(plain, addresses, None)), r"(?s)^(?P<local>.*)@(?P<domain>[^@]*)$"
    )
    local = pc.replace_substring_regex(pc.struct_field(parts, "local"), r"(?s)\+.*$", "")
    root = pc.replace_substring_regex(local, "[^a-z]+", "")
    told = pc.binary_join_element_wise(root, pc.struct_field(parts, "domain"), "@")
    found = pc.if_else(pc.greater_equal(pc.binary_length(root), MIN_ROOT_LETTERS), told, None)
    others = addresses.filter(pc.invert(plain))
    if len(others):
        singly = pa.array([email_root(email) for email in others.to_pylist()], pa.string())
        found = pc.replace_with_mask(found, pc.invert(plain), singly)
    return pa.chunked_array([found])


def identity_things(accounts: pa.Table, account_ids: Sequence[str]) -> dict[str, pa.Table]:
    """For each kind of identity rows (HELD) of what two or more accounts share.

    `account` is the position in `account_ids`; `thing` is a number within its kind.
    """
    known = pa.array(account_ids, pa.string())
    position = pc.fill_null(pc.index_in(accounts["account_id"], known), -1).to_numpy()
    columns = {
        "payment": accounts["payment_fingerprint"],
        "phone": accounts["phone_hash"],
        "email": email_roots(accounts["email"]),
    }
    return {kind: _shared(values, position) for kind, values in columns.items()}


def _shared(values: pa.ChunkedArray, position: NDArray[np.int32]) -> pa.Table:
    number = codes(values)
    number[pc.fill_null(pc.equal(values, ""), False).to_numpy(zero_copy_only=False)] = -1
    known = np.flatnonzero((number >= 0) & (position >= 0))
    account, number = position[known], number[known]
    holders = np.bincount(number, minlength=1)
    account, number = account[holders[number] > 1], number[holders[number] > 1]
    # By the first of the accounts that share them, whatever the order of the records.
    first = np.full(len(holders), np.iinfo(np.int64).max)
    np.minimum.at(first, number, account)
    order = np.lexsort((account, first[number]))
    account, number = account[order], number[order]
    thing = np.cumsum(np.diff(number, prepend=-1) != 0) - 1
    one = np.ones(len(account), np.int32)
    return pa.table([account, thing, one, holders[number], one], HELD.names).cast(HELD)


def codes(values: pa.ChunkedArray) -> NDArray[np.int64]:
    """Equal values get equal numbers, in the order in which they are first met; null gets -1."""
    encoded = values.dictionary_encode().unify_dictionaries()
    numbers = [np.empty(0, np.int64)]
    numbers += [pc.fill_null(chunk.indices, -1).to_numpy() for chunk in encoded.chunks]
    return np.concatenate(numbers).astype(np.int64)
