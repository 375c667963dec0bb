"""Fits a scenario to a number of accounts and days without losing any group in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from gauger.model.errors import UsageError
from gauger.world.people.kinds import KINDS
from gauger.world.scenario import Scenario

SMALLEST_CAMPAIGN: Final = 12
"""Below this a campaign has too few accounts to be one; scaling stops here."""


def scaled(scenario: Scenario, accounts: int | None, days: int | None) -> Scenario:
    """The scenario with so many accounts and days; rates a day stay as they were."""
    population = scenario.population
    for name, found in (("accounts", accounts), ("days", days)):
        if found is not None and found < 1:
            raise UsageError(f"`{name}` of the world", f"`{found}`", "give a number from 1")
    wanted = population.accounts if accounts is None else accounts
    span = population.days if days is None else days
    size, stretch = wanted / population.accounts, span / population.days
    campaigns = tuple(
        replace(
            campaign,
            accounts=max(
                min(SMALLEST_CAMPAIGN, campaign.accounts), round(campaign.accounts * size)
            ),
            exchanges_per_account=campaign.exchanges_per_account * stretch,
        )
        for campaign in scenario.campaigns
    )
    return replace(
        scenario,
        population=replace(
            population,
            accounts=wanted,
            days=span,
            exchanges_per_account=population.exchanges_per_account * stretch,
            release=None if population.release is None else population.release * stretch,
        ),
        campaigns=campaigns,
    )


def headcount(scenario: Scenario) -> dict[str, int]:
    """Accounts of each ordinary kind: their shares of what campaigns leave, by largest remainder.

    A kind never falls below the size at which it still is what it is: a class of one is none.
    Where the minima do not fit, the world is larger than was asked for.
    """
    taken = sum(campaign.accounts for campaign in scenario.campaigns)
    room = max(scenario.population.accounts - taken, 0)
    shares = {kind: share for kind, share in scenario.ordinary.items() if share > 0}
    counts = {kind: KINDS[kind].minimum for kind in shares}
    free = dict(shares)
    while free:
        left = room - sum(counts[kind] for kind in shares if kind not in free)
        total = sum(free.values())
        small = [k for k, share in free.items() if left * share / total < KINDS[k].minimum]
        if not small:
            exact = {kind: left * share / total for kind, share in free.items()}
            counts.update({kind: int(amount) for kind, amount in exact.items()})
            rest = left - sum(int(amount) for amount in exact.values())
            for kind in sorted(exact, key=lambda k: int(exact[k]) - exact[k])[:rest]:
                counts[kind] += 1
            break
        for kind in small:
            del free[kind]
    return counts
