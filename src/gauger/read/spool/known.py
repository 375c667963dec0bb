"""Keys of the exchanges that a lake holds already, the latest days first."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow.parquet as pq

from gauger.read.lake.catalog import Lake
from gauger.read.lake.reading import at_hand, files_of
from gauger.read.spool.seen import MOST, Keys

_ENOUGH: Final = MOST // 2


def known_keys(lake: Lake, enough: int = _ENOUGH) -> Iterator[Keys]:
    """Keys of about `enough` exchanges, by the days they were asked in; earliest of these first.

    Raises LakeError and OutputError.
    """
    snapshot = lake.table.current_snapshot()
    if snapshot is None:
        return
    tasks = sorted(files_of(lake, snapshot, None), key=lambda task: -int(task.file.partition[0]))
    chosen = []
    rows = 0
    for task in tasks:
        if rows >= enough:
            break
        chosen.append(task.file)
        rows += task.file.record_count
    with tempfile.TemporaryDirectory(prefix="gauger-") as folder:
        for number, file in enumerate(reversed(chosen)):
            copy = Path(folder) / f"{number}.parquet"
            path, _ = at_hand(lake, file, copy)
            keys = pq.read_table(path, columns=["exchange_key"])["exchange_key"]
            copy.unlink(missing_ok=True)
            yield np.asarray(keys.to_numpy(), np.int64)
