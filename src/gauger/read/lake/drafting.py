"""Turns logs into finished files for a lake, chunk by chunk, so that memory stays flat.

While one chunk is arranged and written, the next one is read and sketched.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine import Engine
from gauger.model.sketch import SKETCH_SCHEMA
from gauger.model.sketch_files import SketchWriter
from gauger.read.lake.arranging import arranged, read_alike, repeated, touched, without
from gauger.read.lake.data_files import ROWS_PER_FILE, Draft, write_drafts
from gauger.read.sources import Rejects

CHUNK: Final = ROWS_PER_FILE // 4
"""Exchanges that are arranged together: as many as take half a gigabyte or so while they are."""

REPEATS: Final = "the same `exchange_id` was read before; counted once"


class Drafting:
    """Makes drafts of sketches, and makes them again without what must not be in them.

    `schema` is that of the table's files. Raises OutputError and EngineError.
    """

    def __init__(self, engine: Engine, folder: Path, schema: pa.Schema, key_check: str) -> None:
        self._engine = engine
        self._folder = folder
        self._schema = schema
        self._key_check = key_check
        self._made = 0

    def drafts_of(self, batches: Iterable[pa.RecordBatch]) -> list[Draft]:
        """Drafts of sketches that come in any order."""
        drafts: list[Draft] = []
        writing: Future[list[Draft]] | None = None
        with ThreadPoolExecutor(max_workers=1) as pool:
            for chunk in self._chunks(batches):
                if writing is not None:
                    drafts += writing.result()
                writing = pool.submit(self._arrange, chunk)
            if writing is not None:
                drafts += writing.result()
        return drafts

    def once(
        self, drafts: Sequence[Draft], names: Sequence[str], first: int, rejects: Rejects
    ) -> list[Draft]:
        """Drafts with every exchange once; what was read again goes to `rejects`.

        `names` are the names of the logs, which are numbered from `first`.
        """
        if not drafts:
            return []
        repeats = repeated(self._engine, self._read(drafts), f"repeats_{self._made}")
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

    def _chunks(self, batches: Iterable[pa.RecordBatch]) -> Iterator[Path]:
        rows = 0
        writer: SketchWriter | None = None
        chunk = self._folder
        for batch in batches:
            if writer is None:
                chunk = self._next("chunk")
                chunk.mkdir(parents=True)
                writer = SketchWriter(
                    chunk, SKETCH_SCHEMA, key_check=self._key_check, compact=False
                )
            writer.write(batch)
            rows += batch.num_rows
            if rows >= CHUNK:
                writer.close()
                yield chunk
                writer, rows = None, 0
        if writer is not None:
            writer.close()
            yield chunk

    def _arrange(self, chunk: Path) -> list[Draft]:
        drafts = self._again(self._engine.read(chunk))
        shutil.rmtree(chunk)
        return drafts

    def _again(self, table: ir.Table) -> list[Draft]:
        batches = arranged(self._engine, table)
        return list(write_drafts(batches, self._next("drafts"), self._schema, self._key_check))

    def _read(self, drafts: Sequence[Draft]) -> ir.Table:
        paths = [draft.path for draft in drafts]
        return read_alike(self._engine, paths, self._schema, self._next("links"))

    def _next(self, what: str) -> Path:
        self._made += 1
        return self._folder / f"{what}-{self._made:05d}"
