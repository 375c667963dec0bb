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
_TELLING_RATIO: Final = 10.0
FEWEST_MEMBERS: Final = 3
"""Of a network that hold a thing, or it marks nobody."""
_TELLING_SHARE: Final = 0.01
"""A thing marks a network if at least so many, and this part, of its members hold it."""


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


def shared_with(ties: Ties, members: Ints, outsiders: NDArray[np.bool_]) -> Shared:
    """What accounts share with `members`, and how much that tells them from outsiders.

    `outsiders` flags the accounts taken as not belonging.
    """
    inside = np.zeros(ties.accounts_total, np.bool_)
    inside[members] = True
    outside = outsiders & ~inside
    among = int(outside.sum())
    # What more outsiders hold than this cannot be telling, whoever holds it inside.
    most = (among + 1.0) / _TELLING_RATIO + ties.accounts_total - among
    ties = ties.around(members, FEWEST_MEMBERS, most)
    telling = _telling(ties, inside, outside)
    marking = telling[ties.thing]
    concerned = inside.copy()
    concerned[ties.account[marking]] = True
    accounts = np.flatnonzero(concerned)
    place = np.searchsorted(accounts, ties.account[marking])
    share, family = ties.share[marking], _FAMILY_OF[ties.kinds[ties.thing[marking]]]
    # The last row stands for all who hold nothing of it.
    standing = np.append(MEMBER * inside[accounts] + OUTSIDER * outside[accounts], OUTSIDER)
    unheld = np.array([0, len(members) - inside[accounts].sum(), among - outside[accounts].sum()])
    families: dict[str, Floats] = {}
    marked = np.full(len(standing), np.nan)
    for number, name in enumerate(FAMILIES):
        used = family == number
        carried = np.minimum(np.bincount(place[used], share[used], len(standing)), 1.0)
        if name == "content" and used.any():
            marked = carried
        families[name] = (
            _family_lr(carried, standing, unheld) if used.any() else np.zeros(len(standing))
        )
    return Shared(accounts, families, marked)


def telling_things(ties: Ties, members: Ints) -> Ints:
    """Numbers of the things that mark the members, most members first."""
    inside = np.zeros(ties.accounts_total, np.bool_)
    inside[members] = True
    telling = np.flatnonzero(_telling(ties, inside, ~inside))
    held = np.bincount(ties.thing, inside[ties.account], len(ties.kinds))
    return np.asarray(telling[np.argsort(-held[telling], kind="stable")])


def _telling(
    ties: Ties, inside: NDArray[np.bool_], outside: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Things held much oftener inside than outside."""
    things = len(ties.kinds)
    held_inside = np.bincount(ties.thing, inside[ties.account] & ties.habitual, things)
    held_outside = np.bincount(ties.thing, outside[ties.account] & ties.habitual, things)
    rate_inside = held_inside / max(inside.sum(), 1)
    rate_outside = (held_outside + 0.5) / (outside.sum() + 1.0)
    # In a large network a few members meet strangers' things by chance.
    fewest = max(FEWEST_MEMBERS, _TELLING_SHARE * inside.sum())
    return np.asarray((held_inside >= fewest) & (rate_inside >= _TELLING_RATIO * rate_outside))


@dataclass(frozen=True)
class Held:
    """What a group of accounts holds: things with the number of members that hold each, and the
    single holdings behind that."""

    accounts: Ints
    things: Ints
    members: Ints
    holder: Ints
    thing: Ints

    @classmethod
    def by(cls, ties: Ties, accounts: Ints) -> Held:
        """What `accounts` hold."""
        holder, held = ties.things_of(accounts)
        thing = held.astype(np.int64)
        things, members = np.unique(thing, return_counts=True)
        return cls(accounts, things, members, holder, thing)


def may_belong(ties: Ties, members: Held, others: Held) -> bool:
    """Whether the median of `others` holds anything that could be telling for `members`.

    Quick, and never no where `shared_with`, both groups kept from the outsiders, finds that it
    does.
    """
    outside = ties.habitual_holders[members.things] - len(members.accounts) - len(others.accounts)
    rare = outside * _TELLING_RATIO <= ties.accounts_total
    telling = members.things[(members.members >= FEWEST_MEMBERS) & rare]
    # Among hundreds of networks most pairs have nothing rare in common, and are told apart by
    # their things alone; no table here is as long as all things.
    common = others.things[within(others.things, telling)]
    if not len(common):
        return False
    marked = np.zeros(len(others.accounts), np.bool_)
    marked[others.holder[within(others.thing, common)]] = True
    return bool(marked.mean() >= 0.5)


def within(numbers: Ints, known: Ints) -> NDArray[np.bool_]:
    """Which of the numbers are among the known ones, which ascend."""
    if not len(known):
        return np.zeros(len(numbers), np.bool_)
    place = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
    return np.asarray(known[place] == numbers, np.bool_)


def _family_lr(carried: Floats, standing: Ints, unheld: Ints) -> Floats:
    """LR of the share class an account falls in, leaving the account itself out of its class.

    `unheld` counts accounts of each standing beyond these rows, which carry nothing.
    """
    bins = len(_EDGES) + 1
    of = np.searchsorted(_EDGES, carried, side="right")
    count = np.zeros((3, bins), np.int64)
    np.add.at(count, (standing[:-1], of[:-1]), 1)
    count[:, 0] += unheld
    lr = class_lr(count[MEMBER], count[OUTSIDER])
    return np.asarray(lr[standing, of], np.float64)
