"""Joins the input of a batch with its output: two files, in two orders, with one `custom_id`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import orjson

from gauger.read.sources.envelope import account_of, time_of
from gauger.read.sources.opening import LogFile
from gauger.read.sources.paths import first
from gauger.read.sources.reading import Reading, Row
from gauger.read.sources.records import Record, records
from gauger.read.sources.rejects import RejectedRecord

_ROLE_WORDS = re.compile(r"[-_.]?(input|output|request|response|result|error|in|out)s?(?=[-_.]|$)")


class BatchShape(Protocol):
    """How one vendor writes the two halves."""

    def asked(self, record: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The request body of an input line; null for another kind of line."""

    def answered(self, record: Mapping[str, Any]) -> bool:
        """Whether this is an output line."""

    def about(self, record: Mapping[str, Any]) -> bool:
        """Whether this is the batch object itself, which tells when it was."""

    def join(self, request: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
        """Canonical fields of the exchange, but who and when."""

    def body(self, result: Mapping[str, Any]) -> Mapping[str, Any]:
        """The response body of an output line, which may hold its time."""


@dataclass(slots=True)
class _Half:
    file: LogFile
    place: int
    text: bytes
    """JSON rather than objects: a waiting half takes a fraction of the memory."""


@dataclass(slots=True)
class _Batch:
    waiting_input: dict[str, _Half] = field(default_factory=dict)
    waiting_output: dict[str, _Half] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)
    about: dict[str, Any] = field(default_factory=dict)


def joined_rows(files: Sequence[LogFile], reading: Reading, shape: BatchShape) -> Iterator[Row]:
    """Exchanges of all batches; what finds no other half is rejected, located at its line."""
    for group in _groups(files):
        yield from _joined_group(group, reading, shape)


def _groups(files: Sequence[LogFile]) -> list[list[LogFile]]:
    """Files that belong to one batch: alike but for words such as `input`, in one folder.

    Identifiers repeat between batches, so files whose names tell them apart are kept apart;
    files of a folder whose names pair with nothing are taken as one batch.
    """
    named: dict[tuple[Path, str], list[LogFile]] = {}
    for file in files:
        stem = file.path.name.split(".")[0].lower()
        named.setdefault((file.path.parent, _ROLE_WORDS.sub("", stem)), []).append(file)
    groups: list[list[LogFile]] = []
    alone: dict[Path, list[LogFile]] = {}
    for (folder, _), members in named.items():
        if len(members) > 1:
            groups.append(members)
        else:
            alone.setdefault(folder, []).extend(members)
    return [*groups, *alone.values()]


def _joined_group(files: Sequence[LogFile], reading: Reading, shape: BatchShape) -> Iterator[Row]:
    batch = _Batch()
    later: list[tuple[_Half, _Half]] = []
    for file in files:
        for record in _expanded(file, reading):
            try:
                pair = _take(batch, file, record, shape)
            except RejectedRecord as rejected:
                reading.rejects.add(file.name, record.place, rejected.reason, rejected.field)
                continue
            if pair is None:
                continue
            try:
                yield _row(*pair, batch, reading, shape)
            except RejectedRecord:
                # What it lacks may be said by the batch object, wherever in the group it stands.
                later.append(pair)
    for pair in later:
        try:
            yield _row(*pair, batch, reading, shape)
        except RejectedRecord as rejected:
            asked = pair[0]
            reading.rejects.add(asked.file.name, asked.place, rejected.reason, rejected.field)
    for halves, other in ((batch.waiting_input, "output"), (batch.waiting_output, "input")):
        for half in halves.values():
            reason = f"no batch {other} has the same `custom_id`"
            reading.rejects.add(half.file.name, half.place, reason, "custom_id")


def _expanded(file: LogFile, reading: Reading) -> Iterator[Record]:
    """Lines, and the members of `{"requests": [...]}` as the API itself takes them."""
    for record in records(file, reading.rejects):
        requests = record.value.get("requests")
        if "custom_id" in record.value or not isinstance(requests, list):
            yield record
            continue
        for member in requests:
            if isinstance(member, dict):
                yield Record(record.place, member, record.size // len(requests))
            else:
                reason = "a member of `requests` is not an object"
                reading.rejects.add(file.name, record.place, reason, "requests")


def _take(
    batch: _Batch, file: LogFile, record: Record, shape: BatchShape
) -> tuple[_Half, _Half] | None:
    value = record.value
    is_input = shape.asked(value) is not None
    if not is_input and not shape.answered(value):
        if shape.about(value):
            batch.about.update(value)
            return None
        raise RejectedRecord("neither a batch input nor a batch output")
    identity = value.get("custom_id")
    if not isinstance(identity, str) or not identity:
        raise RejectedRecord("`custom_id` is missing or no text", "custom_id")
    try:
        half = _Half(file, record.place, orjson.dumps(value))
    except TypeError:
        raise RejectedRecord("the record nests too deep") from None
    own = batch.waiting_input if is_input else batch.waiting_output
    other = batch.waiting_output if is_input else batch.waiting_input
    if identity in own or identity in batch.joined:
        raise RejectedRecord("`custom_id` repeats within this batch", "custom_id")
    counterpart = other.pop(identity, None)
    if counterpart is None:
        own[identity] = half
        return None
    batch.joined.add(identity)
    return (half, counterpart) if is_input else (counterpart, half)


def _row(asked: _Half, answered: _Half, batch: _Batch, reading: Reading, shape: BatchShape) -> Row:
    input_line = orjson.loads(asked.text)
    output_line = orjson.loads(answered.text)
    request = shape.asked(input_line) or {}
    beside = {**batch.about, **input_line, **output_line}
    fields = shape.join(request, output_line)
    body = shape.body(output_line)
    dated = first(body, "created", "created_at") is not None
    fields["time"] = time_of(input_line | output_line, body if dated else batch.about, reading)
    fields["account_id"] = account_of(beside, request, reading)
    fields["organization_id"] = first(beside, "organization_id", "organization", "workspace_id")
    fields["credential_id"] = first(beside, "credential_id", "api_key_id", "api_key_hash")
    fields["operation"] = "batch"
    if fields.get("exchange_id") is None:
        fields["exchange_id"] = f"{asked.file.path.name}#{input_line['custom_id']}"
    return asked.file, asked.place, fields, len(asked.text) + len(answered.text)
