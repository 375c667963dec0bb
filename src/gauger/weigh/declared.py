"""Accounts set apart by what they declare: a contract that allows distillation, an organization.

An operator may draw on the same dataset, tool or frames as a licensed distiller or an agency does.
What these declare must not put the operator's accounts among theirs, nor theirs among its own.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.candidates import MIN_ACCOUNTS
from gauger.model.account import PERMITTED_CONTRACTS
from gauger.model.population import Ints, Population

_SEVERAL: Final = 2
"""Accounts that share a declaration: one of an organization may be there by chance."""
_SMALL: Final = 0.05
"""Part of all accounts that an organization has at most for two of it to be together."""
_LICENCE: Final = "\0licence"
"""Stands where a name would, and can be no organization's."""
EVERYBODY: Final = 0.95
"""An organization of more of all accounts than this is a name that all of them bear."""


def sides(accounts: Ints, population: Population) -> list[Ints]:
    """The accounts under each declaration that enough of them share, and those under none.

    Whoever shares a declaration with somebody here is no part of what is hidden behind it, be
    they too few for a side of their own.
    """
    declared = _declared(accounts, population)
    named = population.organizations
    few = _SMALL * population.size
    shared = [
        name
        for name, count in Counter(each for each in declared if each).most_common()
        if name == _LICENCE or count >= (_SEVERAL if named[name] <= few else MIN_ACCOUNTS)
    ]
    found = [accounts[declared == name] for name in shared]
    rest = accounts[~np.isin(declared, shared)]
    return [side for side in (rest, *found) if len(side) >= MIN_ACCOUNTS]


def _declared(accounts: Ints, population: Population) -> NDArray[np.object_]:
    """The declaration of every account, empty where it has none that tells it apart."""
    usual, bearers = population.commonest
    if bearers < EVERYBODY * population.size:
        usual = None
    licensed = _licensed(accounts, population)
    found = np.empty(len(accounts), object)
    for number, account in enumerate(accounts):
        name = population.organization[account] if population.organization else None
        found[number] = "" if name is None or name == usual else name
        if licensed[number]:
            found[number] = _LICENCE
    return found


def _licensed(accounts: Ints, population: Population) -> NDArray[np.bool_]:
    if not population.contract:
        return np.zeros(len(accounts), np.bool_)
    return np.array(
        [population.contract[account] in PERMITTED_CONTRACTS for account in accounts], np.bool_
    )
