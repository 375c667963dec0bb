"""What a sign-up carries, as keyed prints: the first thing that happens to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa

from gauger.act.signatures.carrying import carried_by, of_sketches, recorded
from gauger.model.account import ACCOUNT_SCHEMA
from gauger.model.exchange import LOCATED_SCHEMA
from gauger.model.signature import TRAIT_KINDS
from gauger.model.signup import SignUp
from gauger.read.sketch import SketchKey, sketch

SEEN: Final = ("address", "range", "block", "client")
"""Kinds that come from what is seen at sign-up."""
THING_OF: Final = {
    "payment": "payment", "phone": "phone", "email": "email root", "address": "network address",
    "range": "network address", "block": "network address", "client": "client",
}  # fmt: skip
"""One thing may show in several kinds of trait: an address lies in a range and in a block."""


@dataclass(frozen=True, slots=True)
class SignUpPrints:
    """Pairs of kind (a position in TRAIT_KINDS) and print, each kind once at most; and the record
    as it is remembered with the account's first exchanges."""

    prints: tuple[tuple[int, int], ...]
    record: pa.Table

    def of(self, kind: str) -> int | None:
        """The print of a kind; null where the sign-up carries none."""
        number = TRAIT_KINDS.index(kind)
        return next((print_ for held, print_ in self.prints if held == number), None)


def prints_of(sign_up: SignUp, key: SketchKey) -> SignUpPrints:
    """Everything of a sign-up that may be compared."""
    values = {name: getattr(sign_up, name, None) for name in ACCOUNT_SCHEMA.names}
    record = pa.Table.from_pylist([values], schema=ACCOUNT_SCHEMA)
    held = recorded(record, key)
    prints = list(zip(held.kind.tolist(), held.print.tolist(), strict=True))
    if sign_up.source_ip or sign_up.user_agent or sign_up.ja4:
        row = {
            "exchange_id": "sign-up", "time": datetime.now(UTC), "account_id": sign_up.account_id,
            "request_model": "", "source_ip": sign_up.source_ip or None,
            "user_agent": sign_up.user_agent or None, "ja4": sign_up.ja4 or None,
        }  # fmt: skip
        seen = carried_by(
            of_sketches(sketch(pa.RecordBatch.from_pylist([row], schema=LOCATED_SCHEMA), key))
        )
        numbers = {TRAIT_KINDS.index(kind) for kind in SEEN}
        prints += [
            (kind, print_)
            for kind, print_ in zip(seen.kind.tolist(), seen.print.tolist(), strict=True)
            if kind in numbers
        ]
    return SignUpPrints(tuple(prints), record)
