"""The rule that start-ups write for themselves: union-find over what accounts have in common.

Restated from Pollinations' account-linkage scan (pollinations/pollinations issue #11710,
`account-linkage-lib.ts`): e-mail root, address, and address with user agent; an address of more
than 15 accounts is shared infrastructure and links nothing. Shared payment is added, as others
who write such rules name it first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bench.peers.components import Components
from bench.peers.peer import Proposal, ProviderLogs, Setting, of_groups

FEWEST_AT_ADDRESS: Final = 3
MOST_AT_ADDRESS: Final = 15
SHORTEST_ROOT: Final = 5
POINTS: Final = {"email": 30, "address": 25, "address and agent": 30, "payment": 0}
"""The scan's points by kind of link; it gives none for payment."""


def email_root(email: str) -> str | None:
    """What an address comes to without aliases, dots (Gmail) and digits; None links nothing."""
    local, at, domain = email.strip().lower().rpartition("@")
    if not at or not domain:
        return None
    local = local.split("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    root = re.sub(r"\d+", "", local)
    return f"{root}@{domain}" if len(root) >= SHORTEST_ROOT else None


@dataclass(frozen=True, slots=True)
class Link:
    """Accounts that have one thing in common."""

    kind: str
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnionFind:
    """Flags every account of every cluster; the score is the scan's confidence in the cluster."""

    title: str = "Union-find rule (Pollinations)"
    source: str = "github.com/pollinations/pollinations issue #11710, account-linkage-lib.ts"
    settings: Mapping[str, Setting] = field(
        default_factory=lambda: {
            "links": "e-mail root, address, address with user agent, payment instrument",
            "accounts at an address": f"{FEWEST_AT_ADDRESS} to {MOST_AT_ADDRESS}",
            "e-mail root, letters at least": SHORTEST_ROOT,
        }
    )
    left_out: tuple[str, ...] = (
        "the gate that skips clusters with a payer: it protects a free tier, here most pay",
        "points for usage, error rates, throw-away domains and generated user names",
    )

    def propose(self, logs: ProviderLogs) -> Proposal:
        """Join accounts link by link, then score each cluster."""
        records = logs.accounts("account_id", "email", "payment_fingerprint", "created_at")
        created: dict[str, datetime | None] = {}
        held: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for record in records.to_pylist():
            account = record["account_id"]
            created[account] = record["created_at"]
            root = email_root(record["email"] or "")
            if root is not None:
                held["email", root].add(account)
            if record["payment_fingerprint"] is not None:
                held["payment", record["payment_fingerprint"]].add(account)
        columns = ["account_id", "source_ip", "user_agent"]
        used = logs.exchanges(*columns).group_by(columns).aggregate([])
        for row in used.to_pylist():
            address, agent = row["source_ip"], row["user_agent"] or ""
            if address:
                held["address", address].add(row["account_id"])
                held["address and agent", f"{address}|{agent}"].add(row["account_id"])
        links = [Link(kind, tuple(sorted(found))) for (kind, _), found in sorted(held.items())]
        return cluster(links, created)


def cluster(links: Iterable[Link], created: Mapping[str, datetime | None]) -> Proposal:
    """Connected components of all links that count, with the scan's confidence."""
    joined, kinds = Components(), defaultdict[str, set[str]](set)
    for link in links:
        size = len(link.accounts)
        if size < 2:
            continue
        at_address = link.kind.startswith("address")
        if at_address and not FEWEST_AT_ADDRESS <= size <= MOST_AT_ADDRESS:
            continue
        joined.join_all(link.accounts)
        for account in link.accounts:
            kinds[account].add(link.kind)
    groups = joined.groups()
    scores: dict[str, float] = {}
    for group in groups:
        found = set().union(*(kinds[account] for account in group))
        times = [time for time in (created.get(account) for account in group) if time]
        scores |= dict.fromkeys(group, _confidence(found, len(group), times))
    return of_groups(groups, scores)


def _confidence(kinds: set[str], size: int, times: list[datetime]) -> float:
    points = sum(POINTS[kind] for kind in kinds) + 15 * (len(kinds) > 1) + min(30, 4 * (size - 2))
    if len(times) >= 3:
        days = (max(times) - min(times)).total_seconds() / 86_400
        points += 12 if days <= 1 else 6 if days <= 7 else 0
    return float(min(100, points))


UNION_FIND: Final = UnionFind()
