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
from gauger.read.sources.line_kernel import count_lines
from gauger.read.sources.opening import LogFile, chunks_of, text_of
from gauger.read.sources.pieces import BOM, Piece, is_bracketed, lines_of, pieces
from gauger.read.sources.reading import FieldsOf, Reading
from gauger.read.sources.records import objects
from gauger.read.sources.settings import BATCH_BYTES
from gauger.read.sources.times import Clock, column_from
from gauger.read.sources.unzstd import ROOM

Columns = dict[str, pa.Array]

_BLOCK: Final = 8 << 20
"""Bytes that are read at once."""
_AHEAD: Final = 3
"""Blocks that wait, read and parsed or about to be."""
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
    """Whole lines of a file, the first of which stands after line `place`."""

    file: LogFile
    text: memoryview
    place: int
    lines: int
    memory: bytearray
    """What the text lies in, to be used again."""


@dataclass(frozen=True, slots=True)
class _Rest:
    """What no block held of a file whose blocks have all gone by."""

    file: LogFile
    blocks: _Blocks


def read_json_lines(
    files: Sequence[LogFile], reading: Reading, fields_of: FieldsOf
) -> Iterator[pa.RecordBatch]:
    """Exchanges of some files, one after the other; `fields_of` reads a single record."""
    # Memory that was written before is at hand sooner than what the system has to clear.
    spare: deque[bytearray] = deque()
    found = _cut(files, spare)
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
                lines = lines_of(bytes(piece.text), iter(()), piece.place)
                singly = objects(piece.file, lines, reading.rejects, told=False)
                yield from reading.batches(reading.rows_of(piece.file, singly, fields_of))
            if isinstance(piece, _Block):
                spare.append(piece.memory)


def _cut(files: Sequence[LogFile], spare: deque[bytearray]) -> Iterator[_Block | _Rest]:
    for file in files:
        blocks = _Blocks(file, spare)
        yield from blocks
        yield _Rest(file, blocks)


class _Blocks:
    """The whole lines of a file in blocks, and what is left: an unfinished last line, or all of
    what is not written in lines."""

    def __init__(self, file: LogFile, spare: deque[bytearray]) -> None:
        self._file = file
        self._spare = spare
        self._text = text_of(file)
        self._held = b""
        self._place = 0

    def __iter__(self) -> Iterator[_Block]:
        ended = False
        while not ended:
            memory, size, ended = self._filled()
            block = memoryview(memory)[:size]
            self._held = b""
            if not self._place:
                head = bytes(block)
                if is_bracketed(head.removeprefix(BOM).lstrip()):
                    self._held = head
                    return
                block = block[len(BOM) if head.startswith(BOM) else 0 :]
            end = memory.rfind(b"\n", 0, size) + 1
            self._held = bytes(memory[end:size])
            if end:
                text = block[: len(block) - (size - end)]
                lines = int(count_lines(np.frombuffer(text.toreadonly(), np.uint8)))
                yield _Block(self._file, text, self._place, lines, memory)
                self._place += lines
                continue
            self._spare.append(memory)
            if size > _LONGEST:
                return

    def _filled(self) -> tuple[bytearray, int, bool]:
        """Memory with what was held and what comes after it, how many bytes those are, and
        whether the file ends there; more than was held unless it does."""
        most = max(_BLOCK, 2 * len(self._held))
        memory = self._spare.pop() if self._spare else bytearray(_BLOCK + ROOM)
        if len(memory) < most + ROOM:
            memory = bytearray(most + ROOM)
        room = memoryview(memory)
        size = len(self._held)
        room[:size] = self._held
        while size < most:
            read = self._text.readinto(room[size:])
            size += read
            if not read:
                return memory, size, True
        return memory, size, False

    def rest(self) -> Iterator[Piece]:
        """Pieces of what no block held."""
        left = chain((self._held,), chunks_of(self._text))
        return lines_of(b"", left, self._place) if self._place else pieces(left)


def _parsed(cut: Future[_Block | _Rest | None], clock: Clock) -> Columns | None:
    """The canonical columns of a block; null where a line must be looked at by itself."""
    block = cut.result()
    if not isinstance(block, _Block):
        return None
    try:
        columns = columns_of(np.frombuffer(block.text.toreadonly(), np.uint8), block.lines)
    except (pa.ArrowException, ValueError):
        return None
    if columns is None:
        columns = _columns(bytes(block.text))
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
