"""Which things tell a network's accounts from everybody else's: held much oftener inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.ties import Ties, ranges
from gauger.model.population import Ints
from gauger.weigh.evidence.kernels import common, telling
from gauger.weigh.evidence.tables import accounts_table, things_table

TELLING_RATIO: Final = 10.0
FEWEST_MEMBERS: Final = 3
"""Of a network that hold a thing, or it marks nobody."""
_TELLING_SHARE: Final = 0.01
"""A thing marks a network if at least so many, and this part, of its members hold it."""


@dataclass(frozen=True)
class Held:
    """What a group of accounts holds: things, ascending, with the number of members that hold
    each; places of the holders of thing n stand from `starts[n]` to `starts[n + 1]`."""

    accounts: Ints
    things: Ints
    members: Ints
    starts: Ints
    holder: Ints

    @classmethod
    def by(cls, ties: Ties, accounts: Ints) -> Held:
        """What `accounts` hold."""
        holder, thing = ties.things_of(accounts)
        order = np.argsort(thing, kind="stable")
        things, starts = np.unique(thing[order], return_index=True)
        starts = np.append(starts, len(thing))
        return cls(accounts, things.astype(np.int64), np.diff(starts), starts, holder[order])


def fewest_of(members: int) -> float:
    """How many of so many members must hold a thing, or it marks nobody: in a large network a few
    meet strangers' things by chance."""
    return max(FEWEST_MEMBERS, _TELLING_SHARE * members)


def telling_things(
    ties: Ties, members: Ints, outside: NDArray[np.bool_], known: Held | None = None
) -> Ints:
    """Numbers of the things that mark the members, ascending.

    `outside` flags the accounts that are compared with the members; a member is none of them;
    `known` is what the members hold, where somebody has asked already. What is gone over are the
    things of the members, and of their other holders no more than it takes to see that a thing
    is common.
    """
    fewest = fewest_of(len(members))
    if known is None:
        things, held = _common_to(ties, members, fewest)
    else:
        enough = known.members >= fewest
        things, held = known.things[enough], known.members[enough]
    others = int(np.count_nonzero(outside) - np.count_nonzero(outside[members]))
    neither = ties.accounts_total - len(members) - others
    told = telling(
        things, held, ties.starts, ties.account, ties.habitual, ties.habitual_holders, members,
        outside, accounts_table(ties.accounts_total), others, neither, fewest, TELLING_RATIO,
    )  # fmt: skip
    return np.asarray(things[told], np.int64)


def _common_to(ties: Ties, accounts: Ints, least: float) -> tuple[Ints, Ints]:
    """Numbers of the things that at least `least` of the accounts hold, ascending, and how many
    of them hold each."""
    order, begin = ties.by_account
    things, held = common(accounts, order, begin, ties.thing, things_table(len(ties.kinds)), least)
    ascending = np.argsort(things)
    return things[ascending], held[ascending]


def may_belong(ties: Ties, members: Held, others: Held) -> bool:
    """Whether the median of `others` holds anything that could be telling for `members`.

    Quick, and never no where `shared_with`, both groups kept from the outsiders, finds that it
    does: whoever of the two holds a thing is taken to hold it as a habit.
    """
    if not len(members.things):
        return False
    place = np.searchsorted(members.things, others.things)
    place = np.minimum(place, len(members.things) - 1)
    common = np.flatnonzero(members.things[place] == others.things)
    inside = members.members[place[common]]
    beyond = ties.habitual_holders[others.things[common]] - inside - others.members[common]
    strangers = ties.accounts_total - len(members.accounts) - len(others.accounts)
    rate = TELLING_RATIO * ((np.maximum(beyond, 0) + 0.5) / (strangers + 1.0))
    size = len(members.accounts)
    may_tell = (inside >= fewest_of(size)) & (inside / max(size, 1) >= rate)
    common = common[may_tell]
    if others.members[common].sum() < 0.5 * len(others.accounts):
        return False
    marked = np.zeros(len(others.accounts), np.bool_)
    marked[others.holder[ranges(others.starts[common], others.starts[common + 1])]] = True
    return bool(marked.mean() >= 0.5)
