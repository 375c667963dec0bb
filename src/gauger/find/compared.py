"""The sketches that a scan of what changed weighs.

Of accounts that later scans compare with, and of some of every network, a scan of everything keeps
the sketches: to pick them out of all sketches takes reading every column. Of the others that are
weighed only what came since is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.find.days import Days, within
from gauger.model.population import Ints
from gauger.model.sketch import SKETCH_SCHEMA
from gauger.model.standing import Standing

MOST: Final = 3_000_000
"""Exchanges whose sketches are kept, some 100 bytes each: whoever sends more than all others
together is compared by what came since."""


def worth_keeping(exchanges: Ints, again: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Flags of the accounts whose sketches are kept, of those that are weighed `again`: all but
    the busiest, where all would be too much."""
    accounts = np.flatnonzero(again)
    accounts = accounts[np.argsort(exchanges[accounts], kind="stable")]
    kept = np.zeros(len(exchanges), np.bool_)
    kept[accounts[: np.searchsorted(np.cumsum(exchanges[accounts]), MOST, "right")]] = True
    return kept


def sketches_kept(engine: Engine, sketches: ir.Table, keys: Ints) -> pa.Table:
    """All columns of the sketches of some accounts."""
    mine = _of(engine, sketches, keys, "accounts_kept").select(*SKETCH_SCHEMA.names)
    return engine.fetch(mine, "sketches for later scans").cast(SKETCH_SCHEMA)


def to_weigh(
    engine: Engine, sketches: ir.Table, keys: Ints, standing: Standing, days: Days
) -> ir.Table:
    """The sketches of some accounts, kept by the engine: of days that are not the same as before,
    and what an earlier scan kept of those that are.

    Everything these accounts ever did, where nothing was kept or sketches hold text.
    """
    compared = standing.compared
    whole = len(sketches.columns) != len(SKETCH_SCHEMA)
    if whole or not days.same or not isinstance(compared, Path):
        return engine.keep(_of(engine, sketches, keys, "accounts_weighed"), "sketches_weighed")
    coming = _of(engine, within(sketches, days.others), keys, "accounts_weighed")
    held = within(engine.read(compared), days.same).select(*sketches.columns)
    held = _of(engine, held, keys, "accounts_weighed_again")
    return engine.keep(ibis.union(coming, held), "sketches_weighed")


def _of(engine: Engine, sketches: ir.Table, keys: Ints, name: str) -> ir.Table:
    return sketches.semi_join(engine.lend(pa.table({"account_key": keys}), name), "account_key")
