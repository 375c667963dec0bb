"""A network whose coordination is established, and what it takes to be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.candidates import MIN_ACCOUNTS
from gauger.model.population import Ints
from gauger.weigh.belonging import members, pooled, without_strangers
from gauger.weigh.evidence.membership import STRANGE, Membership
from gauger.weigh.evidence.question import Ownership
from gauger.weigh.judge import Judge, Judgement

SUPPORTED: Final = 1.0
"""log10 LR from which a network is no ordinary group, established or not: moderate support."""
CLEAR: Final = 2.0
"""log10 LR of its own that the median account of a network has: where it has less, one operator
may well run most of these accounts, but which ones cannot be told."""


@dataclass(frozen=True)
class Established:
    """A network with its judgement and the evidence of each of its accounts."""

    judgement: Judgement
    ownership: Ownership
    considered: Ints
    """Accounts that were put beside the members by linkage, the members included."""
    among: Ints
    """Accounts that the members were found among: evidence is evidence of belonging to these."""

    @property
    def accounts(self) -> Ints:
        """Positions of the members, ascending."""
        return self.judgement.accounts

    def undecided(self, elsewhere: NDArray[np.bool_]) -> Ints:
        """Accounts put beside the members whose own evidence does not tell; none of those that
        are `elsewhere`."""
        others = np.setdiff1d(self.considered, self.accounts)
        log10 = self.ownership.of(others).log10
        return others[(log10 >= STRANGE) & ~elsewhere[others]]


def settle(
    accounts: Ints,
    taken: NDArray[np.bool_],
    considered: Ints,
    membership: Membership,
    judge: Judge,
    *,
    firmly: bool = True,
) -> Established | None:
    """The network among `accounts`, if there is one: strangers left out, those with enough
    evidence of their own judged together, and clear who belongs to it.

    Unless `firmly`, moderate support is enough, whatever remains of it without any one layer.
    """
    accounts = without_strangers(membership, accounts, taken)
    if pooled(accounts, membership.population) < MIN_ACCOUNTS:
        return None
    own = membership.among(accounts, ~taken)
    surely = members(own, accounts)
    if pooled(surely, membership.population) < MIN_ACCOUNTS:
        return None
    if np.median(own.of(surely).log10) < CLEAR:
        return None
    judgement = judge.judge(surely)
    if not (judgement.established if firmly else judgement.log10 >= SUPPORTED):
        return None
    if firmly:
        own = membership.of(accounts, ~taken, considered)
    return Established(judgement, own, np.union1d(considered, accounts), accounts)
