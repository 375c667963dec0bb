"""Which networks may be one at all, told of all of them together by what they hold.

A provider of a million accounts has thousands of groups that one operator runs, most of them for
ordinary reasons. Comparing every two of them would take longer than all else; most share nothing
that could be telling, and that is seen without comparing them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.ties import Ties, ranges
from gauger.model.population import Ints
from gauger.weigh.evidence.telling import TELLING_RATIO, Held, fewest_of

_MOST: Final = 0.5
"""Part of a network's accounts that must hold what is telling for the other: the median one."""
_SMALL: Final = 4_096
"""Accounts of nearly every network. The few that have more hold so much that, if any network
might be one of them, no thing could be told to be common."""


class Neighbours:
    """Networks by number, from 0; never no where `may_belong` says yes both ways."""

    def __init__(self, ties: Ties, networks: Sequence[Held]) -> None:
        self._ties = ties
        self._first = len(networks)
        self._sizes = np.array([len(held.accounts) for held in networks], np.int64)
        thing = np.concatenate([np.empty(0, np.int64), *(held.things for held in networks)])
        members = np.concatenate([np.empty(0, np.int64), *(held.members for held in networks)])
        network = np.repeat(np.arange(self._first), [len(held.things) for held in networks])
        order = np.argsort(thing, kind="stable")
        self._members, self._network = members[order], network[order]
        self._things, self._starts = np.unique(thing[order], return_index=True)
        self._starts = np.append(self._starts, len(thing))
        self._most = np.zeros((2, len(ties.kinds)), np.int32)
        for held in networks:
            self._note(held)
        reached = np.array([self._reached(held) for held in networks], np.bool_)
        self._mutual = reached.reshape(self._first, self._first)
        self._mutual &= self._mutual.T
        self._later: dict[int, NDArray[np.bool_]] = {}

    def add(self, number: int, network: Held) -> None:
        """One more, that came of joining two."""
        self._note(network)
        self._later[number] = self._reached(network)

    def may_be_one(self, first: int, second: int) -> bool:
        """Whether the two are worth comparing."""
        for one, other in ((first, second), (second, first)):
            if one in self._later:
                return other in self._later or bool(self._later[one][other])
        return bool(self._mutual[first, second])

    def _note(self, held: Held) -> None:
        """The most that any network holds of each thing, and any small one."""
        for most in self._most[: 1 + (len(held.accounts) <= _SMALL)]:
            most[held.things] = np.maximum(most[held.things], held.members)

    def _reached(self, held: Held) -> NDArray[np.bool_]:
        """Of the first networks those whose median account may hold what is telling for one."""
        of_any, of_small = (self._shared_with(held, most) for most in self._most)
        shared = np.where(self._sizes <= _SMALL, of_small, of_any)
        return np.asarray(shared >= _MOST * self._sizes)

    def _shared_with(self, held: Held, most: NDArray[np.int32]) -> Ints:
        """How often their accounts hold what may be telling, where the other network is the one
        that holds most of it and is kept apart."""
        size = max(len(held.accounts), 1)
        beyond = self._ties.habitual_holders[held.things] - held.members - most[held.things]
        rate = TELLING_RATIO * (np.maximum(beyond, 0) + 0.5) / (self._ties.accounts_total + 1.0)
        may_tell = (held.members >= fewest_of(size)) & (held.members / size >= rate)
        at = np.searchsorted(self._things, held.things[may_tell])
        among = ranges(self._starts[at], self._starts[at + 1])
        held_by: Ints = np.bincount(self._network[among], self._members[among], self._first)
        return held_by
