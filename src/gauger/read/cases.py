"""Reads a provider's own confirmed and cleared cases: one row per account of a case.

| column | value |
| --- | --- |
| `case` | a name of the case; rows with one name are one case |
| `account_id` | an account as the logs name it |
| `finding` | `confirmed` (one operator runs the accounts) or `cleared` |
| `explanation` | optional: the ordinary explanation that holds, by its name |
| `harvests` | optional, for confirmed cases: `true` unless said otherwise |

A calibration is only as good as what was found, so nothing in such a file is passed over: a row
that cannot be, or that says otherwise than another, is an error with its line.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.known_case import KnownCase, KnownCases
from gauger.model.run import InputRecord
from gauger.read.sources.coerce import as_text, as_truth
from gauger.read.sources.jsontext import kind_of, parse
from gauger.read.sources.opening import open_file, text_chunks
from gauger.read.sources.rejects import RejectedRecord, quoted

REMEDY: Final = (
    "give CSV with a header, JSON lines or Parquet with columns `case`, `account_id` and "
    "`finding`, as docs/calibrate.md shows"
)
_REQUIRED: Final = ("case", "account_id", "finding")
_COLUMNS: Final = (*_REQUIRED, "explanation", "harvests")
_FINDINGS: Final = {"confirmed": True, "cleared": False}

_Rows = Iterator[tuple[str, Mapping[str, Any]]]
"""Rows with the place of each: `line 7` of text, `row 7` of Parquet."""


@dataclass(slots=True)
class _Said:
    """What the rows of one case have said so far, each with the place that said it."""

    operated: bool
    place: str
    accounts: dict[str, None] = field(default_factory=dict)
    explanation: tuple[str, str] | None = None
    harvests: tuple[bool, str] | None = None


def read_cases(path: Path, explanations: Collection[str]) -> KnownCases:
    """The cases of a CSV, JSON lines or Parquet file, which may be compressed.

    `explanations` are the names that a row may give as `explanation`. Raises NothingToRead where
    there is no such file, and UnreadableInput, with the line, for one that cannot serve.
    """
    if not path.is_file():
        raise NothingToRead(path, "there is no such file", REMEDY)
    file = open_file(0, path, named=True)
    content = b"".join(text_chunks(file))
    if file.break_reason is not None:
        raise UnreadableInput(path, file.break_reason, REMEDY)
    said: dict[str, _Said] = {}
    owner: dict[str, tuple[str, str]] = {}
    format, rows = _rows(path, content)
    for place, row in rows:
        name, account, operated = _who(path, place, row)
        case = said.setdefault(name, _Said(operated, place))
        if case.operated != operated:
            raise _wrong(
                path, place, f"`finding` differs from that of {case.place} for case {quoted(name)}",
                "give every row of a case one finding",
            )  # fmt: skip
        case.accounts[account] = None
        _explained(path, place, row, case, explanations)
        _one_finding(path, place, account, name, said, owner)
    if not said:
        raise UnreadableInput(path, "it holds no case", REMEDY)
    for name, case in said.items():
        _possible(path, name, case)
    sha256 = file.sha256 or hashlib.sha256(content).hexdigest()
    return KnownCases(
        tuple(_case(name, case) for name, case in said.items()),
        InputRecord(str(path), format, file.size, sha256),
    )


def _case(name: str, case: _Said) -> KnownCase:
    harvests = case.operated and (case.harvests is None or case.harvests[0])
    explanation = case.explanation[0] if case.explanation else ""
    return KnownCase(name, tuple(case.accounts), case.operated, harvests, explanation)


def _who(path: Path, place: str, row: Mapping[str, Any]) -> tuple[str, str, bool]:
    """Case, account and finding of one row."""
    texts = {name: _text(row, name) for name in _REQUIRED}
    for name, text in texts.items():
        if not text:
            value = row.get(name)
            empty = value is None or isinstance(value, str)
            problem = "is empty" if empty else f"is {kind_of(value)}"
            raise _wrong(path, place, f"`{name}` {problem}", f"give every row a `{name}`")
    operated = _FINDINGS.get(texts["finding"].lower())
    if operated is None:
        problem = f"`finding` is {quoted(texts['finding'])}"
        raise _wrong(path, place, problem, "write `confirmed` or `cleared`")
    return texts["case"], texts["account_id"], operated


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else (as_text(value) or "").strip()


def _explained(
    path: Path, place: str, row: Mapping[str, Any], case: _Said, explanations: Collection[str]
) -> None:
    """Takes up explanation and harvests of a row; an empty cell says nothing."""
    text = " ".join(_text(row, "explanation").split())
    if text:
        name = next((each for each in explanations if each.casefold() == text.casefold()), None)
        if name is None:
            names = ", ".join(f"`{each}`" for each in explanations)
            raise _wrong(path, place, f"`explanation` is {quoted(text)}", f"give one of {names}")
        if case.explanation is not None and case.explanation[0] != name:
            problem = f"`explanation` differs from that of {case.explanation[1]} for the same case"
            raise _wrong(path, place, problem, "give every row of a case one explanation")
        case.explanation = case.explanation or (name, place)
    value = row.get("harvests")
    if value is None or value == "":
        return
    harvests = as_truth(value)
    if harvests is None:
        raise _wrong(path, place, f"`harvests` is {quoted(value)}", "write `true` or `false`")
    if case.harvests is not None and case.harvests[0] != harvests:
        problem = f"`harvests` differs from that of {case.harvests[1]} for the same case"
        raise _wrong(path, place, problem, "say it once for every case")
    case.harvests = case.harvests or (harvests, place)


def _one_finding(
    path: Path,
    place: str,
    account: str,
    name: str,
    said: Mapping[str, _Said],
    owner: dict[str, tuple[str, str]],
) -> None:
    """One operator runs an account or none does; ordinary groups may share accounts."""
    other, where = owner.setdefault(account, (name, place))
    if other == name or not (said[name].operated or said[other].operated):
        return
    both = said[name].operated and said[other].operated
    problem = f"account {quoted(account)} is in case {quoted(other)} already ({where})"
    raise _wrong(
        path, place, problem,
        "make cases of one operator one case" if both else "an account is confirmed or cleared",
    )  # fmt: skip


def _possible(path: Path, name: str, case: _Said) -> None:
    if case.harvests is not None and case.harvests[0] and not case.operated:
        problem = f"case {quoted(name)} is cleared, and said to harvest"
        raise _wrong(path, case.harvests[1], problem, "leave `harvests` empty for cleared cases")
    harvests = case.operated and (case.harvests is None or case.harvests[0])
    if harvests and case.explanation is not None:
        problem = f"case {quoted(name)} is confirmed to harvest, and has an ordinary explanation"
        remedy = "leave `explanation` empty, or say `false` for `harvests`"
        raise _wrong(path, case.explanation[1], problem, remedy)


def _rows(path: Path, content: bytes) -> tuple[str, _Rows]:
    if content.startswith(b"PAR1"):
        return "parquet", _from_parquet(path, content)
    text = content.removeprefix(b"\xef\xbb\xbf")
    start = text.lstrip()
    if not start:
        raise UnreadableInput(path, "it holds nothing", REMEDY)
    return (
        ("jsonl", _from_json(path, text)) if start[:1] == b"{" else ("csv", _from_csv(path, text))
    )


def _from_json(path: Path, content: bytes) -> _Rows:
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            value = parse(line)
        except RejectedRecord as error:
            raise _wrong(path, f"line {number}", error.reason, REMEDY) from None
        if not isinstance(value, dict):
            raise _wrong(path, f"line {number}", f"it is {kind_of(value)}, no object", REMEDY)
        yield f"line {number}", value


def _from_csv(path: Path, content: bytes) -> _Rows:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _wrong(path, f"line {line}", "invalid UTF-8", REMEDY) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    while True:
        place = f"line {reader.line_num + 1}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _wrong(path, place, f"no CSV ({error})", REMEDY) from None
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = [name.strip() for name in cells]
            _complete(path, header)
        elif len(cells) != len(header):
            problem = f"it has {len(cells)} cells, the header {len(header)}"
            raise _wrong(path, place, problem, "quote cells that hold commas")
        else:
            yield place, dict(zip(header, cells, strict=True))


def _from_parquet(path: Path, content: bytes) -> _Rows:
    try:
        with pq.ParquetFile(io.BytesIO(content)) as parquet:
            held = parquet.schema_arrow.names
            _complete(path, held)
            rows = parquet.read([name for name in _COLUMNS if name in held]).to_pylist()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(path, "the Parquet file is corrupt", REMEDY) from error
    for number, row in enumerate(rows, 1):
        yield f"row {number}", row


def _complete(path: Path, columns: Collection[str]) -> None:
    for name in _REQUIRED:
        if name not in columns:
            raise UnreadableInput(path, f"it has no column `{name}`", REMEDY)


def _wrong(path: Path, place: str, problem: str, remedy: str) -> UnreadableInput:
    return UnreadableInput(path, f"{place}: {problem}", remedy)
