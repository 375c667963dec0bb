"""Sketches of another version of gauger have a column less or one more; a scan has its own."""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa


def completed(table: ir.Table, fields: Iterable[pa.Field]) -> ir.Table:
    """A table with these columns and no others, null where it lacks one.

    Types are the engine's own for what it read, but that integers have the width asked for.
    """
    wanted = {field.name: _nullable(dt.DataType.from_pyarrow(field.type)) for field in fields}
    found = table.schema()
    if table.columns == tuple(wanted) and not any(
        _narrower(found[name], kind) for name, kind in wanted.items()
    ):
        return table
    return table.select(*(_column(table, name, kind) for name, kind in wanted.items()))


def _column(table: ir.Table, name: str, kind: dt.DataType) -> ir.Value:
    if name not in table.columns:
        return ibis.null().cast(kind).name(name)
    column = table[name]
    return column.cast(kind).name(name) if _narrower(column.type(), kind) else column


def _narrower(found: dt.DataType, wanted: dt.DataType) -> bool:
    return bool(wanted.is_integer()) and found.copy(nullable=True) != wanted


def _nullable(kind: dt.DataType) -> dt.DataType:
    """As engines have what they read from files, where nothing says that a value is there."""
    if kind.is_array():
        return dt.Array(kind.value_type.copy(nullable=True))
    return kind.copy(nullable=True)
