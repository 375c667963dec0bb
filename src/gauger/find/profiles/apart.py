"""Things and their holders told apart by an engine's executors, in the loops that one process uses.

Every executor scatters its rows to parts by their things, and every part is told apart by one of
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.engine import parting as rounds
from gauger.engine.parting import Parting
from gauger.engine.shelf import Shelf
from gauger.find.profiles.meeting import met
from gauger.find.profiles.places import Places
from gauger.find.profiles.things import SHARED, parts_for

_ROWS: Final = "rows"
_TYPES: Final = (np.int64, np.int32, np.int32, np.bool_)
"""Of a row: thing, account by its number, how often, whether sampled."""
_OWN: Final = pa.schema([("account_key", pa.int64()), ("own", pa.int64())])
_DIFFERENT: Final = pa.schema([("account_key", pa.int64()), ("different", pa.int64())])
_KEYS: Final = "keys.npy"
_SHARED: Final = "shared"

Unfold = Callable[[pa.RecordBatch, Places], Iterable[tuple[NDArray[Any], ...]]]
"""Rows (thing, account, how often, whether sampled) of a batch."""


@dataclass(frozen=True)
class ToldApart:
    """What rows come to: on a `shelf` rows (SHARED) of things that two or more accounts hold, all
    rows of a thing in one piece and together; and by account, as tables, how many rows are `own`
    and how many things `different`."""

    shelf: Shelf
    own: ir.Table
    different: ir.Table


class Apart:
    """Rows of several tables, about so many in all, told apart together."""

    def __init__(self, engine: Engine, keys: NDArray[np.int64], rows: int, name: str) -> None:
        self._engine = engine
        self._name = name
        self._parting = Parting(engine, name, parts_for(rows), {_ROWS: _TYPES})
        with engine.told(name):
            np.save(self._parting.folder / _KEYS, keys)

    def add(self, rows: ir.Table, unfold: Unfold) -> None:
        """Scatters the rows of a table."""
        self._parting.add(rows, partial(_begin, unfold=unfold))

    def tell(self, *, sampled: bool = False) -> ToldApart:
        """What all rows come to; `shared` are only things of which some row is `sampled`, where
        that is asked for."""
        shelf = self._engine.shelf(self._name, SHARED)
        places = {name: self._parting.folder / name for name in ("own", "different")}
        attempts = self._parting.each(partial(_tell, sampled=sampled))
        with self._engine.told(self._name):
            for attempt in attempts:
                shelf.adopt(attempt / _SHARED)
            for name, place in places.items():
                place.mkdir()
                for part, attempt in enumerate(attempts):
                    (attempt / name).rename(place / f"{part}.parquet")
        return ToldApart(
            shelf, **{name: self._engine.read(place) for name, place in places.items()}
        )


def _begin(folder: Path, *, unfold: Unfold) -> rounds.Unfold:
    places = Places.of(np.load(folder / _KEYS))

    def unfolded(batch: pa.RecordBatch) -> Iterator[tuple[str, tuple[NDArray[Any], ...]]]:
        return ((_ROWS, columns) for columns in unfold(batch, places))

    return unfolded


def _tell(
    folder: Path, place: Path, part: int, columns: Mapping[str, Any], *, sampled: bool
) -> None:
    del part
    keys = np.load(folder / _KEYS)
    found = met(*columns[_ROWS])
    chosen = found.sampled if sampled else slice(None)
    shared = [keys[found.account[chosen]], found.thing[chosen], found.times[chosen]]
    _write(pa.table(shared, SHARED), place / _SHARED)
    own = np.bincount(found.owner, found.own, len(keys)).astype(np.int64)
    _write(_of_some(keys, own, _OWN), place / "own")
    holders = np.concatenate([found.account, found.alone])
    _write(_of_some(keys, np.bincount(holders, minlength=len(keys)), _DIFFERENT),
           place / "different")  # fmt: skip


def _of_some(keys: NDArray[np.int64], counts: NDArray[np.int64], schema: pa.Schema) -> pa.Table:
    some = np.flatnonzero(counts)
    return pa.table([keys[some], counts[some]], schema)


def _write(table: pa.Table, place: Path) -> None:
    pq.write_table(table, place, compression="lz4", use_dictionary=False)
