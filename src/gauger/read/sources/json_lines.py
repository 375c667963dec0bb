"""JSON lines in canonical columns, a block at a time: every line of most logs is as it should be.

A block in which each line is an object whose values have the columns' own types, and whose rows
can all be used, goes through a kernel, or through Arrow's reader where the kernel does not
understand it. Any other block goes line by line, which tells what is wrong with which line; all
of them give the same exchanges.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from gauger.model.exchange import EXCHANGE_SCHEMA, LOCATED_SCHEMA, TIME
from gauger.read.sources import checking
from gauger.read.sources.line_columns import columns_of
from gauger.read.sources.opening import LogFile, text_chunks
from gauger.read.sources.pieces import BOM, Piece, is_bracketed, lines_of, pieces
from gauger.read.sources.reading import FieldsOf, Reading
from gauger.read.sources.records import objects
from gauger.read.sources.settings import BATCH_BYTES
from gauger.read.sources.times import Clock, column_from

Columns = dict[str, pa.Array]

_BLOCK: Final = 8 << 20
"""Bytes that are read at once."""
_AHEAD: Final = 3
"""Blocks that wait, read and parsed or about to be."""
_NEWLINE: Final = np.uint8(10)
_LONGEST: Final = 16 << 20
"""A line of more bytes than this is left to the reader that holds one line at a time."""
_NULL: Final = re.compile(rb"\}[ \t\r]*null")
_WIDE: Final = {pa.int32(): pa.int64(), TIME: pa.string()}
"""What values are read as before they are narrowed, so that what does not fit is seen."""
_SCHEMA: Final = pa.schema(
    [(field.name, _WIDE.get(field.type, field.type)) for field in EXCHANGE_SCHEMA]
)


@dataclass(frozen=True, slots=True)
class _Block:
    """Whole lines of a file: `text` up to `end`, of which the first stands after line `place`."""

    file: LogFile
    text: bytes
    end: int
    place: int
    lines: int


@dataclass(frozen=True, slots=True)
class _Rest:
    """What no block held of a file whose blocks have all gone by."""

    file: LogFile
    blocks: _Blocks


def read_json_lines(
    files: Sequence[LogFile], reading: Reading, fields_of: FieldsOf
) -> Iterator[pa.RecordBatch]:
    """Exchanges of some files, one after the other; `fields_of` reads a single record."""
    found = _cut(files)
    # Reading, parsing and whoever takes the exchanges let go of the interpreter for most of their
    # time, so each has a thread; that a file ends stops none of them.
    waiting: deque[tuple[Future[_Block | _Rest | None], Future[Columns | None]]] = deque()
    with ThreadPoolExecutor(1) as cutter, ThreadPoolExecutor(1) as parser:
        while True:
            while len(waiting) < _AHEAD:
                cut = cutter.submit(next, found, None)
                waiting.append((cut, parser.submit(_parsed, cut, reading.clock)))
            cut, parsed = waiting.popleft()
            piece = cut.result()
            if piece is None:
                return
            if isinstance(piece, _Rest):
                rest = objects(piece.file, piece.blocks.rest(), reading.rejects)
                yield from reading.batches(reading.rows_of(piece.file, rest, fields_of))
            elif (columns := parsed.result()) is not None:
                yield from _whole(piece, columns, reading)
            else:
                text = piece.text[: piece.end]
                lines = lines_of(text, iter(()), piece.place)
                singly = objects(piece.file, lines, reading.rejects, told=False)
                yield from reading.batches(reading.rows_of(piece.file, singly, fields_of))


def _cut(files: Sequence[LogFile]) -> Iterator[_Block | _Rest]:
    for file in files:
        blocks = _Blocks(file)
        yield from blocks
        yield _Rest(file, blocks)


class _Blocks:
    """The whole lines of a file in blocks, and what is left: an unfinished last line, or all of
    what is not written in lines."""

    def __init__(self, file: LogFile) -> None:
        self._file = file
        self._chunks = text_chunks(file)
        self._held: list[bytes] = []
        self._place = 0

    def __iter__(self) -> Iterator[_Block]:
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
                lines = int(np.count_nonzero(np.frombuffer(block, np.uint8, end) == _NEWLINE))
                yield _Block(self._file, block, end, self._place, lines)
                self._place += lines
            elif size > _LONGEST:
                return

    def rest(self) -> Iterator[Piece]:
        """Pieces of what no block held."""
        left = chain(self._held, self._chunks)
        return lines_of(b"", left, self._place) if self._place else pieces(left)


def _parsed(cut: Future[_Block | _Rest | None], clock: Clock) -> Columns | None:
    """The canonical columns of a block; null where a line must be looked at by itself."""
    block = cut.result()
    if not isinstance(block, _Block):
        return None
    try:
        columns = columns_of(np.frombuffer(block.text, np.uint8, block.end), block.lines)
    except (pa.ArrowException, ValueError):
        return None
    if columns is None:
        columns = _columns(block.text[: block.end])
    if columns is None or not pc.all(checking.usable(columns, clock)).as_py():
        return None
    return columns


def _whole(block: _Block, columns: Columns, reading: Reading) -> Iterator[pa.RecordBatch]:
    checking.tidy(columns, reading.fill_failed)
    rows = len(columns["time"])
    first = block.place + 1
    columns["source_file"] = pa.repeat(pa.scalar(block.file.index, pa.int32()), rows)
    columns["source_row"] = pa.array(np.arange(first, first + rows, dtype=np.int64))
    batch = pa.RecordBatch.from_arrays(list(columns.values()), schema=LOCATED_SCHEMA)
    most = reading.settings.batch_rows
    for begin in range(0, rows, most):
        yield from checking.slices(batch.slice(begin, most), BATCH_BYTES)


def _columns(block: bytes) -> Columns | None:
    """The canonical columns of a block of lines by Arrow's reader, which knows all of JSON."""
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
