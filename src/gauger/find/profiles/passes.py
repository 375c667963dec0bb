"""Groupings of nearly as many groups as exchanges, cut into passes that fit the engine's memory.

A grouping by fingerprint falls apart by the fingerprint's bits: every pass sees all exchanges,
reads the few columns it needs and keeps its own part of the groups. That costs one more reading
per pass and spares the disk what would otherwise be written and read back.
"""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from gauger.engine import Engine

_SHARE: Final = 0.4
"""Part of the engine's memory that one pass's groups may fill: what is read, joined and kept
meanwhile needs the rest."""
_MOST: Final = 128
"""Beyond as many passes the readings cost more than the disk."""


def passes(engine: Engine, groups: int, bytes_per_group: int) -> int:
    """Into how many passes, a power of two, so many groups have to be cut.

    An engine that does not say what memory it has spreads its groups by itself.
    """
    if engine.room is None:
        return 1
    wanted = groups * bytes_per_group / (_SHARE * engine.room)
    number = 1
    while number < wanted and number < _MOST:
        number *= 2
    return number


def in_pass(fingerprint: ir.IntegerColumn, number: int, total: int) -> ir.BooleanColumn:
    """Whether a fingerprint belongs to one pass of so many."""
    return (fingerprint & (total - 1)) == number
