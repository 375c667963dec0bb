"""What Glasswally remembers: a day of each account, who shares what, and clusters of sharers."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bench.peers.glasswally.event import Event

Given = Mapping[str, str | None]
"""What the account records give, by account."""

HOUR: Final = 3_600
DAY: Final = 86_400


@dataclass(slots=True)
class Account:
    """An account's last day, and everything it ever came with."""

    payment: str | None
    organization: str | None
    events: deque[Event] = field(default_factory=deque)
    subnets: set[str] = field(default_factory=set)
    clients: set[str] = field(default_factory=set)
    switch: tuple[float, str] | None = None
    clusters: set[int] = field(default_factory=set)
    clustered: int = -1
    """State of all sharing when its relations were last followed."""

    def since(self, at: float) -> list[Event]:
        """Its events from a time on."""
        recent: list[Event] = []
        for event in reversed(self.events):
            if event.at < at:
                break
            recent.append(event)
        recent.reverse()
        return recent


@dataclass(slots=True)
class Cluster:
    """Accounts that shared something, and what its detector counts of them."""

    members: set[str] = field(default_factory=set)
    subnets: set[str] = field(default_factory=set)
    payments: Counter[str] = field(default_factory=Counter)
    batches: Counter[str] = field(default_factory=Counter)
    most_sharing: int = 0
    """Members of the instrument that most of them pay with."""
    largest_batch: int = 0
    largest_provider: int = 0
    """Instruments whose hashes begin with the same three and the same two letters."""

    def add(self, name: str, member: Account) -> None:
        """Count a new member."""
        self.members.add(name)
        self.subnets |= member.subnets
        paid = member.payment
        if paid is None:
            return
        if paid not in self.payments:
            self.batches[paid[:3]] += 1
            self.batches[paid[:2]] += 1
            self.largest_batch = max(self.largest_batch, self.batches[paid[:3]])
            self.largest_provider = max(self.largest_provider, self.batches[paid[:2]])
        self.payments[paid] += 1
        self.most_sharing = max(self.most_sharing, self.payments[paid])


class Store:
    """All accounts, indexes and clusters, fed one event at a time in order."""

    def __init__(
        self, payments: dict[str, str | None], organizations: dict[str, str | None]
    ) -> None:
        self.accounts: dict[str, Account] = {}
        self.clusters: defaultdict[int, Cluster] = defaultdict(Cluster)
        self.cluster_of: dict[str, int] = {}
        self.preambles: defaultdict[str, set[str]] = defaultdict(set)
        self.seconds: defaultdict[int, set[str]] = defaultdict(set)
        self._sharers: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._switches: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
        self._payments = payments
        self._organizations = organizations
        self._state = 0

    def take(self, event: Event) -> Account:
        """Add an event and join its account to whoever shares anything with it."""
        account = self.accounts.get(event.account)
        if account is None:
            paid = self._payments.get(event.account)
            hashed = hashlib.sha256(paid.encode()).hexdigest() if paid else None
            account = Account(hashed, self._organizations.get(event.account))
            self.accounts[event.account] = account
        if account.events and account.events[-1].model != event.model:
            account.switch = (event.at, event.model)
            insort(self._switches[event.model], (event.at, event.account))
        account.events.append(event)
        while account.events[0].at < event.at - DAY:
            account.events.popleft()
        if event.client:
            account.clients.add(event.client)
        if event.subnet and event.subnet not in account.subnets:
            account.subnets.add(event.subnet)
            for number in account.clusters:
                self.clusters[number].subnets.add(event.subnet)
        if event.system:
            self.preambles[event.system].add(event.account)
        self.seconds[int(event.at)].add(event.account)
        for thing in self._things(account):
            sharers = self._sharers[thing]
            if event.account not in sharers:
                sharers.add(event.account)
                self._state += 1
        # Nothing shared and no cluster has changed since: it would come to the same again.
        if account.clustered != self._state:
            self._cluster(event.account, account)
            account.clustered = self._state
        return account

    def with_client(self, client: str) -> int:
        """How many accounts came with this client fingerprint."""
        return len(self._sharers["client", client])

    def switched(self, model: str, at: float, within: float) -> set[str]:
        """Accounts that switched to a model within some seconds of a time."""
        found = self._switches[model]
        begin = bisect_right(found, (at - within, chr(0x10FFFF)))
        return {account for _, account in found[begin : bisect_left(found, (at + within, ""))]}

    @staticmethod
    def _things(account: Account) -> list[tuple[str, str]]:
        things = [("subnet", subnet) for subnet in account.subnets]
        things += [("client", client) for client in account.clients]
        if account.payment:
            things.append(("payment", account.payment))
        if account.organization:
            things.append(("organization", account.organization))
        return things

    def _cluster(self, name: str, account: Account) -> None:
        related = set().union(*(self._sharers[thing] for thing in self._things(account)))
        related.discard(name)
        if len(related) < 2:
            return
        related.add(name)
        known = {self.cluster_of[other] for other in related if other in self.cluster_of}
        number = min(known) if known else len(self.clusters)
        if len(known) != 1 or not all(other in self.cluster_of for other in related):
            self.cluster_of.update(dict.fromkeys(related, number))
            self._state += 1
        cluster = self.clusters[number]
        for other in related - cluster.members:
            member = self.accounts[other]
            member.clusters.add(number)
            cluster.add(other, member)
