"""Sketches whole logs into Parquet files that an engine can read; memory stays flat.

Reading and sketching overlap: the kernel lets go of the interpreter, so a second core sketches
while the first one reads.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from gauger.model.run import InputRecord
from gauger.model.sketch import SKETCH_SCHEMA, TEXT_FIELDS
from gauger.model.sketch_files import SketchWriter
from gauger.read.sketch import SketchKey, sketch
from gauger.read.sketched import Sketched, SketchPart
from gauger.read.sources import Logs


def sketch_logs(
    logs: Logs,
    folder: Path,
    key: SketchKey,
    *,
    until: datetime | None,
    keep_text: bool,
    threads: int,
    compact: bool = False,
    advance: Callable[[int], None] = lambda exchanges: None,
) -> Sketched:
    """Sketches every exchange of `logs` before `until` into `folder`.

    `compact` spends time on small files, for sketches that are kept. `advance` is told how many
    exchanges have been sketched so far.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    schema = schema_of(keep_text)
    with SketchWriter(folder, schema, key_check=key_check(key), compact=compact) as writer:
        for batch in sketch_batches(logs, key, until, keep_text, threads):
            writer.write(batch)
            written += batch.num_rows
            advance(written)
    return told(logs, folder, key, written)


def schema_of(keep_text: bool) -> pa.Schema:
    """The columns of sketches, with those of text where it is kept."""
    return pa.schema([*SKETCH_SCHEMA, *(TEXT_FIELDS if keep_text else ())])


def told(logs: Logs, folder: Path, key: SketchKey, written: int) -> Sketched:
    """The sketches in `folder` with what their logs, now read, said of themselves."""
    read = tuple(
        InputRecord(str(log.path), log.format, log.bytes, log.sha256, log.rows)
        for log in logs.inputs
    )
    return Sketched(
        parts=(SketchPart(folder, 0),),
        exchanges=written,
        names=dict(enumerate(file.path for file in read)),
        inputs=read,
        cannot_fill=logs.missing(),
        asserted=logs.asserted_by_client(),
        rejected=0,
        stable_key=key.stable,
        passed=logs.passed_over(),
    )


def key_check(key: SketchKey) -> str:
    """A keyed digest of a constant: tells whether two sketches have one key, and not which."""
    secret = key.low.to_bytes(8, "little") + key.high.to_bytes(8, "little")
    return hashlib.blake2b(b"gauger sketches", key=secret, digest_size=8).hexdigest()


def sketch_batches(
    logs: Logs, key: SketchKey, until: datetime | None, keep_text: bool, threads: int
) -> Iterator[pa.RecordBatch]:
    """Sketches of every exchange of `logs` before `until`, a batch at a time, in their order."""
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
