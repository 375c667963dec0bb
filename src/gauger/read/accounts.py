"""Reads what a provider knows about its accounts beyond their traffic."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.account import ACCOUNT_SCHEMA
from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.read.accounts_at_once import accounts_at_once
from gauger.read.sources.coerce import as_text
from gauger.read.sources.jsontext import kind_of
from gauger.read.sources.opening import LogFile, in_memory, open_file, text_chunks
from gauger.read.sources.records import records
from gauger.read.sources.rejects import Rejects
from gauger.read.sources.times import EPOCH, moment_of

REMEDY = "give Parquet, CSV with a header or JSON lines, with a column `account_id`"

Found = Iterator[tuple[int, Mapping[str, Any]]]


def read_accounts(path: Path, rejects: Rejects) -> pa.Table:
    """Accounts in `ACCOUNT_SCHEMA`; of several with one `account_id` the first is kept.

    Values that cannot be understood are left null with no reject: an account is worth having
    without them. Raises `NothingToRead` and `UnreadableInput`.
    """
    if not path.is_file():
        raise NothingToRead(path, "there is no such file", REMEDY)
    file = open_file(0, path, named=True)
    at_once = accounts_at_once(path) if file.codec == "parquet" else None
    if at_once is not None:
        return at_once
    columns: dict[str, list[Any]] = {name: [] for name in ACCOUNT_SCHEMA.names}
    seen: set[str] = set()
    for row, record in _records(file, rejects):
        account = _account(record, file, row, rejects)
        if account is None:
            continue
        if account in seen:
            rejects.add(file.name, row, "`account_id` repeats; the first is kept", "account_id")
        else:
            seen.add(account)
            for field in ACCOUNT_SCHEMA:
                columns[field.name].append(_value(record.get(field.name), field))
    return pa.Table.from_pydict(columns, schema=ACCOUNT_SCHEMA)


def received_accounts(name: str, body: bytes, rejects: Rejects) -> dict[str, dict[str, Any]]:
    """Account records that were received as JSON, by account; the last one of each.

    Fields are those of `ACCOUNT_SCHEMA` that can be understood, times as ISO 8601.
    """
    file = in_memory(name, body, "accounts")
    found: dict[str, dict[str, Any]] = {}
    for record in records(file, rejects):
        account = _account(record.value, file, record.place, rejects)
        if account is None:
            continue
        fields = {field.name: _value(record.value.get(field.name), field)
                  for field in ACCOUNT_SCHEMA}  # fmt: skip
        found[account] = {name: _told(value) for name, value in fields.items() if value is not None}
    return found


def _told(value: Any) -> Any:
    if not isinstance(value, int):
        return value
    try:
        return (EPOCH + timedelta(microseconds=value)).isoformat()
    except OverflowError:
        return None


def _account(record: Mapping[str, Any], file: LogFile, row: int, rejects: Rejects) -> str | None:
    value = record.get("account_id")
    account = None if value is None else as_text(value)
    if account:
        return account
    problem = "is missing" if value is None else f"is {kind_of(value)}"
    problem = "is empty" if value == "" else problem
    rejects.add(file.name, row, f"`account_id` {problem}", "account_id")
    return None


def _value(value: Any, field: pa.Field) -> Any:
    if value is None or value == "":
        return None
    if pa.types.is_timestamp(field.type):
        moment = moment_of(value)
        return moment if moment is not None and abs(moment) < 2**63 else None
    return as_text(value)


def _records(file: LogFile, rejects: Rejects) -> Found:
    if file.codec == "parquet":
        return _from_parquet(file, file.path)
    head = b""
    for chunk in text_chunks(file, peek=True):
        head += chunk
        if len(head) >= 4096:
            break
    if head.startswith(b"PAR1"):
        return _from_parquet(file, io.BytesIO(b"".join(text_chunks(file))))
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[")):
        return ((record.place, record.value) for record in records(file, rejects))
    if not start:
        raise UnreadableInput(file.path, file.break_reason or "it holds nothing", REMEDY)
    return _from_csv(file, rejects)


def _from_parquet(file: LogFile, source: Path | io.BytesIO) -> Found:
    try:
        with pq.ParquetFile(source) as parquet:
            names = [name for name in ACCOUNT_SCHEMA.names if name in parquet.schema_arrow.names]
            if "account_id" not in names:
                raise UnreadableInput(file.path, "it has no column `account_id`", REMEDY)
            row = 0
            for batch in parquet.iter_batches(columns=names):
                for record in batch.to_pylist():
                    row += 1
                    yield row, record
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(file.path, "the Parquet file is corrupt", REMEDY) from error


def _from_csv(file: LogFile, rejects: Rejects) -> Found:
    reader = csv.reader(_lines(file, rejects))
    header: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            rejects.add(file.name, line, f"not CSV: {error}")
            continue
        if cells is None:
            break
        if not any(cells):
            continue
        if not header:
            header = [name.strip() for name in cells]
            if "account_id" not in header:
                problem = "its first line names no column `account_id`"
                raise UnreadableInput(file.path, problem, REMEDY)
        elif len(cells) != len(header):
            reason = f"the line has {len(cells)} cells, expected {len(header)}"
            rejects.add(file.name, line, reason)
        else:
            yield line, dict(zip(header, cells, strict=True))
    if file.break_reason is not None:
        rejects.add(file.name, 0, file.break_reason)


def _lines(file: LogFile, rejects: Rejects) -> Iterator[str]:
    held = b""
    number = 0
    for chunk in text_chunks(file):
        *whole, held = (held + chunk).split(b"\n")
        for line in whole:
            number += 1
            yield _decoded(line + b"\n", number, file, rejects)
    if held:
        yield _decoded(held, number + 1, file, rejects)


def _decoded(line: bytes, number: int, file: LogFile, rejects: Rejects) -> str:
    try:
        # A null byte ends what the csv module reads of a line on some versions.
        return line.decode("utf-8-sig" if number == 1 else "utf-8").replace("\0", "\ufffd")
    except UnicodeDecodeError:
        rejects.add(file.name, number, "invalid UTF-8")
        # The line is given as an empty one, so that later lines keep their numbers.
        return "\n"
