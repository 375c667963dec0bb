"""Relational steps on sketches before they are in a lake, and when its files are made anew.

The engine spills what does not fit into memory, so no load and no day is too large.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from gauger.engine import Engine
from gauger.read.columns import completed

_PLACES_PER_FILE: Final = 1 << 40
_PLACE: Final = ("exchange_key", "source_file", "source_row")


def arranged(engine: Engine, table: ir.Table) -> Iterator[pa.RecordBatch]:
    """Sketches day by day, and account by account within a day.

    What one account sends is alike: its rows side by side take a tenth less on the disk, and a
    scan finds them together.
    """
    day = table.time.truncate("D")
    return engine.stream(
        table.order_by([day, table.account_key, table.time, table.exchange_key]), "arrange"
    )


def repeated(engine: Engine, table: ir.Table, name: str) -> ir.Table | None:
    """Places of all but the first record of every `exchange_key`; null where none repeats.

    `name` is that of the engine's table that keeps them.
    """
    place = table.source_file.cast("int64") * _PLACES_PER_FILE + table.source_row
    placed = table.select(*_PLACE, place=place)
    several = (
        placed.group_by("exchange_key")
        .aggregate(records=ibis._.count(), first_place=ibis._.place.min())
        .filter(ibis._.records > 1)
    )
    several = engine.keep(several, f"{name}_keys")
    if not count(engine, several):
        return None
    joined = placed.join(several, "exchange_key")
    return engine.keep(joined.filter(joined.place != joined.first_place).select(*_PLACE), name)


def without(table: ir.Table, repeats: ir.Table) -> ir.Table:
    """A table but for the records at some places."""
    return table.anti_join(repeats, list(_PLACE))


def touched(engine: Engine, table: ir.Table, repeats: ir.Table) -> int:
    """How many records of a table stand at some places."""
    return count(engine, table.semi_join(repeats, list(_PLACE)))


def count(engine: Engine, table: ir.Table) -> int:
    """Rows of a table."""
    found: int = engine.fetch(table.aggregate(rows=table.count()), "count")["rows"][0].as_py()
    return found


def read_alike(engine: Engine, files: Sequence[Path], schema: pa.Schema, scratch: Path) -> ir.Table:
    """Parquet files of one or several schemas as one table with the columns of `schema`.

    Columns that a file lacks are null, columns that `schema` lacks are left out. `scratch` is an
    empty or absent folder of this run, into which the files are linked.
    """
    parts = [completed(engine.read(folder), schema) for folder in linked(files, scratch)]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def linked(files: Sequence[Path], scratch: Path) -> tuple[Path, ...]:
    """Folders of links to files, one per schema: an engine takes a folder to be of one schema.

    Raises OSError, and pyarrow's errors for a file that is no Parquet.
    """
    folders: dict[tuple[tuple[str, str], ...], Path] = {}
    for number, file in enumerate(files):
        schema = tuple((field.name, str(field.type)) for field in pq.read_schema(file))
        folder = folders.setdefault(schema, scratch / f"schema-{len(folders)}")
        folder.mkdir(parents=True, exist_ok=True)
        # Engines take the signs of globs in a path for globs; the name of a link has none.
        (folder / f"sketches-{number:06d}.parquet").symlink_to(file.resolve())
    return tuple(folders.values())
