"""Langfuse's export to blob storage: generations, with their traces where these stand apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from gauger.read.sources.langfuse_shape import LISTED, generation_fields, type_of
from gauger.read.sources.opening import LogFile
from gauger.read.sources.parquet_records import columns_of, parquet_records
from gauger.read.sources.paths import at, first
from gauger.read.sources.reading import Reading, Row
from gauger.read.sources.records import Record, first_record, records
from gauger.read.sources.rejects import RejectedRecord
from gauger.read.sources.source import Sample

OBSERVATION_COLUMNS = frozenset({"id", "trace_id", "type", "start_time"})
TRACE_COLUMNS = frozenset({"id", "timestamp", "user_id", "session_id"})
_NAMES = {
    "exchange_id": "id",
    "time": "start_time",
    "account_id": "user_id",
    "request_model": "provided_model_name",
}


@dataclass(frozen=True, slots=True)
class _Trace:
    account: Any
    session: Any


class Langfuse:
    """Enriched observations, or the older pair of observations and traces."""

    name = "langfuse"
    cannot_fill: tuple[str, ...] = (
        "organization_id", "credential_id", "source_ip", "user_agent", "ja4",
    )  # fmt: skip
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> int:
        """Observations, traces and scores."""
        return sum(bool(_kind(record)) for record in sample)

    def has_columns(self, names: Sequence[str]) -> bool:
        """Whether a Parquet file with these columns is one of Langfuse's."""
        return OBSERVATION_COLUMNS.issubset(names) or TRACE_COLUMNS.issubset(names)

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each generation; traces are read first, whatever the order of files."""
        traces = [file for file in files if _begins_with_traces(file)]
        names = dict(_NAMES)
        if reading.settings.account_field is not None:
            names["account_id"] = reading.settings.account_field
        rows = _OneScan(reading).rows([*traces, *(file for file in files if file not in traces)])
        yield from reading.batches(rows, names)


class _OneScan:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._traces: dict[str, _Trace] = {}

    def rows(self, files: Sequence[LogFile]) -> Iterator[Row]:
        for file in files:
            for record in _records(file, self._reading):
                try:
                    fields = self._fields(record.value)
                except RejectedRecord as rejected:
                    reason, field = rejected.reason, rejected.field
                    self._reading.rejects.add(file.name, record.place, reason, field)
                    continue
                if fields is not None:
                    yield file, record.place, fields, record.size

    def _fields(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        kind = _kind(record)
        if kind == "trace":
            self._keep(record)
            return None
        if kind == "score":
            self._pass_over("scores")
            return None
        if not kind:
            raise RejectedRecord("neither an observation nor a trace nor a score")
        if type_of(record) != "GENERATION":
            self._pass_over("observations that are no generation")
            return None
        trace = self._traces.get(str(first(record, "trace_id", "traceId")))
        fields = generation_fields(record)
        account = self._account(record)
        if account is None and trace is not None:
            account = trace.account
        if account is None:
            raise self._no_account()
        fields["account_id"] = account
        if fields["conversation_id"] is None and trace is not None:
            fields["conversation_id"] = trace.session
        return fields

    def _account(self, record: Mapping[str, Any]) -> Any:
        chosen = self._reading.settings.account_field
        if chosen is not None:
            value = at(record, chosen)
            return None if value == "" else value
        return first(record, "user_id", "userId")

    def _no_account(self) -> RejectedRecord:
        chosen = self._reading.settings.account_field
        field = "user_id" if chosen is None else chosen
        return RejectedRecord(
            f"no account: `{field}` is set neither on the generation nor on a trace that was "
            "read; export enriched observations, or give the traces too",
            field,
        )

    def _keep(self, trace: Mapping[str, Any]) -> None:
        identity = first(trace, "id")
        if not isinstance(identity, str):
            raise RejectedRecord("a trace without `id` joins nothing", "id")
        session = first(trace, "session_id", "sessionId")
        self._traces[identity] = _Trace(self._account(trace), session)
        self._pass_over("traces, read for the account and session of their generations")

    def _pass_over(self, what: str) -> None:
        self._reading.pass_over("langfuse", what)


def _kind(record: Mapping[str, Any]) -> str:
    if type_of(record) and first(record, "trace_id", "traceId", "start_time", "startTime"):
        return "observation"
    if "string_value" in record and "data_type" in record:
        return "score"
    marks = ("session_id", "sessionId", "bookmarked", "user_id", "userId")
    return "trace" if "timestamp" in record and sum(mark in record for mark in marks) > 1 else ""


def _begins_with_traces(file: LogFile) -> bool:
    if file.codec == "parquet":
        return not OBSERVATION_COLUMNS.issubset(columns_of(file))
    return _kind(first_record(file)) == "trace"


def _records(file: LogFile, reading: Reading) -> Iterator[Record]:
    if file.codec != "parquet":
        return records(file, reading.rejects)
    chosen = reading.settings.account_field
    wanted = LISTED if chosen is None else (*LISTED, chosen, chosen.partition(".")[0])
    return parquet_records(file, wanted, reading.rejects)
