"""OpenTelemetry traces and logs with GenAI conventions, in OTLP files of any framing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from gauger.read.sources.coerce import as_integer
from gauger.read.sources.gateway import REQUEST_IDS
from gauger.read.sources.genai import (
    DETAILS,
    account_in,
    around_fields,
    call_fields,
    is_of_genai,
    no_account,
    operation_of,
)
from gauger.read.sources.genai_messages import MESSAGE_EVENTS
from gauger.read.sources.opening import LogFile
from gauger.read.sources.otel_events import Events, attributes_with
from gauger.read.sources.otel_traces import KNOWN_SPANS, Call, Traces
from gauger.read.sources.otlp import Beside, Broken, Event, Span, is_otlp
from gauger.read.sources.otlp_file import Placed, begins_with_logs, placed
from gauger.read.sources.reading import Reading, Row
from gauger.read.sources.rejects import RejectedRecord
from gauger.read.sources.source import Sample
from gauger.read.sources.times import EPOCH

_SIDES = ("request", "response")
_NAMES = {"time": "startTimeUnixNano", "request_model": "gen_ai.request.model"}


class OpenTelemetry:
    """Spans of calls to models; who asked may stand on them or on the spans around them."""

    name = "otel"
    cannot_fill: tuple[str, ...] = ("credential_id", "ja4")
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> int:
        """Export requests of any signal; those of others hold no exchange, and say so."""
        return sum(is_otlp(record) for record in sample)

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each call to a model, however many spans and events tell of it."""
        yield from reading.batches(_OneScan(reading).rows(files), _NAMES)


class _OneScan:
    """The files of one scan, joined: spans with events, and with the spans around them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._traces = Traces()
        self._events = Events()
        self._given: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def rows(self, files: Sequence[LogFile]) -> Iterator[Row]:
        logs = [file for file in files if begins_with_logs(file)]
        spans = [file for file in files if file not in logs]
        # Logs first, so that a span finds its events whatever the order of the files. With no
        # span to come they need not be held, and a log of any length can be read.
        for file in logs:
            yield from self._file(file, hold=bool(spans))
        for file in spans:
            yield from self._file(file, hold=True)
        for held in list(self._events.rest()):
            yield from self._alone(held.file, held.place, held.event, len(held.text))
        yield from self._finished(self._traces.rest())
        for what, count in (
            ("spans of a call that a span around them tells too", self._traces.absorbed),
            ("events joined with their span", self._events.taken),
        ):
            self._reading.pass_over("otel", what, count)

    def _file(self, file: LogFile, *, hold: bool) -> Iterator[Row]:
        for found in placed(file, self._reading.rejects):
            item = found.item
            try:
                if isinstance(item, Span):
                    yield from self._span(file, found, item)
                elif isinstance(item, Event):
                    if not _is_of_call(item):
                        self._pass_over("log records that tell of no call to a model")
                    elif hold:
                        self._events.hold(file, found.place, item)
                    else:
                        yield from self._alone(file, found.place, item, found.size)
                elif isinstance(item, Broken):
                    raise RejectedRecord(item.reason)
                elif isinstance(item, Beside):
                    self._pass_over(item.what)
            except RejectedRecord as rejected:
                reason, field = rejected.reason, rejected.field
                self._reading.rejects.add(file.name, found.place, reason, field)

    def _span(self, file: LogFile, found: Placed, span: Span) -> Iterator[Row]:
        reading = self._reading
        key = (span.trace_id, span.span_id) if span.trace_id and span.span_id else None
        parent = (span.trace_id, span.parent_id) if span.trace_id and span.parent_id else None
        around = around_fields(span.attributes, is_server=span.is_server, reading=reading)
        if identifiers := _request_ids(span):
            around[REQUEST_IDS] = identifiers
        call = None
        operation = operation_of(span.attributes)
        if operation is not None:
            events = self._events.take(key)
            attributes = attributes_with(span.attributes, [*span.events, *events])
            fields = call_fields(attributes, operation, failed=span.failed, reading=reading)
            fields["time"] = moment(span.start)
            fields["latency_ms"] = _latency(span)
            account = account_in(span.resource, reading)
            call = Call(file, found.place, found.size, key, fields, account)
        elif is_of_genai(span.attributes):
            self._pass_over("spans of tools, agents and other steps")
        else:
            self._pass_over("spans that tell of no call to a model")
        yield from self._finished(self._traces.add(key, parent, around, call))

    def _alone(self, file: LogFile, place: int, event: Event, size: int) -> Iterator[Row]:
        """An event that carries a whole call stands for its span; one message does not."""
        reading = self._reading
        operation = operation_of(event.attributes)
        if event.name != DETAILS or operation is None:
            reason = "no span of a call to a model has the identifiers of this event"
            reading.rejects.add(file.name, place, reason, "spanId")
            return
        fields = call_fields(event.attributes, operation, failed=False, reading=reading)
        fields["time"] = moment(event.nanoseconds)
        account = account_in(event.resource, reading)
        key = (event.trace_id, event.span_id) if event.trace_id and event.span_id else None
        call = Call(file, place, size, key, fields, account)
        around = around_fields(event.attributes, is_server=False, reading=reading)
        yield from self._finished(self._traces.add(None, key, around, call))

    def _finished(self, calls: Iterator[Call]) -> Iterator[Row]:
        for call in calls:
            try:
                self._complete(call)
            except RejectedRecord as rejected:
                name, reason = call.file.name, rejected.reason
                self._reading.rejects.add(name, call.place, reason, rejected.field)
            else:
                yield call.row

    def _complete(self, call: Call) -> None:
        fields = call.fields
        if fields.get("account_id") is None:
            fields["account_id"] = call.resource_account
        if fields.get("account_id") is None:
            raise no_account(self._reading)
        if fields.get("exchange_id") is None and call.key is not None:
            fields["exchange_id"] = "-".join(call.key)
        # Repeats are told apart by their place, and one line of OTLP holds many spans.
        identity, place = str(fields.get("exchange_id")), (call.file.index, call.place)
        if self._given.get(identity) == place:
            raise RejectedRecord("the same exchange stands twice in this record", "exchange_id")
        self._given[identity] = place
        if len(self._given) > KNOWN_SPANS:
            self._given.popitem(last=False)

    def _pass_over(self, what: str) -> None:
        self._reading.pass_over("otel", what)


def moment(nanoseconds: Any) -> Any:
    """A time of OTLP; what is none is given back, for the reject to quote."""
    count = as_integer(nanoseconds)
    if count is None or not 0 < count < 1 << 63:
        return None if count == 0 else nanoseconds
    return EPOCH + timedelta(microseconds=count // 1_000)


def _request_ids(span: Span) -> list[Any]:
    """Headers are attributes where a gateway is told to record them; each holds a list."""
    held = [span.attributes.get(f"http.{side}.header.x-request-id") for side in _SIDES]
    found = [each[0] if isinstance(each, list) and each else each for each in held]
    return [each for each in found if isinstance(each, str)]


def _latency(span: Span) -> int | None:
    start, end = moment(span.start), moment(span.end)
    if not isinstance(start, datetime) or not isinstance(end, datetime) or end < start:
        return None
    return round((end - start) / timedelta(milliseconds=1))


def _is_of_call(event: Event) -> bool:
    return event.name == DETAILS or event.name in MESSAGE_EVENTS
