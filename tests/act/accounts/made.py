"""A signature and closed accounts made by hand, and sign-ups beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from exchanges import PHRASE
from gauger.act.accounts.closed import closed_accounts
from gauger.act.accounts.prints import prints_of
from gauger.act.signatures.recogniser import Recogniser
from gauger.act.signatures.scoring import STEPS
from gauger.act.signatures.worth import FLOORS
from gauger.model.account import ACCOUNT_SCHEMA
from gauger.model.evidence import LogLR, Verdict
from gauger.model.finding import Findings, Measured
from gauger.model.signature import FAMILIES, Signature, Signatures, Traits, Worth
from gauger.model.signup import ClosedAccounts, SignUp
from gauger.read.sketch import SketchKey
from gauger.read.sketching import key_check

KEY = SketchKey.from_secret(PHRASE)
NOW = datetime.now(UTC)
OPERATOR = SignUp(
    "replacement", email="lab.user17@mail.example", payment_fingerprint="pm_1", phone_hash="ph_1",
    source_ip="203.0.113.9", user_agent="harvester/1.0", country="DE",
)  # fmt: skip
"""Shares everything with the network."""
STRANGER = SignUp(
    "stranger", email="ada.lovelace@other.example", payment_fingerprint="pm_9", phone_hash="ph_9",
    source_ip="198.51.100.7", user_agent="browser/2.0", country="FR",
)  # fmt: skip
"""Shares nothing."""


def signature(name: str = "net-1", verdict: Verdict = Verdict.EXTRACTION) -> Signature:
    """A network of 40 members, who hold what OPERATOR carries, among 5,000 others, who do not."""
    prints = sorted(prints_of(OPERATOR, KEY).prints)
    many = len(prints)
    moment = int(NOW.timestamp() * 1e6)
    traits = Traits(
        np.array([kind for kind, _ in prints], np.int8),
        np.array([print_ for _, print_ in prints], np.int64),
        np.full(many, 40, np.int32), np.zeros(many, np.int32), np.full(many, moment),
        np.full(many, moment),
    )  # fmt: skip
    log10 = tuple(-1.0 if floor < 1.0 else 2.5 for floor in FLOORS)
    counts = (0,) * len(FLOORS)
    worth = tuple(
        Worth(family, step, FLOORS, log10, counts, counts) for step in STEPS for family in FAMILIES
    )
    lr = LogLR(4.0, 3.0, 5.0)
    return Signature(name, verdict, lr, lr, 40, 5_000, NOW, traits, worth, (), True)


def signatures(closed: ClosedAccounts | None = None) -> Signatures:
    """Signatures of one scan."""
    return Signatures(NOW, key_check(KEY), (signature(),), closed=closed)


def recogniser() -> Recogniser:
    """One that knows the network."""
    return Recogniser(signatures(), KEY, NOW)


def records(sign_ups: Sequence[SignUp], closed: Sequence[str] = (), days: int = 5) -> pa.Table:
    """Account records of these; those in `closed` were closed so many days ago."""
    rows = [
        {name: getattr(each, name, None) for name in ACCOUNT_SCHEMA.names}
        | {"closed_at": NOW - timedelta(days=days) if each.account_id in closed else None}
        for each in sign_ups
    ]
    return pa.Table.from_pylist(rows, schema=ACCOUNT_SCHEMA)


def people(many: int = 300) -> list[SignUp]:
    """Strangers, each with things of their own."""
    return [
        replace(
            STRANGER, account_id=f"person_{n}", payment_fingerprint=f"pm_p{n}",
            phone_hash=f"ph_p{n}", email=f"someone.{'abcdefghij'[n % 10]}{n}x@own{n}.example",
        )
        for n in range(many)
    ]  # fmt: skip


def closed_of(
    sign_ups: Sequence[SignUp], closed: Sequence[str], days: int = 5
) -> ClosedAccounts | None:
    """What a scan that found no network keeps of accounts that were closed."""
    nothing = Findings(Measured(0, 0, None, None, 0), (), ())
    return closed_accounts(records(sign_ups, closed, days), nothing, KEY, NOW, NOW)
