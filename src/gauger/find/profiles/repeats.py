"""Exchanges that a log holds more than once are counted once, and the rest are named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import ibis.expr.types as ir
import numba as nb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gauger.engine import Engine
from gauger.engine.parting import Parting, Unfold
from gauger.engine.scattered import parts_for
from gauger.find.profiles.meeting import mixed
from gauger.find.profiles.things import numbers
from gauger.model.ahead import worked_ahead

_PLACES_PER_FILE = 1 << 40
_ROWS: Final = 500_000
"""Keys of a part, which a processor's cache has room for."""
_ROOM: Final = 500_000_000
"""Bytes of keys that wait in memory for their part."""
_STEP: Final = "count repeats"
_KEYS: Final = "keys"
_REPEATED: Final = pa.schema([("exchange_key", pa.int64())])


@dataclass(frozen=True, slots=True)
class Repeats:
    """The sketches without repeats, and where the repeats stand (source_file, source_row).

    Places come in their order and once only, in batches: where a log was given twice they are as
    many as its exchanges. Where there are `any`, the sketches without them are worked out anew by
    every step that asks for them, unless they are kept.
    """

    sketches: ir.Table
    repeated: Iterator[pa.RecordBatch]
    any: bool
    keys: ir.Table
    """Rows (exchange_key) of what occurs several times, kept."""


def set_repeats_apart(
    engine: Engine, sketches: ir.Table, exchanges: int = 0, among: ir.Table | None = None
) -> Repeats:
    """Keeps the first record of every `exchange_key`, in the order of the inputs; `exchanges` is
    about how many there are, and decides how many parts they are looked through in.

    Only what is `among` some keys, rows (exchange_key), can be a repeat, if they are given.
    """
    place = sketches.source_file.cast("int64") * _PLACES_PER_FILE + sketches.source_row
    placed = sketches.mutate(place=place)
    perhaps = sketches if among is None else sketches.semi_join(among, "exchange_key")
    keys = _repeated_keys(engine, perhaps, exchanges)
    if engine.fetch(keys.aggregate(keys=keys.count()), _STEP)["keys"][0].as_py() == 0:
        return Repeats(sketches, iter(()), any=False, keys=keys)
    again = placed.semi_join(keys, "exchange_key")
    several = engine.keep(
        again.group_by("exchange_key").aggregate(first_place=again.place.min()), "first_places"
    )
    joined = placed.left_join(several, "exchange_key")
    first = joined.first_place.isnull() | (joined.place == joined.first_place)
    places = joined.filter(~first).select("source_file", "source_row")
    return Repeats(
        joined.filter(first).select(*sketches.columns),
        engine.stream(places.order_by("source_file", "source_row"), "name repeats"),
        any=True,
        keys=keys,
    )


def _repeated_keys(engine: Engine, sketches: ir.Table, exchanges: int) -> ir.Table:
    """Rows (exchange_key) of what occurs several times, kept."""
    keys = sketches.select("exchange_key")
    if engine.embedded:
        return engine.lend(_told(engine, keys, exchanges), "repeated")
    return _told_apart(engine, keys, exchanges)


def _told(engine: Engine, keys: ir.Table, exchanges: int) -> pa.Table:
    """The same, told in compiled loops of rows that are in this process anyway."""
    parts = parts_for(exchanges, _ROWS)
    held = engine.scattered("keys", parts, _ROOM, (np.int64,))
    for batch in engine.stream(keys, _STEP):
        with engine.told(_STEP):
            held.add(numbers(batch["exchange_key"]))
    with engine.told(_STEP):
        held.whole()
        found = list(
            worked_ahead(lambda part: _again(*held.take(part)), range(parts), engine.threads)
        )
    return pa.table({"exchange_key": np.concatenate(found)})


def _told_apart(engine: Engine, keys: ir.Table, exchanges: int) -> ir.Table:
    """The same by an engine's executors."""
    parting = Parting(engine, "keys", parts_for(exchanges, _ROWS), {_KEYS: (np.int64,)}, _STEP)
    parting.add(keys, _begin)
    shelf = engine.shelf("repeated", _REPEATED)
    for place in parting.each(_again_apart):
        shelf.adopt(place / _KEYS)
    return engine.read(shelf.folder)


def _begin(folder: Path) -> Unfold:
    del folder
    return lambda batch: [(_KEYS, (numbers(batch["exchange_key"]),))]


def _again_apart(folder: Path, place: Path, part: int, columns: Mapping[str, Any]) -> None:
    del folder, part
    pq.write_table(pa.table([_again(*columns[_KEYS])], _REPEATED), place / _KEYS)


@nb.njit(cache=True, nogil=True)
def _again(keys):  # type: ignore[no-untyped-def]
    """Keys that occur several times, each once."""
    size = 16
    while size < 2 * len(keys):
        size *= 2
    mask = np.uint64(size - 1)
    table = np.full(size, -1, np.int32)
    told = np.zeros(len(keys), np.bool_)
    again = np.empty(len(keys), np.int64)
    found = 0
    for row in range(len(keys)):
        at = mixed(keys[row]) & mask
        while table[at] >= 0 and keys[table[at]] != keys[row]:
            at = (at + np.uint64(1)) & mask
        first = table[at]
        if first < 0:
            table[at] = row
        elif not told[first]:
            told[first] = True
            again[found] = keys[row]
            found += 1
    return again[:found]
