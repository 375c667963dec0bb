"""The same tally by an engine's executors.

Every executor scatters what it has of accounts to parts by the accounts' rows, and every part is
counted by one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.engine.parting import Parting, Unfold
from gauger.find.profiles.counts import WORDING
from gauger.find.profiles.places import Places
from gauger.find.profiles.tally import BUCKETS, NAMED, Entries, Tally, wordings_of
from gauger.find.profiles.things import numbers, parts_for
from gauger.model.population import Ints

_EXCHANGES: Final = "exchanges"
_RUNS: Final = "runs"
_KINDS: Final = {
    _EXCHANGES: (np.int64, np.int32, *(np.int8 for _ in NAMED)),
    _RUNS: (np.int64, np.int8),
}
"""Of an exchange the row of its account, the second, and a bucket of each named feature; of a run
the row of its account, and its bucket."""
_ENTRIES: Final = pa.schema(
    [("row", pa.int32()), ("bucket", pa.int16()), ("exchanges", pa.int32())]
)
_KEYS: Final = "keys.npy"
_OFTEN: Final = "exchanges.npy"
_STEP: Final = "spreads"


def counted(
    engine: Engine, rows: ir.Table, keys: Ints, exchanges: Ints, begun: int
) -> Callable[[str], Iterator[Entries]]:
    """What the rows of a tally come to, feature by feature: for accounts by their keys, which had
    so many exchanges each, the first of them after the second `begun`."""
    parts = parts_for(int(exchanges.sum()))
    parting = Parting(engine, _STEP, parts, _KINDS)
    with engine.told(_STEP):
        np.save(parting.folder / _KEYS, keys)
        np.save(parting.folder / _OFTEN, exchanges)
    parting.add(rows, partial(_begin, begun=begun))
    places = parting.each(partial(_count, parts=parts))

    def entries(feature: str) -> Iterator[Entries]:
        for place in places:
            with engine.told(_STEP):
                found = pq.read_table(place / feature)
            yield numbers(found["row"]), numbers(found["bucket"]), numbers(found["exchanges"])

    return entries


def _begin(folder: Path, *, begun: int) -> Unfold:
    places = Places.of(np.load(folder / _KEYS))

    def unfolded(batch: pa.RecordBatch) -> Iterator[tuple[str, tuple[NDArray[Any], ...]]]:
        row = places.find(numbers(batch["account_key"]))
        named = (_narrow(batch[feature], BUCKETS[feature]) for feature in NAMED)
        yield _EXCHANGES, (row, numbers(batch["second"]) - begun, *named)
        for of_run, bucket in wordings_of(batch, row.astype(np.int32)):
            yield _RUNS, (of_run.astype(np.int64), bucket)

    return unfolded


def _narrow(buckets: pa.Array, columns: int) -> NDArray[np.int8]:
    return np.minimum(numbers(buckets), columns - 1).astype(np.int8)


def _count(folder: Path, place: Path, part: int, columns: Mapping[str, Any], *, parts: int) -> None:
    tally = Tally(np.load(folder / _OFTEN, mmap_mode="r")[part::parts])
    row, second, *named = columns[_EXCHANGES]
    at = (row // parts).astype(np.int32)
    for feature, bucket in zip(NAMED, named, strict=True):
        tally.name(feature, at, bucket)
    tally.time(at, second)
    tally.paused()
    row, bucket = columns[_RUNS]
    tally.name(WORDING, (row // parts).astype(np.int32), bucket)
    for feature in BUCKETS:
        with pq.ParquetWriter(place / feature, _ENTRIES, compression="lz4") as file:
            for row, bucket, often in tally.entries(feature):
                found = [row * parts + part, bucket, often]
                file.write_table(pa.table(found, _ENTRIES.names).cast(_ENTRIES))
