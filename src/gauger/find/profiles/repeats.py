"""Exchanges that a log holds more than once are counted once, and the rest are named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine import Engine
from gauger.engine.base import in_part

_PLACES_PER_FILE = 1 << 40
_BYTES: Final = 48
"""What an engine holds of one exchange while it groups: its key, a count, their hash, its place."""
_SHARE: Final = 0.4
"""Part of the engine's memory that one part's groups may fill: what is read and kept meanwhile
needs the rest."""
_MOST: Final = 128
"""Parts at most: all keys are read anew for each."""


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
    keys = _repeated_keys(engine, perhaps, exchanges if among is None else 0)
    if engine.fetch(keys.aggregate(keys=keys.count()), "count repeats")["keys"][0].as_py() == 0:
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
    total = _parts(engine, exchanges)
    found = []
    for number in range(total):
        # One narrow column: reading it once for every part costs less than writing it.
        part = sketches.select("exchange_key")
        part = part.filter(in_part(part.exchange_key, total) == number) if total > 1 else part
        several = part.group_by("exchange_key").aggregate(records=part.count())
        several = several.filter(several.records > 1).select("exchange_key")
        found.append(engine.keep(several, f"repeated_keys_{number}"))
    return ibis.union(*found) if total > 1 else found[0]


def _parts(engine: Engine, exchanges: int) -> int:
    """Into how many parts, a power of two, keys are cut by their bits.

    An engine that does not say what memory it has spreads its groups by itself.
    """
    number = 1
    if engine.room is not None:
        while number < _MOST and number * _SHARE * engine.room < exchanges * _BYTES:
            number *= 2
    return number
