"""Groupings of nearly as many groups as exchanges, cut into parts that fit the engine's memory.

A grouping by fingerprint falls apart by the fingerprint's bits, so that each part of the rows is
grouped by itself.
"""

from __future__ import annotations

from typing import Final

from gauger.engine import Engine

_SHARE: Final = 0.4
"""Part of the engine's memory that one part's groups may fill: what is read, joined and kept
meanwhile needs the rest."""
_MOST: Final = 128
"""Beyond as many parts there is a file for every handful of rows."""


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
