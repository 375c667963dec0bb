"""Exchanges that a log holds more than once are counted once, and the rest are named."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine import Engine

_PLACES_PER_FILE = 1 << 40


@dataclass(frozen=True, slots=True)
class Repeats:
    """The sketches without repeats, and where the repeats stand (source_file, source_row)."""

    sketches: ir.Table
    repeated: pa.Table


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
        empty = pa.table(
            {"source_file": pa.array([], "int32"), "source_row": pa.array([], "int64")}
        )
        return Repeats(sketches, empty)
    joined = placed.left_join(several, "exchange_key")
    first = joined.first_place.isnull() | (joined.place == joined.first_place)
    kept = engine.keep(joined.filter(first).select(*sketches.columns), "kept_sketches")
    repeated = engine.fetch(
        joined.filter(~first).select("source_file", "source_row"), "name repeats"
    )
    return Repeats(
        kept, repeated.sort_by([("source_file", "ascending"), ("source_row", "ascending")])
    )
