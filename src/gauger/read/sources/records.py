"""A text file to its JSON objects, each with its place; whatever else it holds is rejected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gauger.read.sources.jsontext import kind_of, parse, without_stamp
from gauger.read.sources.opening import LogFile, text_chunks
from gauger.read.sources.pieces import MAX_RECORD, Piece, pieces
from gauger.read.sources.rejects import RejectedRecord, Rejects


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object of a log."""

    place: int
    """Line, or element of an array; from 1."""
    value: dict[str, Any]
    size: int
    """Bytes of its text."""


def first_record(file: LogFile) -> dict[str, Any]:
    """The first object of a file, only looked at; empty where there is none."""
    for piece in pieces(text_chunks(file, peek=True)):
        try:
            value = parse(without_stamp(piece.text or b""))
        except RejectedRecord:
            continue
        values = value if isinstance(value, list) else [value]
        for item in values:
            if isinstance(item, dict):
                return item
    return {}


def records(file: LogFile, rejects: Rejects) -> Iterator[Record]:
    """Objects of a file in order; a line that is a list of objects gives each of them."""
    return objects(file, pieces(text_chunks(file)), rejects)


def objects(
    file: LogFile, found: Iterator[Piece], rejects: Rejects, *, told: bool = True
) -> Iterator[Record]:
    """Objects of pieces of a file; where the file breaks off is `told` after the last of them."""
    for piece in found:
        if piece.text is None:
            rejects.add(file.name, piece.place, f"the record is longer than {MAX_RECORD} bytes")
            continue
        try:
            value = parse(without_stamp(piece.text))
        except RejectedRecord as rejected:
            if piece.complete:
                rejects.add(file.name, piece.place, rejected.reason)
            elif file.break_reason is None:
                # Otherwise the reject of the break, below, accounts for the half record too.
                reason = f"the last record is incomplete: {rejected.reason}"
                rejects.add(file.name, piece.place, reason)
            continue
        size = len(piece.text)
        if isinstance(value, dict):
            yield Record(piece.place, value, size)
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            for item in value:
                yield Record(piece.place, item, size // len(value))
        else:
            reason = f"the record is {kind_of(value)}, expected an object"
            rejects.add(file.name, piece.place, reason)
    if told and file.break_reason is not None:
        rejects.add(file.name, 0, file.break_reason)
