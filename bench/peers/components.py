"""Connected components of a graph of accounts: what single linkage and union-find come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


class Components:
    """Accounts joined pair by pair; small enough for plain dictionaries."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, account: str) -> str:
        """The account that stands for this one's component."""
        root = self._parent.setdefault(account, account)
        while root != self._parent[root]:
            root = self._parent[root]
        while account != root:
            self._parent[account], account = root, self._parent[account]
        return root

    def join(self, one: str, other: str) -> None:
        """Put two accounts into one component."""
        self._parent[self.find(one)] = self.find(other)

    def join_all(self, accounts: Iterable[str]) -> None:
        """Put several accounts into one component."""
        first: str | None = None
        for account in accounts:
            if first is None:
                first = account
                self.find(account)
            else:
                self.join(account, first)

    def groups(self, smallest: int = 2) -> list[list[str]]:
        """Components of at least this many accounts."""
        members: defaultdict[str, list[str]] = defaultdict(list)
        for account in list(self._parent):
            members[self.find(account)].append(account)
        return [group for group in members.values() if len(group) >= smallest]
