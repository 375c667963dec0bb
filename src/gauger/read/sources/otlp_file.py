"""An OTLP file to its spans and log records, however the exporter frames its messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import zstandard

from gauger.read.sources.jsontext import kind_of, parse
from gauger.read.sources.opening import ZSTD_MAGIC, LogFile, text_chunks
from gauger.read.sources.otlp import Beside, Broken, Event, Item, items_of
from gauger.read.sources.otlp_proto import items_of_message, require_protobuf
from gauger.read.sources.pieces import MAX_RECORD, pieces
from gauger.read.sources.records import records
from gauger.read.sources.rejects import RejectedRecord, Rejects

PREFIX = 4
"""Bytes before each message, its length: as the collector's file exporter writes them."""

_TEXT = frozenset(b"\t\n\r")
_FIRST_FIELD = b"\n"
"""How a message begins in protobuf: its first field, of a length that follows."""
_PROBE = 64


@dataclass(frozen=True, slots=True)
class Placed:
    """One span or log record, with the line or message that holds it and its share of that."""

    place: int
    item: Item
    size: int


def is_binary(file: LogFile) -> bool:
    """Whether a file is OTLP in messages rather than in lines; raises `MissingExtra`."""
    head = _head(file)
    if not (_is_framed(head) or _is_message(head)):
        return False
    first = head[PREFIX:] if _is_framed(head) else head
    try:
        first = _unpacked(first)
    except RejectedRecord:
        return True
    if first.startswith(_FIRST_FIELD):
        require_protobuf()
    return True


def begins_with_logs(file: LogFile) -> bool:
    """Whether the first signal of a file is logs: OTLP keeps each signal in files of its own."""
    messages = _messages(file, None, _head(file))
    if messages is None:
        messages = ((piece.place, piece.text or b"") for piece in pieces(_peek(file)))
    for _, message in messages:
        for item in _items(message):
            if not isinstance(item, Broken | Beside):
                return isinstance(item, Event)
    return False


def placed(file: LogFile, rejects: Rejects) -> Iterator[Placed]:
    """Everything a file holds, in order; what cannot be read is rejected, with its place."""
    messages = _messages(file, rejects, _head(file))
    if messages is None:
        for record in records(file, rejects):
            yield from _shared(record.place, list(items_of(record.value)), record.size)
        return
    for place, message in messages:
        yield from _shared(place, _items(message), len(message))


def _messages(
    file: LogFile, rejects: Rejects | None, head: bytes
) -> Iterator[tuple[int, bytes]] | None:
    """Messages of a file that is not lines of text; without `rejects` it is only looked at."""
    if _is_framed(head):
        return _frames(file, rejects)
    return _whole(file, rejects) if _is_message(head) else None


def _shared(place: int, items: list[Item], size: int) -> Iterator[Placed]:
    for item in items:
        yield Placed(place, item, size // len(items))


def _items(message: bytes) -> list[Item]:
    try:
        text = _unpacked(message)
        if not text.lstrip().startswith((b"{", b"[")):
            return list(items_of_message(text))
        value = parse(text)
    except RejectedRecord as rejected:
        return [Broken(rejected.reason)]
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return [item for each in value for item in items_of(each)]
    if not isinstance(value, dict):
        return [Broken(f"the record is {kind_of(value)}, expected an object")]
    return list(items_of(value))


def _unpacked(message: bytes) -> bytes:
    """The exporter may compress every message by itself; a cut one gives what it can."""
    if not message.startswith(ZSTD_MAGIC):
        return message
    try:
        with zstandard.ZstdDecompressor().stream_reader(BytesIO(message)) as reader:
            text: bytes = reader.read(MAX_RECORD)
    except zstandard.ZstdError:
        raise RejectedRecord("zstd data is broken") from None
    return text


def _head(file: LogFile) -> bytes:
    return next(_peek(file), b"")


def _peek(file: LogFile) -> Iterator[bytes]:
    return text_chunks(file, peek=True)


def _is_framed(head: bytes) -> bool:
    # No text begins with a byte below the tab, and no message is as long as such a length.
    if len(head) <= PREFIX or head[0] >= ord("\t") or int.from_bytes(head[:PREFIX]) < 2:
        return False
    rest = head[PREFIX:]
    return rest.startswith((_FIRST_FIELD, b"{", ZSTD_MAGIC))


def _is_message(head: bytes) -> bool:
    control = (byte < 0x20 and byte not in _TEXT for byte in head[:_PROBE])
    return head.startswith(_FIRST_FIELD) and any(control)


def _frames(file: LogFile, rejects: Rejects | None) -> Iterator[tuple[int, bytes]]:
    chunks = text_chunks(file, peek=rejects is None)
    buffer, at, place = b"", 0, 0
    problem = "the last message is incomplete"
    while True:
        left = len(buffer) - at
        needed = PREFIX
        if left >= PREFIX:
            needed += int.from_bytes(buffer[at : at + PREFIX])
        if needed > MAX_RECORD:
            problem = "a length is impossible: what follows is lost"
            for _ in chunks:
                pass
            break
        if left >= PREFIX and left >= needed:
            place += 1
            yield place, buffer[at + PREFIX : at + needed]
            at += needed
            continue
        grown, at = [buffer[at:]], 0
        needed -= left
        while needed > 0 and (chunk := next(chunks, None)) is not None:
            grown.append(chunk)
            needed -= len(chunk)
        buffer = b"".join(grown)
        if needed > 0:
            break
    if rejects is None:
        return
    if file.break_reason is not None:
        rejects.add(file.name, 0, file.break_reason)
    elif buffer:
        rejects.add(file.name, place + 1, problem)


def _whole(file: LogFile, rejects: Rejects | None) -> Iterator[tuple[int, bytes]]:
    parts: list[bytes] = []
    held = 0
    for chunk in text_chunks(file, peek=rejects is None):
        held += len(chunk)
        if held <= MAX_RECORD:
            parts.append(chunk)
    if held > MAX_RECORD or file.break_reason is not None:
        if rejects is not None and file.break_reason is not None:
            rejects.add(file.name, 0, file.break_reason)
        elif rejects is not None:
            rejects.add(file.name, 1, f"the record is longer than {MAX_RECORD} bytes")
    else:
        yield 1, b"".join(parts)
