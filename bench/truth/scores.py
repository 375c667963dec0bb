"""How much of each campaign was found, how whole, and who was accused in error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bench.truth.scanned import Scanned
from bench.truth.worlds import Truth

SAME: float = 0.5
"""A network belongs to the operator of more than this part of its accounts."""


@dataclass(frozen=True, slots=True)
class CampaignScore:
    """One campaign in one scan.

    `pieces` counts the findings it is spread over, `shared` those of them in which another
    operator's accounts are also a tenth or more.
    """

    world: str
    seed: int
    campaign: str
    accounts: int
    exchanges: int
    found: int
    coordinated: int
    pieces: int
    shared: int

    @property
    def recall(self) -> float:
        """Part of the accounts in a network with verdict `extraction`."""
        return self.found / self.accounts


@dataclass(frozen=True, slots=True)
class Innocents:
    """Innocent accounts and organizations of one world, and those accused.

    `listed` are the accounts in a network with verdict `coordinated` that no operator runs.
    """

    world: str
    seed: int
    accounts: int
    accused: tuple[tuple[str, int], ...]
    organizations: int
    accused_organizations: int
    listed: tuple[tuple[str, int], ...]

    @property
    def wrong(self) -> int:
        """Innocent accounts accused."""
        return sum(count for _, count in self.accused)


def campaign_scores(name: str, seed: int, truth: Truth, scan: Scanned) -> list[CampaignScore]:
    """A row for every campaign of a world."""
    accused, listed = scan.accused, scan.with_verdict("extraction", "coordinated")
    rows = []
    for campaign, accounts in truth.campaigns.items():
        holding = [
            network.accounts
            for network in scan.networks
            if network.verdict == "extraction" and len(network.accounts & accounts) >= 3
        ]
        shared = sum(
            max(_others(network, campaign, truth).values(), default=0) >= 0.1 * len(network)
            for network in holding
        )
        rows.append(
            CampaignScore(
                name, seed, campaign, len(accounts),
                sum(truth.exchanges[account] for account in accounts),
                len(accounts & accused), len(accounts & listed), len(holding), shared,
            )
        )  # fmt: skip
    return rows


def innocents(name: str, seed: int, truth: Truth, scan: Scanned) -> Innocents:
    """Who was accused and belongs to no campaign, by kind."""
    wrong = [account for account in scan.accused if account not in truth.campaign]
    strangers = [a for a in scan.with_verdict("coordinated") if a not in truth.operator]
    guiltless = {
        held for account, held in truth.organization.items() if account not in truth.campaign
    }
    return Innocents(
        name,
        seed,
        len(truth.kind) - len(truth.campaign),
        _by_kind(wrong, truth),
        len(guiltless),
        len({truth.organization[a] for a in wrong if a in truth.organization} & guiltless),
        _by_kind(strangers, truth),
    )


def _by_kind(accounts: Iterable[str], truth: Truth) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(truth.kind[account] for account in accounts).items()))


def operator_of(accounts: frozenset[str], truth: Truth) -> str | None:
    """Who runs more than half of the accounts, if one operator does."""
    held = Counter(truth.operator[a] for a in accounts if a in truth.operator)
    name, count = held.most_common(1)[0] if held else ("", 0)
    return name if count > SAME * len(accounts) else None


def _others(network: frozenset[str], campaign: str, truth: Truth) -> Counter[str]:
    return Counter(
        truth.campaign[a] for a in network if a in truth.campaign and truth.campaign[a] != campaign
    )
