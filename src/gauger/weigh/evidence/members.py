"""What an account shares with a network: nobody is accused because of their neighbours.

Per kind of thing, how much of an account's traffic carries what is telling for the network is
compared with the network's other accounts and with everyone outside it, both as they are
measured here. An account that shares an address with the network and asks for nothing that the
network asks for loses on content what it wins on address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.ties import HABIT, KINDS, Ties
from gauger.model.population import Floats, Ints
from gauger.weigh.evidence.classes import MEMBER, OUTSIDER, STANDINGS, class_lr
from gauger.weigh.evidence.kernels import carried, classed
from gauger.weigh.evidence.tables import accounts_table
from gauger.weigh.evidence.telling import Held, telling_things

FAMILIES: Final = {
    "content": frozenset({"frame", "item", "system"}),
    "infrastructure": frozenset({"address", "range", "block"}),
    "identity": frozenset({"payment", "phone", "email", "credential"}),
    "behaviour": frozenset({"tools", "parameters", "client"}),
}
"""Kinds of thing that would be shared for one and the same reason."""
_CONTENT: Final = list(FAMILIES).index("content")
_FAMILY_OF: Final = np.array(
    [next(n for n, family in enumerate(FAMILIES.values()) if kind in family) for kind in KINDS]
)

_EDGES: Final = np.array([HABIT, 0.1, 0.3, 0.6, 0.9])
"""Where shares of traffic are cut for comparison: none, a trace, some, much, most,
nearly all."""
_CLASSES: Final = len(_EDGES) + 1
_STRANGER: Final = OUTSIDER * _CLASSES
"""The class of an outsider who holds nothing telling."""


@dataclass(frozen=True)
class Shared:
    """log10 LR of accounts for belonging to a network by what they share with it, family by
    family.

    Rows are first the members and then those that were asked for, each in their order, and then
    all others that hold anything telling. Everybody else is a stranger, whose classes stand in
    one row more. `lr[f]` holds the log10 LR of every class of family f.
    """

    accounts: Ints
    members: int
    classes: NDArray[np.uint8]
    lr: Floats
    holds: NDArray[np.bool_]
    """Which of `accounts` hold anything telling."""
    marked: Floats
    """Part of each row's exchanges that carry content which is telling for the network."""

    @property
    def families(self) -> dict[str, Floats]:
        """log10 LR of every row by family."""
        return {
            name: self.lr[number][self.classes[:, number]] for number, name in enumerate(FAMILIES)
        }


def rows_of(known: Ints, accounts: Ints) -> Ints:
    """The place of each account among those known (ascending), and past them all for others."""
    row = np.searchsorted(known, accounts)
    found = row < len(known)
    found[found] = known[row[found]] == accounts[found]
    row[~found] = len(known)
    return row


def shared_with(
    ties: Ties,
    members: Ints,
    outsiders: NDArray[np.bool_],
    held: Held | None = None,
    asked: Ints | None = None,
) -> Shared:
    """What accounts share with `members`, and how much that tells them from outsiders.

    `outsiders` flags the accounts taken as not belonging; `held` is what the members hold, where
    that is known already. `asked` are accounts, none of them a member, that get a row whatever
    they hold. What is gone over are the things of the members and all holders of what is telling.
    """
    things = telling_things(ties, members, outsiders, held)
    family = _FAMILY_OF[ties.kinds[things]]
    accounts, share, holds = carried(
        things, family, len(FAMILIES), ties.starts, ties.account, ties.share,
        members if asked is None else np.concatenate([members, asked]),
        accounts_table(ties.accounts_total),
    )  # fmt: skip
    classes, count = classed(
        accounts, share, holds, len(members), outsiders, _EDGES, np.uint8(_STRANGER)
    )
    count = count.reshape(len(FAMILIES), STANDINGS, _CLASSES)
    # Outsiders without a row carry nothing.
    outside = np.count_nonzero(outsiders) - np.count_nonzero(outsiders[members])
    count[:, OUTSIDER, 0] += outside - count[:, OUTSIDER].sum(axis=1)
    known = np.bincount(family, minlength=len(FAMILIES)) > 0
    lr = np.zeros((len(FAMILIES), STANDINGS * _CLASSES))
    for number in np.flatnonzero(known):
        lr[number] = class_lr(count[number, MEMBER], count[number, OUTSIDER]).ravel()
    marked = np.full(len(accounts) + 1, np.nan)
    if known[_CONTENT]:
        marked[:-1] = np.minimum(share[:, _CONTENT], 1.0)
        marked[-1] = 0.0
    stranger = np.full((1, len(FAMILIES)), _STRANGER, np.uint8)
    return Shared(accounts, len(members), np.vstack([classes, stranger]), lr, holds, marked)
