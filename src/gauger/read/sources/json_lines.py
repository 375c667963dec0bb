"""JSON lines in canonical columns, a block at a time: every line of most logs is as it should be.

A block in which each line is an object whose values have the columns' own types, and whose rows
can all be used, goes through Arrow's reader. Any other block goes line by line, which tells what
is wrong with which line; both give the same exchanges.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from gauger.model.exchange import EXCHANGE_SCHEMA, LOCATED_SCHEMA, TIME
from gauger.read.sources import checking
from gauger.read.sources.opening import LogFile, text_chunks
from gauger.read.sources.pieces import BOM, Piece, is_bracketed, lines_of, pieces
from gauger.read.sources.reading import FieldsOf, Reading
from gauger.read.sources.records import objects
from gauger.read.sources.settings import BATCH_BYTES
from gauger.read.sources.times import column_from

Columns = dict[str, pa.Array]

_BLOCK: Final = 8 << 20
"""Bytes that are read at once."""
_AHEAD: Final = 2
"""Blocks that wait, parsed or about to be."""
_LONGEST: Final = 16 << 20
"""A line of more bytes than this is left to the reader that holds one line at a time."""
_NULL: Final = re.compile(rb"\}[ \t\r]*null")
_WIDE: Final = {pa.int32(): pa.int64(), TIME: pa.string()}
"""What values are read as before they are narrowed, so that what does not fit is seen."""
_SCHEMA: Final = pa.schema(
    [(field.name, _WIDE.get(field.type, field.type)) for field in EXCHANGE_SCHEMA]
)


def read_json_lines(
    file: LogFile, reading: Reading, fields_of: FieldsOf
) -> Iterator[pa.RecordBatch]:
    """Exchanges of one file; `fields_of` reads a single record."""
    blocks = _Blocks(file)
    # While one block is handed on the next is parsed, which lets go of the interpreter.
    waiting: deque[tuple[bytes, int, Future[Columns | None]]] = deque()
    with ThreadPoolExecutor(1) as parser:
        for block, place in blocks:
            waiting.append((block, place, parser.submit(_columns, block)))
            if len(waiting) > _AHEAD:
                yield from _block(file, *waiting.popleft(), reading, fields_of)
        while waiting:
            yield from _block(file, *waiting.popleft(), reading, fields_of)
    found = objects(file, blocks.rest(), reading.rejects)
    yield from reading.batches(reading.rows_of(file, found, fields_of))


class _Blocks:
    """The whole lines of a file in blocks, each with the number of lines before it; and what is
    left: an unfinished last line, or all of what is not written in lines."""

    def __init__(self, file: LogFile) -> None:
        self._chunks = text_chunks(file)
        self._held: list[bytes] = []
        self._place = 0

    def __iter__(self) -> Iterator[tuple[bytes, int]]:
        size = 0
        for chunk in chain(self._chunks, (None,)):
            if chunk is not None:
                self._held.append(chunk)
                size += len(chunk)
                if size < _BLOCK:
                    continue
            block = b"".join(self._held)
            self._held = [block]
            if not self._place:
                block = block.removeprefix(BOM)
                if is_bracketed(block.lstrip()):
                    return
            end = block.rfind(b"\n") + 1
            if end:
                self._held, size = [block[end:]], len(block) - end
                yield block[:end], self._place
                self._place += block.count(b"\n", 0, end)
            elif size > _LONGEST:
                return

    def rest(self) -> Iterator[Piece]:
        """Pieces of what no block held."""
        left = chain(self._held, self._chunks)
        return lines_of(b"", left, self._place) if self._place else pieces(left)


def _block(
    file: LogFile,
    block: bytes,
    place: int,
    parsed: Future[Columns | None],
    reading: Reading,
    fields_of: FieldsOf,
) -> Iterator[pa.RecordBatch]:
    """Exchanges of whole lines, of which the first stands after line `place`."""
    columns = parsed.result()
    if columns is not None and pc.all(checking.usable(columns, reading.clock)).as_py():
        yield from _whole(file, columns, place, reading)
        return
    found = objects(file, lines_of(block, iter(()), place), reading.rejects, told=False)
    yield from reading.batches(reading.rows_of(file, found, fields_of))


def _whole(
    file: LogFile, columns: Columns, place: int, reading: Reading
) -> Iterator[pa.RecordBatch]:
    checking.tidy(columns, reading.fill_failed)
    rows = len(columns["time"])
    columns["source_file"] = pa.repeat(pa.scalar(file.index, pa.int32()), rows)
    columns["source_row"] = pa.array(range(place + 1, place + rows + 1), pa.int64())
    batch = pa.RecordBatch.from_arrays(list(columns.values()), schema=LOCATED_SCHEMA)
    for first in range(0, rows, reading.settings.batch_rows):
        yield from checking.slices(batch.slice(first, reading.settings.batch_rows), BATCH_BYTES)


def _columns(block: bytes) -> Columns | None:
    """The canonical columns of a block of lines, null where a line must be looked at by itself."""
    lines = block.count(b"\n")
    if block[:1] != b"{" or block.count(b"\n{") != lines - 1:
        return None
    # Arrow's reader does not survive a null that stands where an object should.
    if _NULL.search(block):
        return None
    try:
        table = pj.read_json(
            pa.BufferReader(block),
            read_options=pj.ReadOptions(use_threads=False, block_size=len(block) + 1),
            parse_options=pj.ParseOptions(
                explicit_schema=_SCHEMA, unexpected_field_behavior="ignore"
            ),
        )
        if table.num_rows != lines:
            return None
        # Bytes that are no UTF-8 go through the reader unseen.
        table.validate(full=True)
        found = {name: table[name].combine_chunks() for name in EXCHANGE_SCHEMA.names}
        found["time"] = column_from(found["time"])
        return {field.name: found[field.name].cast(field.type) for field in EXCHANGE_SCHEMA}
    except (pa.ArrowException, ValueError, OverflowError):
        return None
