"""Turns logs into finished files for a lake, chunk by chunk, so that memory stays flat.

While one chunk is arranged and written, the next one is read and sketched.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.read.lake.data_files import ROWS_PER_FILE, Draft, write_drafts
from gauger.read.lake.ordering import HeldKeys, days_of, in_one, rows_at
from gauger.read.sources import Rejects

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from gauger.engine import Engine

CHUNK: Final = ROWS_PER_FILE // 16
"""Exchanges that are arranged together, at most."""
CHUNK_BYTES: Final = 256_000_000
"""What they may take in memory; a chunk is held while the next one is read."""
KEYS_HELD: Final = 8_000_000
"""Exchanges of a load up to which their keys are held to see that none repeats; beyond that, and
where one does, the engine looks."""

REPEATS: Final = "the same `exchange_id` was read before; counted once"


class Drafting:
    """Makes drafts of sketches, and makes them again without what must not be in them.

    `schema` is that of the table's files. Raises OutputError and EngineError.
    """

    def __init__(
        self,
        start: Callable[[], Engine],
        folder: Path,
        schema: pa.Schema,
        key_check: str,
        threads: int,
    ) -> None:
        self._start = start
        self._folder = folder
        self._schema = schema
        self._key_check = key_check
        self._threads = threads
        self._numbers = count(1)
        self._keys = HeldKeys(KEYS_HELD)

    @cached_property
    def _engine(self) -> Engine:
        # Most loads need none: it and its libraries take a while to start.
        return self._start()

    def drafts_of(self, batches: Iterable[pa.RecordBatch]) -> list[Draft]:
        """Drafts of sketches that come in any order."""
        drafts: list[Draft] = []
        self._keys = HeldKeys(KEYS_HELD)
        writing: Future[list[Draft]] | None = None
        with (
            ThreadPoolExecutor(self._threads) as writers,
            ThreadPoolExecutor(max_workers=1) as pool,
        ):
            for chunk in _chunks(batches):
                self._keys.add(chunk["exchange_key"].chunks)
                if writing is not None:
                    drafts += writing.result()
                writing = pool.submit(self._arrange, [chunk], writers)
                del chunk
            if writing is not None:
                drafts += writing.result()
        return drafts

    def once(
        self, drafts: Sequence[Draft], names: Sequence[str], first: int, rejects: Rejects
    ) -> list[Draft]:
        """Drafts with every exchange once; what was read again goes to `rejects`.

        `names` are the names of the logs, which are numbered from `first`.
        """
        if self._keys.all_differ():
            return list(drafts)
        from gauger.read.lake.arranging import repeated, touched, without

        name = f"repeats_{next(self._numbers)}"
        repeats = repeated(self._engine, self._read(drafts), name)
        if repeats is None:
            return list(drafts)
        ordered = repeats.order_by(["source_file", "source_row"])
        for batch in self._engine.stream(ordered, "name repeats"):
            for file, row in zip(
                batch["source_file"].to_pylist(), batch["source_row"].to_pylist(), strict=True
            ):
                rejects.add(names[file - first], row, REPEATS, "exchange_id")
        kept: list[Draft] = []
        for draft in drafts:
            table = self._read([draft])
            if touched(self._engine, table, repeats):
                kept += self._again(without(table, repeats))
                draft.path.unlink()
            else:
                kept.append(draft)
        return kept

    def without_logs(self, drafts: Sequence[Draft], logs: Sequence[int]) -> list[Draft]:
        """Drafts without the exchanges of some logs, by their numbers; new files throughout."""
        table = self._read(drafts)
        return self._again(table.filter(~table.source_file.isin(list(logs))))

    def clear(self) -> None:
        """Removes what was made, once it is in the lake."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _arrange(self, held: list[pa.Table], writers: ThreadPoolExecutor) -> list[Draft]:
        chunk = in_one(held)

        def written(places: NDArray[np.int64]) -> list[Draft]:
            return self._written(rows_at(chunk, places))

        # Days are files of their own, so that each can be written beside the others.
        return [draft for drafts in writers.map(written, days_of(chunk)) for draft in drafts]

    def _again(self, table: ir.Table) -> list[Draft]:
        from gauger.read.lake.arranging import arranged

        return self._written(arranged(self._engine, table))

    def _written(self, batches: Iterable[pa.RecordBatch]) -> list[Draft]:
        return list(write_drafts(batches, self._next("drafts"), self._schema, self._key_check))

    def _read(self, drafts: Sequence[Draft]) -> ir.Table:
        from gauger.read.lake.arranging import read_alike

        paths = [draft.path for draft in drafts]
        return read_alike(self._engine, paths, self._schema, self._next("links"))

    def _next(self, what: str) -> Path:
        return self._folder / f"{what}-{next(self._numbers):05d}"


def _chunks(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if rows >= CHUNK or size >= CHUNK_BYTES:
            chunk, held = pa.Table.from_batches(held), []
            rows = size = 0
            yield chunk
            del chunk
    if held:
        yield pa.Table.from_batches(held)
