"""Things and their holders told apart by an engine's executors, through files that all see.

The same loops as in this process, in two rounds: every executor scatters its rows to parts, and
every part is told apart by one of them. What comes back are the names of files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.engine.strewn import Strewing, strewn
from gauger.find.profiles.meeting import met
from gauger.find.profiles.places import Places
from gauger.find.profiles.things import SHARED, parts_for

_TYPES: Final = (np.int64, np.int32, np.int32, np.bool_)
"""Of a row: thing, account by its number, how often, whether sampled."""
_OWN: Final = pa.schema([("account_key", pa.int64()), ("own", pa.int64())])
_DIFFERENT: Final = pa.schema([("account_key", pa.int64()), ("different", pa.int64())])
_KEYS: Final = "keys.npy"
_FILES: Final = "files.json"

Unfold = Callable[[pa.RecordBatch, Places], Iterable[tuple[NDArray[Any], ...]]]
"""Rows (thing, account, how often, whether sampled) of a batch."""


@dataclass(frozen=True)
class ToldApart:
    """What rows come to, as tables: `shared` (account_key, thing, exchanges) of things that two or
    more accounts hold, and by account how many rows are `own` and how many things `different`."""

    shared: ir.Table
    own: ir.Table
    different: ir.Table


class Apart:
    """Rows of several tables, about so many in all, told apart together."""

    def __init__(self, engine: Engine, keys: NDArray[np.int64], rows: int, name: str) -> None:
        self._engine = engine
        self._name = name
        self._parts = parts_for(rows)
        self._files: list[str] = []
        with engine.told(name):
            self._folder = engine.share(name)
            np.save(self._folder / _KEYS, keys)

    def add(self, rows: ir.Table, unfold: Unfold) -> None:
        """Scatters the rows of a table."""
        work = partial(_scatter, folder=self._folder, parts=self._parts, unfold=unfold)
        for told in self._engine.over(rows, work, self._name):
            self._files += json.loads(told)

    def tell(self, *, sampled: bool = False) -> ToldApart:
        """What all rows come to; `shared` are only things of which some row is `sampled`, where
        that is asked for."""
        places = {name: self._folder / name for name in ("shared", "own", "different")}
        with self._engine.told(self._name):
            (self._folder / _FILES).write_text(json.dumps(self._files))
            for place in places.values():
                place.mkdir()
        answer = partial(_tell, folder=self._folder, parts=self._parts, sampled=sampled)
        tasks = [str(part).encode() for part in range(self._parts)]
        attempts = self._engine.spread(answer, tasks, self._name)
        with self._engine.told(self._name):
            for part, attempt in enumerate(attempts):
                for name, place in places.items():
                    (self._folder / attempt.decode() / name).rename(place / f"{part}.parquet")
            for name in self._files:
                (self._folder / name).unlink()
        return ToldApart(**{name: self._engine.read(place) for name, place in places.items()})


def _scatter(
    batches: Iterator[pa.RecordBatch], *, folder: Path, parts: int, unfold: Unfold
) -> bytes:
    """Runs on an executor, perhaps more than once at a time: each attempt has its own files."""
    places = Places.of(np.load(folder / _KEYS))
    strewing = Strewing(folder / uuid4().hex, parts, _TYPES)
    for batch in batches:
        for columns in unfold(batch, places):
            strewing.add(*columns)
    strewing.write()
    return json.dumps(strewing.files).encode()


def _tell(task: bytes, *, folder: Path, parts: int, sampled: bool) -> bytes:
    """The same of one part."""
    keys = np.load(folder / _KEYS)
    files = [folder / name for name in json.loads((folder / _FILES).read_text())]
    rows: Any = strewn(files, int(task), parts, _TYPES)
    found = met(*rows)
    attempt = folder / uuid4().hex
    attempt.mkdir()
    chosen = found.sampled if sampled else slice(None)
    shared = [keys[found.account[chosen]], found.thing[chosen], found.times[chosen]]
    _write(pa.table(shared, SHARED), attempt / "shared")
    own = np.bincount(found.owner, found.own, len(keys)).astype(np.int64)
    _write(_of_some(keys, own, _OWN), attempt / "own")
    holders = np.concatenate([found.account, found.alone])
    _write(_of_some(keys, np.bincount(holders, minlength=len(keys)), _DIFFERENT),
           attempt / "different")  # fmt: skip
    return attempt.name.encode()


def _of_some(keys: NDArray[np.int64], counts: NDArray[np.int64], schema: pa.Schema) -> pa.Table:
    some = np.flatnonzero(counts)
    return pa.table([keys[some], counts[some]], schema)


def _write(table: pa.Table, place: Path) -> None:
    pq.write_table(table, place, compression="lz4", use_dictionary=False)
