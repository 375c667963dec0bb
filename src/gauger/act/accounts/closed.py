"""Accounts that were closed before, and what a sign-up shares with them.

People close accounts too, and come back. So one closed account ties nobody: several must share
two different things with a sign-up, and things that open accounts hold as often tell nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gauger.act.accounts.prints import THING_OF
from gauger.act.signatures.carrying import recorded
from gauger.act.signatures.keys import check_of, key_of
from gauger.act.signatures.scoring import TELLING, weights
from gauger.model.exchange import TIME
from gauger.model.finding import Findings
from gauger.model.signature import TRAIT_KINDS, Signatures
from gauger.model.signup import ClosedAccounts, Support, Tie, TiedTo
from gauger.read.sketch import SketchKey
from gauger.read.sketched import Sketched

REMEMBERED: Final = timedelta(days=180)
"""How long after it was closed an account speaks of others."""
FEWEST: Final = 2
"""Closed accounts that must share things with a sign-up, or it is tied to none."""


def closed_accounts(
    records: pa.Table, findings: Findings, key: SketchKey, end: datetime, now: datetime
) -> ClosedAccounts | None:
    """What records (ACCOUNT_SCHEMA) of accounts hold that were closed not long before `end`, and
    not after `now`; null where none was."""
    since = pa.scalar(end.astimezone(UTC) - REMEMBERED, TIME)
    lately = pc.and_(
        pc.greater(records["closed_at"], since),
        pc.less_equal(records["closed_at"], pa.scalar(now.astimezone(UTC), TIME)),
    )
    closed = np.asarray(pc.fill_null(lately, False).to_numpy(zero_copy_only=False), np.bool_)
    if not closed.any():
        return None
    network_of = {
        member.account_id: network.network_id
        for network in findings.networks
        for member in network.members
    }
    number = np.cumsum(closed) - 1
    carried = recorded(records, key)
    mine = closed[carried.row]
    holders: dict[tuple[int, int], int] = defaultdict(int)
    for kind, print_ in zip(carried.kind.tolist(), carried.print.tolist(), strict=True):
        holders[kind, print_] += 1
    kinds, prints = carried.kind[mine].tolist(), carried.print[mine].tolist()
    chosen = records.filter(pa.array(closed))
    return ClosedAccounts(
        int(closed.sum()),
        int((~closed).sum()),
        tuple(chosen["closed_at"].cast(pa.int64()).to_pylist()),
        tuple(network_of.get(account) for account in chosen["account_id"].to_pylist()),
        tuple(number[carried.row[mine]].tolist()),
        tuple(kinds),
        tuple(prints),
        tuple(holders[each] for each in zip(kinds, prints, strict=True)),
    )


def with_closed(
    signatures: Signatures | None,
    records: pa.Table | None,
    findings: Findings,
    sketched: Sketched,
    secret: str | None,
) -> Signatures | None:
    """Signatures of a scan with what its closed accounts held, where its key will be there again;
    there may be closed accounts where no network was found."""
    check = check_of(sketched) if sketched.stable_key else None
    key = None if check is None else key_of(secret, check)
    now = datetime.now(UTC)
    if records is None or key is None or check is None:
        return signatures
    # A log of last year is compared with the accounts that were closed then.
    end = findings.measured.last or now
    closed = closed_accounts(records, findings, key, min(end, now), now)
    if closed is None:
        return signatures
    return replace(signatures or Signatures(now, check, ()), closed=closed)


@dataclass(frozen=True)
class ClosedIndex:
    """Closed accounts by what they held; asked with every sign-up."""

    held: ClosedAccounts
    rows: Mapping[tuple[int, int], tuple[int, ...]]

    @classmethod
    def of(cls, held: ClosedAccounts) -> ClosedIndex:
        """From what a scan wrote."""
        rows: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, key in enumerate(zip(held.kind, held.print, strict=True)):
            rows[key].append(number)
        return cls(held, {key: tuple(numbers) for key, numbers in rows.items()})

    def tie(self, prints: Sequence[tuple[int, int]], now: datetime) -> Tie | None:
        """What a sign-up has in common with several accounts closed lately; null for nothing that
        tells, or for one thing alone."""
        oldest = int((now - REMEMBERED).timestamp() * 1e6)
        shared: dict[int, set[str]] = defaultdict(set)
        for kind, print_ in prints:
            rows = self.rows.get((kind, print_), ())
            if not rows or not self._telling(rows):
                continue
            for row in rows:
                if self.held.closed_at[self.held.account[row]] > oldest:
                    shared[self.held.account[row]].add(TRAIT_KINDS[kind])
        closely = {account for account, kinds in shared.items() if _things(kinds) >= 2}
        if len(closely) < FEWEST:
            return None
        kinds = set.union(*(shared[account] for account in closely))
        networks = {self.held.network_id[account] for account in closely}
        network = next(iter(networks)) if len(networks) == 1 else None
        shares = tuple(sorted({THING_OF[kind] for kind in kinds}))
        return Tie(TiedTo.CLOSED, Support.SOME, shares, network, accounts=len(closely))

    def _telling(self, rows: Sequence[int]) -> bool:
        """Whether closed accounts hold a thing much oftener than others do."""
        closed, holders = len(rows), self.held.holders[rows[0]]
        weight = weights(
            np.array([closed]), np.array([max(holders - closed, 0)]), self.held.accounts,
            self.held.others,
        )  # fmt: skip
        return bool(weight[0] >= TELLING)


def _things(kinds: set[str]) -> int:
    return len({THING_OF[kind] for kind in kinds})
