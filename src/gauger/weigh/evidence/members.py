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
from gauger.weigh.evidence.classes import MEMBER, OUTSIDER, class_lr
from gauger.weigh.evidence.telling import Held, telling_things

FAMILIES: Final = {
    "content": frozenset({"frame", "item", "system"}),
    "infrastructure": frozenset({"address", "range", "block"}),
    "identity": frozenset({"payment", "phone", "email", "credential"}),
    "behaviour": frozenset({"tools", "parameters", "client"}),
}
"""Kinds of thing that would be shared for one and the same reason."""
_FAMILY_OF: Final = np.array(
    [next(n for n, family in enumerate(FAMILIES.values()) if kind in family) for kind in KINDS]
)

_EDGES: Final = np.array([HABIT, 0.1, 0.3, 0.6, 0.9])
"""Where shares of traffic are cut for comparison: none, a trace, some, much, most,
nearly all."""


@dataclass(frozen=True)
class Shared:
    """log10 LR of accounts for belonging to a network by what they share with it, family by
    family; parallel arrays.

    Only accounts that hold anything telling, or are members, stand in `accounts` (ascending);
    everybody else is a stranger, and all of these have the values of the last row.
    """

    accounts: Ints
    families: dict[str, Floats]
    marked: Floats
    """Part of each account's exchanges that carry content which is telling for the network."""

    def rows(self, accounts: Ints) -> Ints:
        """The row of each account."""
        row = np.searchsorted(self.accounts, accounts)
        known = row < len(self.accounts)
        known[known] = self.accounts[row[known]] == accounts[known]
        row[~known] = len(self.accounts)
        return row


def shared_with(
    ties: Ties, members: Ints, outsiders: NDArray[np.bool_], held: Held | None = None
) -> Shared:
    """What accounts share with `members`, and how much that tells them from outsiders.

    `outsiders` flags the accounts taken as not belonging; `held` is what the members hold, where
    that is known already.
    """
    inside = np.zeros(ties.accounts_total, np.bool_)
    inside[members] = True
    outside = outsiders & ~inside
    among = int(outside.sum())
    marking = ties.holdings_of(telling_things(ties, members, outside, held))
    account = ties.account[marking]
    concerned = inside.copy()
    concerned[account] = True
    accounts = np.flatnonzero(concerned)
    number = np.empty(ties.accounts_total, np.int32)
    number[accounts] = np.arange(len(accounts))
    place = number[account]
    share, family = ties.share[marking], _FAMILY_OF[ties.kinds[ties.thing[marking]]]
    # The last row stands for all who hold nothing of it.
    standing = np.append(MEMBER * inside[accounts] + OUTSIDER * outside[accounts], OUTSIDER)
    unheld = np.array([0, len(members) - inside[accounts].sum(), among - outside[accounts].sum()])
    families: dict[str, Floats] = {}
    marked = np.full(len(standing), np.nan)
    for which, name in enumerate(FAMILIES):
        used = family == which
        carried = np.minimum(np.bincount(place[used], share[used], len(standing)), 1.0)
        if name == "content" and used.any():
            marked = carried
        families[name] = (
            _family_lr(carried, standing, unheld) if used.any() else np.zeros(len(standing))
        )
    return Shared(accounts, families, marked)


def _family_lr(carried: Floats, standing: Ints, unheld: Ints) -> Floats:
    """LR of the share class an account falls in, leaving the account itself out of its class.

    `unheld` counts accounts of each standing beyond these rows, which carry nothing.
    """
    bins = len(_EDGES) + 1
    of = np.searchsorted(_EDGES, carried, side="right")
    count = np.bincount(standing[:-1] * bins + of[:-1], minlength=3 * bins).reshape(3, bins)
    count[:, 0] += unheld
    lr = class_lr(count[MEMBER], count[OUTSIDER])
    return np.asarray(lr[standing, of], np.float64)
