"""Which accounts a scan of what changed weighs.

An account that did most of what it ever did since the last scan of everything may belong to
anybody, so it is weighed anew, by what it did since; so are the networks that stand. All others
were weighed then, and would be weighed now, beside each other: a reference of them is enough to say
what is ordinary.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gauger.find.profiles.facts import AccountFacts
from gauger.find.sent import Sent
from gauger.model.population import Ints
from gauger.model.standing import EarlierScan

OF_ONE_NETWORK: Final = 150
"""Accounts of a standing network that are weighed again, a few more than any group is measured by;
the others keep the evidence they had."""
_MOSTLY: Final = 0.5
"""Part of an account's exchanges from which it is another account than it was."""


@dataclass(frozen=True)
class Changed:
    """All accounts at hand, and flags of those that are weighed.

    `moving` are those that changed and those of standing networks; `weighed` has the reference
    beside them.
    """

    sent: Sent
    moving: NDArray[np.bool_]
    weighed: NDArray[np.bool_]

    @property
    def weighed_ids(self) -> list[str]:
        """Ids of the accounts that are weighed."""
        found: list[str] = self.sent.ids.filter(pa.array(self.weighed)).to_pylist()
        return found

    @property
    def weighed_keys(self) -> Ints:
        """Their keys."""
        return self.sent.keys[self.weighed]

    @property
    def weighed_exchanges(self) -> int:
        """Exchanges of the accounts that are weighed, of which not all are where only a part of
        what an account did is."""
        return int(self.sent.exchanges[self.weighed].sum())

    def moved(self, facts: AccountFacts) -> NDArray[np.bool_]:
        """Flags of the accounts of `facts`, by position, that are `moving`."""
        place = facts.positions(self.weighed_keys)
        flags = np.zeros(len(facts.ids), np.bool_)
        flags[place[self.moving[self.weighed]]] = True
        return flags


def changed_since(sent: Sent, earlier: EarlierScan) -> Changed:
    """Compares what every account has sent by now with what it had sent by the earlier scan."""
    activity = earlier.standing.activity
    place = pc.index_in(sent.ids, activity["account_id"].combine_chunks())
    before: Ints = _at(activity["exchanges"], place, 0)
    since = sent.exchanges - before
    moving = (since > 0) & (since >= _MOSTLY * sent.exchanges)
    kept: NDArray[np.bool_] = _at(activity["kept"], place, False)
    held = [network.accounts for network in earlier.networks]
    again = some_of_each(held, frozenset(sent.ids.filter(pa.array(kept)).to_pylist()))
    standing = pc.is_in(sent.ids, pa.array(again, pa.string()))
    moving |= np.asarray(standing.to_numpy(zero_copy_only=False), np.bool_)
    weighed = moving | _at(activity["reference"], place, False)
    if earlier.standing.compared is not None:
        # Of whoever else has sent nothing since there is nothing to weigh.
        able = kept | (since > 0)
        moving, weighed = moving & able, weighed & able
    if not weighed.any():
        # Nobody changed, and nobody had sent enough to be compared with.
        weighed[:] = True
    return Changed(sent, moving, weighed)


def some_of_each(
    networks: Iterable[Collection[str]], kept: Container[str] = frozenset()
) -> list[str]:
    """Some accounts of every network: those first whose sketches are `kept`, and mostly the same
    ones whoever else joins it or leaves."""
    chosen: list[str] = []
    for accounts in networks:
        ordered = sorted(accounts, key=lambda name: (name not in kept, _dealt(name), name))
        chosen += ordered[:OF_ONE_NETWORK]
    return chosen


def _dealt(account_id: str) -> int:
    return crc32(account_id.encode())


def _at(column: pa.ChunkedArray, place: pa.Array, missing: object) -> NDArray[Any]:
    found = pc.fill_null(column.combine_chunks().take(place), missing)
    return np.asarray(found.to_numpy(zero_copy_only=False))
