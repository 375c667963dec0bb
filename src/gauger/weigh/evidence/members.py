"""An account's own evidence: nobody is accused because of their neighbours.

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

from gauger.find.linkage.ties import HABIT, Ties
from gauger.model.population import Floats, Ints

FAMILIES: Final = {
    "content": frozenset({"frame", "item", "system"}),
    "infrastructure": frozenset({"address", "range", "block"}),
    "identity": frozenset({"payment", "phone", "email", "credential"}),
    "behaviour": frozenset({"tools", "parameters", "client"}),
}
"""Kinds of thing that would be shared for one and the same reason."""

_EDGES: Final = np.array([HABIT, 0.1, 0.3, 0.6, 0.9])
"""Where shares of traffic are cut for comparison: none, a trace, some, much, most,
nearly all."""
_TELLING_RATIO: Final = 10.0
_FEWEST_MEMBERS: Final = 3
_TELLING_SHARE: Final = 0.01
"""A thing marks a network if at least so many, and this part, of its members hold it."""
_LEAST: Final = {"content": -1.0}
_LEAST_OTHERWISE: Final = -0.5
"""log10 LR that lacking a kind of thing costs at most: an operator varies clients, cards and exits
from account to account, and what its accounts ask for less easily."""
_SECOND: Final = 0.5
"""Weight of every family's support after the strongest: kinds of tie often have one cause."""


@dataclass(frozen=True)
class Ownership:
    """log10 LR of every account for belonging to the network, with its families."""

    log10: Floats
    lower: Floats
    upper: Floats
    families: dict[str, Floats]
    marked: Floats
    """Part of each account's exchanges that carry content which is telling for the network."""


def own_evidence(ties: Ties, members: Ints, outsiders: NDArray[np.bool_]) -> Ownership:
    """Evidence of every account of the population for belonging to `members`.

    `outsiders` flags the accounts taken as not belonging. Bounds follow from how many accounts
    of either kind there were to compare with.
    """
    total = ties.accounts_total
    ties = ties.around(members, _FEWEST_MEMBERS)
    inside = np.zeros(total, np.bool_)
    inside[members] = True
    outside = outsiders & ~inside
    telling = _telling(ties, inside, outside)
    families: dict[str, Floats] = {}
    marked = np.full(total, np.nan)
    for name, kinds in FAMILIES.items():
        used = telling[ties.thing] & ties.of_kinds(kinds)
        carried = np.minimum(np.bincount(ties.account[used], ties.share[used], total), 1.0)
        if name == "content" and used.any():
            marked = carried
        least = _LEAST.get(name, _LEAST_OTHERWISE)
        families[name] = (
            _family_lr(carried, inside, outside, least) if used.any() else np.zeros(total)
        )
    stacked = np.vstack(list(families.values()))
    most = float(np.log10(outside.sum() + 1.0))
    log10 = np.minimum(_together(stacked), most)
    weaker = np.sort(stacked, axis=0)[:-1]
    lower = np.minimum(log10, np.minimum(_together(weaker), most))
    upper = np.maximum(log10, np.minimum(np.maximum(stacked, 0.0).sum(axis=0), most))
    return Ownership(log10, lower, upper, families, marked)


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
    fewest = max(_FEWEST_MEMBERS, _TELLING_SHARE * inside.sum())
    return np.asarray((held_inside >= fewest) & (rate_inside >= _TELLING_RATIO * rate_outside))


def may_belong(ties: Ties, members: Ints, others: Ints) -> bool:
    """Whether the median of `others` holds anything that could be telling for `members`.

    Quick, and never no where `own_evidence`, both groups kept from the outsiders, finds some.
    """
    _, thing = ties.things_of(members)
    things, held = np.unique(thing, return_counts=True)
    outside = ties.habitual_holders[things] - len(members) - len(others)
    rare = outside * _TELLING_RATIO <= ties.accounts_total
    telling = np.zeros(len(ties.kinds), np.bool_)
    telling[things[(held >= _FEWEST_MEMBERS) & rare]] = True
    holder, carried = ties.things_of(others)
    marked = np.bincount(holder, telling[carried], len(others)) > 0
    return bool(marked.mean() >= 0.5)


def _family_lr(
    carried: Floats, inside: NDArray[np.bool_], outside: NDArray[np.bool_], least: float
) -> Floats:
    """LR of the share class an account falls in, leaving the account itself out of its class."""
    bins = len(_EDGES) + 1
    of = np.searchsorted(_EDGES, carried, side="right")
    in_count = np.bincount(of[inside], minlength=bins).astype(np.float64)
    out_count = np.bincount(of[outside], minlength=bins).astype(np.float64)
    own_in = inside.astype(np.float64)
    own_out = outside.astype(np.float64)
    rate_in = (in_count[of] - own_in + 0.5) / (in_count.sum() - own_in + 0.5 * bins)
    rate_out = (out_count[of] - own_out + 0.5) / (out_count.sum() - own_out + 0.5 * bins)
    return np.asarray(np.maximum(np.log10(rate_in / rate_out), least), np.float64)


def _together(stacked: Floats) -> Floats:
    support = np.maximum(stacked, 0.0)
    strongest = support.max(axis=0)
    rest = support.sum(axis=0) - strongest
    return np.asarray(strongest + _SECOND * rest + np.minimum(stacked, 0.0).sum(axis=0))
