"""Who is known: accounts of networks, in memory, as a decision asks for them.

A million accounts must fit beside everything else, so what is known of them stands in arrays and
becomes an object for the one account that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.decision import KnownAccount, KnownNetwork, Place
from gauger.model.evidence import LogLR

PLACES: Final = tuple(Place)
MIXED_BELOW: Final = 0.5
"""Part of an account's exchanges that carry what marks the network below which it is mixed."""


@dataclass(frozen=True)
class Rows:
    """Accounts of networks in parallel arrays; `place` is a position in PLACES, `network` one in
    the list of networks."""

    account_ids: Sequence[str]
    network: NDArray[np.int32]
    place: NDArray[np.int8]
    log10: NDArray[np.float32]
    lower: NDArray[np.float32]
    upper: NDArray[np.float32]
    marked: NDArray[np.float32]


@dataclass(frozen=True)
class Index:
    """Networks and their accounts; an account of several networks is one of the first."""

    networks: tuple[KnownNetwork, ...] = ()
    rows: Rows | None = None
    _row_of: Mapping[str, int] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, networks: Sequence[KnownNetwork], rows: Rows) -> Index:
        """From networks and their accounts."""
        row_of: dict[str, int] = {}
        for number, account in enumerate(rows.account_ids):
            row_of.setdefault(account, number)
        return cls(tuple(networks), rows, row_of)

    def __len__(self) -> int:
        return len(self._row_of)

    def account(self, account_id: str) -> KnownAccount | None:
        """What is known of an account; null for one that belongs to no known network."""
        row = self._row_of.get(account_id)
        if row is None or self.rows is None:
            return None
        rows = self.rows
        low, log10, high = (float(a[row]) for a in (rows.lower, rows.log10, rows.upper))
        return KnownAccount(
            account_id,
            self.networks[rows.network[row]],
            PLACES[rows.place[row]],
            LogLR(log10, min(low, log10), max(high, log10)),
            float(rows.marked[row]),
        )

    def network(self, network_id: str) -> KnownNetwork | None:
        """A network by its id."""
        return next((n for n in self.networks if n.network_id == network_id), None)

    def accounts_of(self, network_id: str) -> list[str]:
        """Ids of a network's accounts."""
        if self.rows is None:
            return []
        number = next((i for i, n in enumerate(self.networks) if n.network_id == network_id), -1)
        ids = self.rows.account_ids
        return [ids[row] for row in np.flatnonzero(self.rows.network == number).tolist()]


def place_of(core: NDArray[np.bool_], marked: NDArray[Any]) -> NDArray[np.int8]:
    """Positions in PLACES: mixed where little of an account's traffic is marked, whatever else."""
    mixed = np.nan_to_num(np.asarray(marked, np.float64), nan=1.0) < MIXED_BELOW
    number = np.where(core, PLACES.index(Place.CORE), PLACES.index(Place.LIKELY))
    return np.where(mixed, PLACES.index(Place.MIXED), number).astype(np.int8)
