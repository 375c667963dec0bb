"""Who belongs to a network: evidence of its own for every account, and parts judged apart."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.candidates import MIN_ACCOUNTS, parts, parts_at
from gauger.find.linkage.ties import Ties
from gauger.model.population import Ints, Population
from gauger.weigh.evidence.membership import STRANGE, Membership
from gauger.weigh.evidence.question import JOINS, Ownership
from gauger.weigh.judge import Judge

STAYS: Final = 1.0
"""log10 LR of its own with which a proposed account stays in a network."""
ALONE: Final = 0.0
"""What must remain of it when all that has one cause is left out: nothing against belonging."""
_REFINEMENTS: Final = 2
PART_RESOLUTIONS: Final = (1.0, 4.0)
"""How finely a network is cut into parts that are judged by themselves."""
_PARTS: Final = 12
"""Parts looked at, largest first: smaller ones are left to each account's own evidence."""


def belonging(membership: Membership, accounts: Ints, taken: NDArray[np.bool_]) -> Ints:
    """The accounts that are likelier to belong than not, those outside with much evidence of
    their own included."""
    if len(accounts) >= MIN_ACCOUNTS:
        # Mostly no part is strange, and this is what is asked next.
        membership.ahead(accounts, ~taken)
        accounts = _without_strange_parts(membership, accounts, taken)
    for _ in range(_REFINEMENTS):
        if len(accounts) >= MIN_ACCOUNTS:
            own = membership.of(accounts, ~taken)
            accounts = np.union1d(accounts[own.of(accounts).log10 >= STRANGE], joining(own))
            accounts = accounts[~taken[accounts]]
    return without_strangers(membership, accounts, taken)


def without_strangers(membership: Membership, accounts: Ints, taken: NDArray[np.bool_]) -> Ints:
    """Leaves out whoever is likelier to be a stranger to the others, until nobody is."""
    while len(accounts) >= MIN_ACCOUNTS:
        likely = membership.log10_among(accounts, ~taken) >= STRANGE
        if likely.all():
            break
        accounts = accounts[likely]
    return accounts


def members(own: Ownership, accounts: Ints) -> Ints:
    """Those of the accounts with enough evidence of their own.

    It is evidence of belonging to all who likely do: measured beside the surest alone, those
    whose accounts share little would fall away one after the other.
    """
    return np.asarray(accounts[_stays(own.of(accounts))])


def _stays(own: Ownership) -> NDArray[np.bool_]:
    """Enough evidence, and none against left whatever cause a part of it may have."""
    return np.asarray((own.log10 >= STAYS) & (own.lower >= ALONE))


def _without_strange_parts(
    membership: Membership, accounts: Ints, taken: NDArray[np.bool_]
) -> Ints:
    """Leaves out every part, the rest being larger, that only its own things tie together.

    What a part shares within itself must not count as evidence that it belongs with the rest:
    users of one tool, or another operator's accounts, would otherwise vouch for each other
    inside somebody's network.
    """
    rest = accounts
    # What is being cut apart is neither inside nor outside while it is weighed.
    outsiders = ~taken
    outsiders[accounts] = False
    for part in parts(membership.ties, accounts)[:_PARTS]:
        others = np.setdiff1d(rest, part, assume_unique=True)
        if len(others) < max(MIN_ACCOUNTS, len(part)):
            continue
        if not membership.belongs(part, others, outsiders, STRANGE):
            rest = others
    return rest


def without_ordinary_parts(
    ties: Ties, accounts: Ints, population: Population, judge: Judge
) -> Ints:
    """Leaves out every part that, judged by itself, is better explained by strangers.

    Users of a tool that an operator's accounts use as well share much with these; among
    themselves they are what users of a tool are.
    """
    apart = [
        part
        for held in parts_at(ties, accounts, PART_RESOLUTIONS)
        for part in held[:_PARTS]
        if pooled(part, population) >= MIN_ACCOUNTS and len(part) < len(accounts)
    ]
    judged = judge.judge_each(apart)
    ordinary = [held.accounts for held in judged if held.log10 < STRANGE]
    return accounts[~np.isin(accounts, np.concatenate(ordinary))] if ordinary else accounts


def joining(own: Ownership) -> Ints:
    """Accounts with evidence enough to be drawn in, a good part of it left whatever cause a part
    may have: nobody is drawn in by one thing alone."""
    joins = (own.log10 >= JOINS) & (own.lower >= STAYS)
    # The last row, of all who hold nothing telling, never does.
    return np.asarray(own.accounts[joins[:-1]])


def pooled(accounts: Ints, population: Population) -> int:
    """How many of the accounts can be compared with others."""
    return int((population.row[accounts] >= 0).sum())
