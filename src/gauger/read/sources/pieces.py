"""Where one record ends and the next begins: lines, or brackets where lines are not records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

BOM = b"\xef\xbb\xbf"
MAX_RECORD = 512 * 1024 * 1024
"""Bytes of one record: above any provider's batch, below what would exhaust the memory."""

# A string that the end of the buffer cuts matches too, so that its brackets never count.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[{}\[\]]', re.DOTALL)
_PRETTY = re.compile(rb'\{\s*\n\s*"')
_ARRAY = re.compile(rb"\[\s*(?:\{|\]|\Z)")


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of what should be one record."""

    place: int
    """Line of a file of lines, element of an array; from 1."""
    text: bytes | None
    """Null where it was too long to hold."""
    complete: bool
    """False for the last one if nothing closes it."""


def pieces(chunks: Iterator[bytes]) -> Iterator[Piece]:
    """Cut a stream of bytes into records; blank lines are none."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= 64 and head.strip():
            break
    head = head.removeprefix(BOM)
    if is_bracketed(head.lstrip()):
        return _bracketed(head, chunks)
    return lines_of(head, chunks)


def is_bracketed(start: bytes) -> bool:
    """Whether a text that begins so is no file of lines."""
    if start.startswith(b"{"):
        return _PRETTY.match(start) is not None
    if not start.startswith(b"["):
        return False
    line, newline, _ = start.partition(b"\n")
    if newline:
        try:
            orjson.loads(line)
        except orjson.JSONDecodeError:
            pass
        else:
            return False  # arrays of records, one on each line
    return _ARRAY.match(start) is not None


def lines_of(head: bytes, chunks: Iterator[bytes], place: int = 0) -> Iterator[Piece]:
    """Lines of `head` and of what follows it, the first of which stands after line `place`."""
    parts: list[bytes] = []
    held = 0
    chunk: bytes | None = head
    while chunk is not None:
        first, *rest = chunk.split(b"\n")
        held += len(first)
        parts = [*parts, first] if held <= MAX_RECORD else []
        if rest:
            place += 1
            line = b"".join(parts)
            if held > MAX_RECORD:
                yield Piece(place, None, True)
            elif line and not line.isspace():
                yield Piece(place, line, True)
            last = rest.pop()
            for line in rest:
                place += 1
                if line and not line.isspace():
                    yield Piece(place, line, True)
            parts, held = [last], len(last)
        chunk = next(chunks, None)
    line = b"".join(parts)
    if held > MAX_RECORD:
        yield Piece(place + 1, None, False)
    elif line and not line.isspace():
        yield Piece(place + 1, line, False)


def _bracketed(head: bytes, chunks: Iterator[bytes]) -> Iterator[Piece]:
    """Elements of arrays, and objects that follow each other, over however many lines."""
    buffer = head
    place = depth = base = position = start = 0
    ended = False
    while True:
        for token in _TOKEN.finditer(buffer, position):
            mark = token[0]
            if mark[:1] == b'"':
                if not ended and token.end() == len(buffer):
                    break  # the next bytes may continue it
            elif mark in b"{[":
                if depth == 0:
                    base = 1 if mark == b"[" else 0
                if depth <= base:
                    if stray := _between(buffer[start : token.start()]):
                        place += 1
                        yield Piece(place, stray, True)
                    start = token.end() if depth < base else token.start()
                depth += 1
            else:
                depth -= 1
                if depth == base:
                    place += 1
                    yield Piece(place, buffer[start : token.end()], True)
                    start = token.end()
                elif depth < base:
                    if stray := _between(buffer[start : token.start()]):
                        place += 1
                        yield Piece(place, stray, True)
                    start, depth = token.end(), 0
            position = token.end()
        if ended:
            break
        buffer, position, start = buffer[start:], position - start, 0
        grown, need = [buffer], max(len(buffer), 1 << 16)
        while need > 0 and not ended:
            chunk = next(chunks, None)
            ended = chunk is None
            grown.append(chunk or b"")
            need -= len(grown[-1])
        buffer = b"".join(grown)
        if len(buffer) > 2 * MAX_RECORD:
            for _ in chunks:
                pass
            yield Piece(place + 1, None, False)
            return
    rest = _between(buffer[start:])
    if rest or depth:
        # An array that nothing closes was cut, even where no element was.
        yield Piece(place + 1, rest, False)


def _between(text: bytes) -> bytes:
    """What stands where only a comma should: a value that is no object, or damage."""
    return text.strip(b" \t\r\n,")
