"""Who belongs to a network: evidence of its own for every account, and parts judged apart."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.candidates import MIN_ACCOUNTS, parts
from gauger.find.linkage.ties import Ties
from gauger.model.population import Ints, Population
from gauger.weigh.evidence.members import Ownership, own_evidence
from gauger.weigh.judge import Judge

STAYS: Final = 1.5
"""log10 LR of its own with which a proposed account stays in a network."""
JOINS: Final = 2.5
"""log10 LR of its own with which an account that nobody proposed joins one."""
STRANGE: Final = 0.0
"""A part whose median account is likelier to be a stranger to the rest is left out of it."""
_MOST: Final = 0.6
"""Part of an account's exchanges that is most of them."""
_UNLIKE: Final = 2.0
"""How much less than the median account's may remain of an account's log10 LR without its
strongest family: who shares only what the members ask for may have met it elsewhere."""
_REFINEMENTS: Final = 2
PART_RESOLUTIONS: Final = (1.0, 4.0)
"""How finely a network is cut into parts that are judged by themselves."""
_PARTS: Final = 12
"""Parts looked at, largest first: smaller ones are left to each account's own evidence."""


def belonging(ties: Ties, accounts: Ints, taken: NDArray[np.bool_]) -> Ints:
    """The accounts with evidence of their own, and those outside that have as much."""
    if len(accounts) >= MIN_ACCOUNTS:
        accounts = _without_strange_parts(ties, accounts, taken)
    for _ in range(_REFINEMENTS):
        if len(accounts) >= MIN_ACCOUNTS:
            accounts = _refined(accounts, own_evidence(ties, accounts, ~taken), taken)
    return with_evidence_of_their_own(ties, accounts, taken)


def with_evidence_of_their_own(ties: Ties, accounts: Ints, taken: NDArray[np.bool_]) -> Ints:
    """Leaves out, until nobody is left to leave out, accounts without enough evidence of their
    own, and those that ask for nothing that the others ask for."""
    while len(accounts) >= MIN_ACCOUNTS:
        own = own_evidence(ties, accounts, ~taken).of(accounts)
        stays = own.log10 >= STAYS
        # One family of evidence may carry an account only where most of its traffic shows it.
        stays &= (own.lower >= 0.0) | (own.marked >= _MOST)
        # Nor one that lacks what nearly all others have besides.
        stays &= own.lower >= np.median(own.lower) - _UNLIKE
        if ties.hold_content:
            stays &= own.families["content"] > 0
        if stays.all():
            break
        accounts = accounts[stays]
    return accounts


def _without_strange_parts(ties: Ties, accounts: Ints, taken: NDArray[np.bool_]) -> Ints:
    """Leaves out every part, the rest being larger, that only its own things tie together.

    What a part shares within itself must not count as evidence that it belongs with the rest:
    users of one tool would otherwise vouch for each other inside somebody's network.
    """
    rest = accounts
    # What is being cut apart is neither inside nor outside while it is weighed.
    outsiders = ~taken
    outsiders[accounts] = False
    for part in parts(ties, accounts)[:_PARTS]:
        others = np.setdiff1d(rest, part, assume_unique=True)
        if len(others) < max(MIN_ACCOUNTS, len(part)):
            continue
        evidence = own_evidence(ties, others, outsiders).of(part)
        if np.median(evidence.log10) < STRANGE:
            rest = others
    return rest


def without_ordinary_parts(
    ties: Ties, accounts: Ints, population: Population, judge: Judge
) -> Ints:
    """Leaves out every part that, judged by itself, is better explained by strangers.

    Users of a tool that an operator's accounts use as well share much with these; among
    themselves they are what users of a tool are.
    """
    ordinary = np.zeros(ties.accounts_total, np.bool_)
    for resolution in PART_RESOLUTIONS:
        for part in parts(ties, accounts, resolution)[:_PARTS]:
            if (
                pooled(part, population) >= MIN_ACCOUNTS
                and len(part) < len(accounts)
                and judge.judge(part).log10 < STRANGE
            ):
                ordinary[part] = True
    return accounts[~ordinary[accounts]]


def _refined(accounts: Ints, ownership: Ownership, taken: NDArray[np.bool_]) -> Ints:
    kept = accounts[ownership.of(accounts).log10 >= STAYS]
    refined = np.union1d(kept, joining(ownership))
    return refined[~taken[refined]]


def joining(ownership: Ownership) -> Ints:
    """Accounts with evidence of their own in content and in something else, either of which
    would do without the other: nobody is drawn in by one thing alone."""
    ways = np.sum([held > 0 for held in ownership.families.values()], axis=0)
    joins = (
        (ownership.log10 >= JOINS)
        & (ownership.lower >= 0.0)
        & (ways >= 2)
        & (ownership.families["content"] > 0)
    )
    # The last row, of all who hold nothing telling, never does.
    return np.asarray(ownership.accounts[joins[:-1]])


def pooled(accounts: Ints, population: Population) -> int:
    """How many of the accounts can be compared with others."""
    return int((population.row[accounts] >= 0).sum())
