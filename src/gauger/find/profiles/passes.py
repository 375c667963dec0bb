"""Groupings of nearly as many groups as exchanges, cut into parts that fit the engine's memory.

A grouping by fingerprint falls apart by the fingerprint's bits, so that each part of the rows is
grouped by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import ibis.expr.types as ir

from gauger.engine import Engine

_SHARE: Final = 0.4
"""Part of the engine's memory that one part's groups may fill: what is read, joined and kept
meanwhile needs the rest."""
_MOST: Final = 128
"""Beyond as many parts there is a file for every handful of rows."""


def parts_of(
    engine: Engine, rows: ir.Table, column: str, groups: int, bytes_per_group: int, name: str
) -> tuple[int, Iterator[ir.Table]]:
    """Into how many parts rows of about so many groups of a column of whole numbers are cut, and
    the parts, one after the other; what is made of one must be kept before the next is asked for.
    """
    total = number_of_parts(engine, groups, bytes_per_group)
    return total, engine.cut(rows, column, total, name) if total > 1 else iter((rows,))


def number_of_parts(engine: Engine, groups: int, bytes_per_group: int) -> int:
    """Into how many parts, a power of two, so many groups have to be cut.

    An engine that does not say what memory it has spreads its groups by itself.
    """
    if engine.room is None:
        return 1
    wanted = groups * bytes_per_group / (_SHARE * engine.room)
    number = 1
    while number < wanted and number < _MOST:
        number *= 2
    return number
