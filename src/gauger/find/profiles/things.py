"""Things and their holders told apart in this process, a part at a time.

Where an engine runs in this process its rows are here anyway, and compiled loops over them take a
fraction of what a grouping takes that must hold for anything. Where its rows are elsewhere, the
same is done there (`apart.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.engine import Engine, scattered
from gauger.engine.shelf import Shelf
from gauger.find.profiles.meeting import add_up, count_up, met
from gauger.find.profiles.places import Places
from gauger.model.population import Ints

_ROWS: Final = 2_000_000
"""Rows of a part: telling them apart takes some 75 bytes for each."""
_MOST: Final = 2_048
"""Beyond as many parts there is a file for every handful of rows."""
_ROOM: Final = 500_000_000
"""Bytes of rows that wait in memory for their part to be told apart."""
SHARED: Final = pa.schema(
    [("account_key", pa.int64()), ("thing", pa.int64()), ("exchanges", pa.int64())]
)


@dataclass(frozen=True)
class Accounts:
    """The keys of all accounts, ascending: an account's number is its place among them."""

    keys: Ints
    places: Places

    @classmethod
    def of(cls, keys: NDArray[np.int64]) -> Accounts:
        """Of keys in any order, each there once."""
        ascending = np.sort(keys)
        return cls(ascending, Places.of(ascending))


@dataclass(frozen=True)
class Told:
    """What rows come to: on a `shelf` rows (SHARED) of things that two or more accounts hold, all
    rows of a thing in one piece and together; by account, how many rows are `own`, and how many
    `different` things."""

    shelf: Shelf
    own: Ints
    different: Ints


class Things:
    """Rows (thing, account) as they come, in any order; about so many `rows` are expected."""

    def __init__(self, engine: Engine, accounts: Accounts, rows: int, name: str) -> None:
        self._engine = engine
        self._accounts = accounts
        self._name = name
        self._parts = parts_for(rows)
        self._single = engine.scattered(
            f"{name}-single", self._parts, _ROOM, (np.int64, np.int32, np.bool_)
        )
        self._counted = engine.scattered(
            f"{name}-counted", self._parts, _ROOM // 4, (np.int64, np.int32, np.int32)
        )

    def add(self, thing: Ints, account: NDArray[np.int32], sampled: NDArray[np.bool_]) -> None:
        """Takes in rows of one exchange each, of accounts by their number."""
        with self._engine.told(self._name):
            self._single.add(thing, account, sampled)

    def add_counted(self, rows: Iterator[pa.RecordBatch]) -> None:
        """Takes in rows (account_key, thing, exchanges), none of them sampled."""
        for batch in rows:
            account = self._accounts.places.find(numbers(batch["account_key"]))
            with self._engine.told(self._name):
                self._counted.add(numbers(batch["thing"]), account, numbers(batch["exchanges"]))

    def tell(self, *, sampled: bool = False) -> Told:
        """What all rows come to; `shared` are only things of which some row is `sampled`, where
        that is asked for."""
        shelf = self._engine.shelf(self._name, SHARED)
        total = len(self._accounts.keys)
        own, different = np.zeros(total, np.int64), np.zeros(total, np.int64)
        lock = Lock()
        with self._engine.told(self._name):
            self._single.whole()
            self._counted.whole()

        def part(number: int) -> None:
            with self._engine.told(self._name):
                thing, account, kept = self._single.take(number)
                more, holder, often = self._counted.take(number)
                found = met(
                    np.concatenate([thing, more]),
                    np.concatenate([account, holder]),
                    np.concatenate([np.ones(len(thing), np.int32), often]),
                    np.concatenate([kept, np.zeros(len(more), np.bool_)]),
                )
                chosen = found.sampled if sampled else slice(None)
                keys = self._accounts.keys[found.account[chosen]]
                shelf.put(pa.table([keys, found.thing[chosen], found.times[chosen]], SHARED.names))
                with lock:
                    add_up(own, found.owner, found.own)
                    count_up(different, found.account)
                    count_up(different, found.alone)

        pool = ThreadPoolExecutor(self._engine.threads)
        try:
            for _ in pool.map(part, range(self._parts)):
                pass
        finally:
            # Who stops a scan waits for the parts that were begun, and for no other.
            pool.shutdown(cancel_futures=True)
        return Told(shelf, own, different)


def parts_for(rows: int) -> int:
    """Into how many parts so many rows are scattered."""
    return scattered.parts_for(rows, _ROWS, _MOST)


def numbers(column: pa.Array) -> NDArray[np.int64]:
    """A column of whole numbers as an array."""
    return np.asarray(column.to_numpy(zero_copy_only=False), np.int64)
