"""AWS Bedrock's model invocation logs, with CloudTrail's events of the same requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from gauger.read.sources.bedrock_shape import request_fields, response_fields
from gauger.read.sources.cloudtrail import SERVICE, Caller, caller_of, events_of, is_trail
from gauger.read.sources.coerce import as_integer
from gauger.read.sources.envelope import body_of
from gauger.read.sources.jsontext import parse
from gauger.read.sources.opening import LogFile
from gauger.read.sources.paths import at, first, mapping
from gauger.read.sources.reading import Reading, Row
from gauger.read.sources.records import Record, first_record, records
from gauger.read.sources.rejects import RejectedRecord
from gauger.read.sources.source import Sample

SCHEMA = "ModelInvocationLog"
_NAMES = {
    "exchange_id": "requestId",
    "time": "timestamp",
    "account_id": "identity.arn",
    "request_model": "modelId",
}
_STATUS = {
    "ValidationException": 400, "ServiceQuotaExceededException": 400,
    "AccessDeniedException": 403, "ResourceNotFoundException": 404, "ModelTimeoutException": 408,
    "ModelErrorException": 424, "ModelStreamErrorException": 424, "ThrottlingException": 429,
    "ModelNotReadyException": 429, "InternalServerException": 500,
    "ServiceUnavailableException": 503,
}  # fmt: skip
"""Statuses that the runtime's API documents for its errors."""


class Bedrock:
    """Invocations as S3 and CloudWatch keep them; CloudTrail says from where they came."""

    name = "bedrock"
    cannot_fill: tuple[str, ...] = ("conversation_id", "ja4")
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> int:
        """Invocations, bare or as CloudWatch wraps them, and CloudTrail's files."""
        return sum(
            _is_invocation(record) or is_trail(record) or _wraps_invocations(record)
            for record in sample
        )

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each invocation; CloudTrail's files are read first."""
        trails = [file for file in files if is_trail(first_record(file))]
        names = dict(_NAMES)
        if reading.settings.account_field is not None:
            names["account_id"] = reading.settings.account_field
        rows = _OneScan(reading).rows([*trails, *(file for file in files if file not in trails)])
        yield from reading.batches(rows, names)


class _OneScan:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._callers: dict[str, Caller] = {}

    def rows(self, files: Sequence[LogFile]) -> Iterator[Row]:
        for file in files:
            for record in records(file, self._reading.rejects):
                yield from self._record(file, record)
        if self._callers:
            what = "CloudTrail events of requests that no invocation log holds"
            self._pass_over(what, len(self._callers))

    def _record(self, file: LogFile, record: Record) -> Iterator[Row]:
        if is_trail(record.value):
            for event in events_of(record.value):
                self._keep(file, record.place, event)
            return
        wrapped = _messages(record.value)
        if wrapped == [] or record.value.get("messageType") == "CONTROL_MESSAGE":
            self._pass_over("batches of CloudWatch without a log event", 1)
            return
        for value in [record.value] if wrapped is None else wrapped:
            try:
                held = _unwrapped(value)
                if not _is_invocation(held):
                    raise RejectedRecord(f"`schemaType` is not `{SCHEMA}`", "schemaType")
                fields = self._fields(held)
            except RejectedRecord as rejected:
                reason, field = rejected.reason, rejected.field
                self._reading.rejects.add(file.name, record.place, reason, field)
            else:
                yield file, record.place, fields, record.size // max(len(wrapped or ()), 1)

    def _keep(self, file: LogFile, place: int, event: Any) -> None:
        if not isinstance(event, dict):
            reason = "a CloudTrail event is not an object"
            self._reading.rejects.add(file.name, place, reason, "Records")
            return
        identity = event.get("requestID")
        if event.get("eventSource") != SERVICE or not isinstance(identity, str):
            self._pass_over("CloudTrail events of other services", 1)
            return
        if identity in self._callers:
            self._pass_over("CloudTrail events read before", 1)
        self._callers[identity] = caller_of(event)

    def _fields(self, record: Mapping[str, Any]) -> dict[str, Any]:
        request = body_of(at(record, "input.inputBodyJson"))
        answer = _answer_of(at(record, "output.outputBodyJson"))
        for path in ("input.inputBodyS3Path", "output.outputBodyS3Path"):
            if first(record, path) is not None:
                what = f"bodies in S3 objects of their own (`{path}`), whose text was not read"
                self._pass_over(what, 1)
        identity = record.get("requestId")
        caller = self._callers.pop(identity, None) if isinstance(identity, str) else None
        if caller is not None:
            self._pass_over("CloudTrail events joined with their invocation", 1)
        operation = str(record.get("operation"))
        fields = {
            "operation": "chat",
            **request_fields(request, operation),
            **response_fields(answer),
            **_counted(record),
            "exchange_id": identity,
            "time": record.get("timestamp"),
            "account_id": self._account(record, caller),
            "organization_id": first(record, "accountId"),
            "request_model": _model(record.get("modelId")),
            "stream": operation.endswith("Stream"),
            "status": _status(record, answer),
        }
        if "embed" in str(record.get("modelId")):
            fields["operation"] = "embeddings"
        if caller is not None:
            fields["source_ip"] = caller.source_ip
            fields["user_agent"] = caller.user_agent
            fields["credential_id"] = caller.credential
        return fields

    def _account(self, record: Mapping[str, Any], caller: Caller | None) -> Any:
        chosen = self._reading.settings.account_field
        if chosen is not None:
            return at(record, chosen)
        principal = first(record, "identity.arn")
        if principal is None and caller is not None:
            principal = caller.principal
        if principal is None:
            principal = first(record, "accountId")
        return _without_session(principal)

    def _pass_over(self, what: str, count: int) -> None:
        self._reading.pass_over("bedrock", what, count)


def _is_invocation(record: Mapping[str, Any]) -> bool:
    return record.get("schemaType") == SCHEMA


def _wraps_invocations(record: Mapping[str, Any]) -> bool:
    text = next(iter(_messages(record) or ()), None)
    return isinstance(text, str) and SCHEMA in text


def _messages(record: Mapping[str, Any]) -> list[Any] | None:
    """Log events as CloudWatch gives them to a subscription, or to who asks its API."""
    if isinstance(record.get("message"), str):
        return [record["message"]]
    held = first(record, "logEvents", "events")
    if not isinstance(held, list):
        return None
    return [at(event, "message") for event in held]


def _unwrapped(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        value = parse(value.encode("utf-8", "replace"))
    if not isinstance(value, dict):
        raise RejectedRecord("a log event holds no object", "message")
    return value


def _answer_of(value: Any) -> Any:
    """A response body, which may be text, or the list of a stream's events."""
    if isinstance(value, str):
        try:
            return parse(value.encode("utf-8", "replace"))
        except RejectedRecord:
            return None
    return value


def _counted(record: Mapping[str, Any]) -> dict[str, Any]:
    held = mapping(record.get("input"))
    # Bedrock counts what a cache served or took in apart from the rest of the input.
    parts = [
        as_integer(held.get(name))
        for name in ("inputTokenCount", "cacheReadInputTokenCount", "cacheWriteInputTokenCount")
    ]
    known = parts[0] is not None and parts[0] >= 0
    return {
        "input_tokens": sum(part for part in parts if part and part > 0) if known else None,
        "output_tokens": at(record, "output.outputTokenCount"),
        "cached_tokens": held.get("cacheReadInputTokenCount"),
    }


def _model(value: Any) -> Any:
    """The model's own name, where an ARN holds it."""
    if isinstance(value, str) and value.startswith("arn:"):
        # After the region and the account; a model's name holds colons of its own.
        kind, _, name = value.split(":", 5)[-1].partition("/")
        return name if kind in ("foundation-model", "inference-profile") and name else value
    return value


def _without_session(principal: Any) -> Any:
    """An assumed role without the name of the session: one caller has any number of those."""
    if isinstance(principal, str) and ":assumed-role/" in principal:
        head, _, rest = principal.partition(":assumed-role/")
        return f"{head}:assumed-role/{rest.partition('/')[0]}"
    return principal


def _status(record: Mapping[str, Any], answer: Any) -> int | None:
    error = first(record, "errorCode")
    if error is not None:
        return _STATUS.get(error) if isinstance(error, str) else None
    status = as_integer(record.get("status"))
    return status if status is not None else (200 if answer else None)
