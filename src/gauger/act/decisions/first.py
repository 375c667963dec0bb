"""Which accounts of stored traffic their first exchanges alone would have given away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gauger.act.signatures.carrying import carried_by
from gauger.act.signatures.recogniser import Recogniser, Recognition
from gauger.act.signatures.scoring import STEPS
from gauger.engine import Engine
from gauger.find.profiles.carried import first_exchanges

_AT_ONCE: Final = 50_000
"""Accounts whose first exchanges are at hand together."""


def recognised_in(
    engine: Engine,
    sketches: ir.Table,
    accounts: Mapping[str, int],
    recogniser: Recogniser,
    records: pa.Table | None = None,
) -> dict[str, Recognition]:
    """Accounts that are recognised by their first exchanges, in the order of time.

    `accounts` are ids and keys of those to ask about: whoever a scan has named needs no
    recognition. `records` (ACCOUNT_SCHEMA) speak as they would have from the first exchange on.
    """
    asked = sorted(accounts.items(), key=lambda held: held[1])
    found: dict[str, Recognition] = {}
    for first in range(0, len(asked), _AT_ONCE):
        part = dict(asked[first : first + _AT_ONCE])
        if records is not None:
            chosen = pa.array(sorted(part), pa.string())
            recogniser.register(records.filter(_among(records["account_id"], chosen)))
        ids = {key: account for account, key in part.items()}
        table = first_exchanges(engine, sketches, pa.array(sorted(ids)), STEPS[-1], f"first{first}")
        table = table.sort_by([("account_key", "ascending"), ("number", "ascending")])
        for recognition in _met(table, ids, recogniser):
            found.setdefault(recognition.account_id, recognition)
    return found


def _met(table: pa.Table, ids: Mapping[int, str], recogniser: Recogniser) -> list[Recognition]:
    keys = np.asarray(table["account_key"].to_numpy(), np.int64)
    carried = carried_by(table)
    # Hardly any account carries anything that marks a network: the rest is passed over together.
    marked = np.unique(keys[carried.row[recogniser.marks(carried)]])
    kept = table.filter(pa.array(np.isin(keys, marked)))
    accounts = [ids[key] for key in kept["account_key"].to_pylist()]
    met = recogniser.meet_carried(accounts, carried_by(kept))
    return [recognition for recognition in met if recognition is not None]


def _among(column: pa.ChunkedArray, chosen: pa.Array) -> pa.Array:
    return pc.is_in(column, chosen)
