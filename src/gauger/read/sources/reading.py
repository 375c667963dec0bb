"""What all sources of one scan share while they read, and how they emit rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import pyarrow as pa

from gauger.model.exchange import EXCHANGE_SCHEMA, LOCATED_SCHEMA
from gauger.read.sources import checking
from gauger.read.sources.coerce import column
from gauger.read.sources.gateway import Accesses
from gauger.read.sources.opening import LogFile
from gauger.read.sources.records import Record, records
from gauger.read.sources.rejects import RejectedRecord, Rejects
from gauger.read.sources.settings import BATCH_BYTES, SourceSettings
from gauger.read.sources.times import Clock, column_of


class Log(Protocol):
    """What a row says of the log it stands in, be that a file or a table."""

    index: int
    format: str

    @property
    def name(self) -> str: ...


Row = tuple[Log, int, Mapping[str, Any], int]
"""Where an exchange was read (log, place), its canonical fields as found, bytes of its text."""

FieldsOf = Callable[[dict[str, Any], "Reading"], Mapping[str, Any]]
"""A source's reading of one record; may raise `RejectedRecord`."""


@dataclass(slots=True)
class Reading:
    """Settings, clock and accounts kept of one scan."""

    settings: SourceSettings
    rejects: Rejects
    clock: Clock
    unfilled: Counter[str] = field(default_factory=Counter)
    """Values by column that were there and could not be understood."""
    asserted: set[str] = field(default_factory=set)
    """Columns that were seen to hold what a client asserts of itself."""
    accesses: Accesses = field(default_factory=Accesses)
    """What gateways saw of the requests; read before any exchange."""
    passed: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Records that are no exchange and were never meant to be one, by format and kind."""

    def fill_failed(self, name: str, values: int) -> None:
        """Count values that were left null."""
        if values:
            self.unfilled[name] += values

    def pass_over(self, format_name: str, what: str, records: int = 1) -> None:
        """Count records of a kind, told in the plural, that a log holds beside exchanges."""
        if records:
            self.passed[format_name, what] += records

    def rows(self, file: LogFile, fields_of: FieldsOf) -> Iterator[Row]:
        """Rows of a file whose records each make one exchange or a reject."""
        return self.rows_of(file, records(file, self.rejects), fields_of)

    def rows_of(self, file: LogFile, found: Iterable[Record], fields_of: FieldsOf) -> Iterator[Row]:
        """Rows of records of a file."""
        for record in found:
            try:
                fields = fields_of(record.value, self)
            except RejectedRecord as rejected:
                self.rejects.add(file.name, record.place, rejected.reason, rejected.field)
            else:
                yield file, record.place, fields, record.size

    def batches(
        self, rows: Iterable[Row], names: Mapping[str, str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Rows to record batches; `names` says what a source calls a required field."""
        pending: list[Row] = []
        held = 0
        for row in rows:
            pending.append(row)
            held += row[3]
            if len(pending) >= self.settings.batch_rows or held >= BATCH_BYTES:
                yield from self._batch(pending, names or {})
                pending, held = [], 0
        if pending:
            yield from self._batch(pending, names or {})

    def _batch(self, rows: list[Row], names: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
        found = [row[2] for row in rows]
        if self.accesses:
            found = [self.accesses.fill(row[2], row[0].format) for row in rows]
        columns: dict[str, pa.Array] = {}
        for wanted, values in zip(EXCHANGE_SCHEMA, _by_column(found), strict=True):
            name = wanted.name
            if name == "time":
                columns[name] = column_of(values)
            else:
                columns[name], lost = column(values, wanted)
                if name not in _JUDGED:
                    self.fill_failed(name, lost)
        checking.tidy(columns, self.fill_failed)
        columns["source_file"] = pa.array([row[0].index for row in rows], pa.int32())
        columns["source_row"] = pa.array([row[1] for row in rows], pa.int64())
        mask = checking.usable(columns, self.clock)
        batch = pa.RecordBatch.from_arrays(list(columns.values()), schema=LOCATED_SCHEMA)
        bad = checking.bad_rows(mask)
        for place in bad:
            file, number, fields, _ = rows[place]
            name, problem = checking.reason(fields.get, self.clock)
            own = names.get(name, name)
            self.rejects.add(file.name, number, f"`{own}` {problem}", own)
        if bad:
            batch = batch.filter(mask)
        if batch.num_rows:
            yield batch


def _by_column(found: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Values of each canonical column, null where a row has none."""
    columns: list[list[Any]] = [[] for _ in EXCHANGE_SCHEMA.names]
    # Some hundred rows at a time stay in the processor's cache for all of the columns.
    for first in range(0, len(found), _NEAR):
        getters = [fields.get for fields in found[first : first + _NEAR]]
        for name, values in zip(EXCHANGE_SCHEMA.names, columns, strict=True):
            values.extend([get(name) for get in getters])
    return columns


_NEAR: Final = 256
_JUDGED = frozenset({"exchange_id", "account_id", "request_model"})
"""Required fields: a value that cannot be understood rejects its row instead."""
