"""Exchanges that a log holds more than once are counted once, and the rest are named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine import Engine

_PLACES_PER_FILE = 1 << 40


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


def set_repeats_apart(engine: Engine, sketches: ir.Table) -> Repeats:
    """Keeps the first record of every `exchange_key`, in the order of the inputs."""
    place = sketches.source_file.cast("int64") * _PLACES_PER_FILE + sketches.source_row
    placed = sketches.mutate(place=place)
    several = (
        placed.group_by("exchange_key")
        .aggregate(records=ibis._.count(), first_place=ibis._.place.min())
        .filter(ibis._.records > 1)
    )
    several = engine.keep(several, "repeated_keys")
    if (
        engine.fetch(several.aggregate(keys=several.count()), "count repeats")["keys"][0].as_py()
        == 0
    ):
        return Repeats(sketches, iter(()), any=False)
    joined = placed.left_join(several, "exchange_key")
    first = joined.first_place.isnull() | (joined.place == joined.first_place)
    places = joined.filter(~first).select("source_file", "source_row")
    return Repeats(
        joined.filter(first).select(*sketches.columns),
        engine.stream(places.order_by("source_file", "source_row"), "name repeats"),
        any=True,
    )
