"""Things that exactly the same accounts hold, found by an engine's executors in the same loops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.engine.parting import Parting, Unfold
from gauger.engine.shelf import Shelf
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.places import Places
from gauger.find.profiles.same import holders_of, parts_of, table_of, together
from gauger.find.profiles.things import numbers

_SETS: Final = "sets"
_ROWS: Final = "rows"
_KINDS: Final = {_SETS: (np.int64, np.int32), _ROWS: (np.int64, np.int32, np.int32)}
_KEYS: Final = "keys.npy"
_BUSY: Final = "busy.npy"
_HELD: Final = "held"


def held_apart(
    engine: Engine, shelf: Shelf, facts: AccountFacts, busy: NDArray[np.bool_], name: str
) -> pa.Table:
    """Rows (HELD) of the things on a shelf; what `busy` accounts (flags) held once is left out."""
    step = f"shared things: {name}"
    parting = Parting(engine, f"held-{name}", parts_of(shelf.rows), _KINDS, step)
    with engine.told(step):
        np.save(parting.folder / _KEYS, facts.keys)
        np.save(parting.folder / _BUSY, busy)
    parting.add_files(shelf.files, _begin)
    with engine.told(step):
        found = [pq.read_table(place / _HELD) for place in parting.each(_together)]
    return pa.concat_tables(found)


def _begin(folder: Path) -> Unfold:
    places = Places.of(np.load(folder / _KEYS))
    busy = np.load(folder / _BUSY)

    def unfolded(piece: pa.Table) -> Iterator[tuple[str, tuple[NDArray[Any], ...]]]:
        account = places.find(numbers(piece["account_key"])).astype(np.int32)
        sets, held, *rows = holders_of(piece, account, busy)
        yield _SETS, (sets, held)
        yield _ROWS, tuple(rows)

    return unfolded


def _together(folder: Path, place: Path, part: int, columns: Mapping[str, Any]) -> None:
    del folder, part
    found = table_of([together(*columns[_SETS], *columns[_ROWS])])
    pq.write_table(found, place / _HELD, compression="lz4", use_dictionary=False)
