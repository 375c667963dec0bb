"""Sketches whole logs into Parquet files that an engine can read; memory stays flat.

Reading and sketching overlap: the kernel lets go of the interpreter, so a second core sketches
while the first one reads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gauger.model.sketch import SKETCH_SCHEMA, TEXT_FIELDS
from gauger.read.sketch import SketchKey, sketch
from gauger.read.sources import Logs

ROWS_PER_FILE: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Sketched:
    """Where the sketches lie and how many exchanges there are, repeats included."""

    folder: Path
    exchanges: int


def sketch_logs(
    logs: Logs,
    folder: Path,
    key: SketchKey,
    *,
    until: datetime | None,
    keep_text: bool,
    threads: int,
    advance: Callable[[int], None] = lambda exchanges: None,
) -> Sketched:
    """Sketches every exchange of `logs` before `until` into `folder`.

    `advance` is told how many exchanges have been written so far.
    """
    folder.mkdir()
    schema = SKETCH_SCHEMA
    if keep_text:
        for field in TEXT_FIELDS:
            schema = schema.append(field)
    written = 0
    writer = pq.ParquetWriter(folder / "sketches-0.parquet", schema, compression="lz4")
    try:
        for batch in _sketched(logs, key, until, keep_text, threads):
            if written // ROWS_PER_FILE != (written + batch.num_rows) // ROWS_PER_FILE:
                writer.close()
                number = (written + batch.num_rows) // ROWS_PER_FILE
                writer = pq.ParquetWriter(
                    folder / f"sketches-{number}.parquet", schema, compression="lz4"
                )
            writer.write_batch(batch)
            written += batch.num_rows
            advance(written)
    finally:
        writer.close()
    return Sketched(folder, written)


def _sketched(
    logs: Logs, key: SketchKey, until: datetime | None, keep_text: bool, threads: int
) -> Iterator[pa.RecordBatch]:
    waiting: deque[Future[pa.RecordBatch]] = deque()
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for batch in logs.batches():
            chosen = batch if until is None else batch.filter(pc.less(batch["time"], until))
            if chosen.num_rows:
                waiting.append(pool.submit(sketch, chosen, key, keep_text=keep_text))
            # Few batches in flight: what is read ahead is held in memory.
            while len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
