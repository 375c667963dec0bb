"""LiteLLM's own table of calls, `LiteLLM_SpendLogs`, as its proxy writes it to PostgreSQL.

Every version of the proxy has other columns: those that are there are read. What was asked is
in the stored request, and only where the operator lets the proxy store it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyarrow as pa

from gauger.model.errors import UnreadableInput
from gauger.read.sources import anthropic_shape, openai_shape
from gauger.read.sources.asked import ask
from gauger.read.sources.coerce import as_integer
from gauger.read.sources.gateway import REQUEST_IDS
from gauger.read.sources.genai_messages import parsed_or_none
from gauger.read.sources.jsontext import parse
from gauger.read.sources.litellm import REDACTED, answered, operation_of
from gauger.read.sources.network import address
from gauger.read.sources.paths import at, first, mapping
from gauger.read.sources.reading import Reading, Row
from gauger.read.sources.rejects import RejectedRecord
from gauger.read.sources.table_address import TableAddress
from gauger.read.sources.tables import LogTable, open_table
from gauger.read.sources.times import moment_of

NEEDED: Final = ("startTime", "request_id")
"""Columns of every version, which together put the rows in order; there is an index on both."""

COLUMNS: Final = (
    *NEEDED, "call_type", "api_key", "total_tokens", "prompt_tokens", "completion_tokens",
    "endTime", "request_duration_ms", "model", "model_group", "user", "team_id",
    "organization_id", "requester_ip_address", "session_id", "litellm_call_id", "status",
    "request_tags", "metadata", "messages", "response", "proxy_server_request",
)  # fmt: skip
_STRUCTURED: Final = (
    "metadata", "request_tags", "messages", "response", "proxy_server_request",
)  # fmt: skip
_NAMES: Final = {
    "exchange_id": "request_id",
    "time": "startTime",
    "account_id": "user",
    "request_model": "model",
}
_NO_CALL: Final = re.compile(
    r"^a?(list|get|delete|cancel|retrieve|update)_|file|vector_store|container|mcp|fine_tuning"
)
"""Types of calls that ask no model anything."""

_CUT: Final = re.compile(r"\.\.\. \(litellm_truncated.*?\) \.\.\.", re.DOTALL)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_AGENT: Final = "User-Agent: "
_SESSIONS: Final = (
    "litellm_session_id", "litellm_trace_id", "metadata.session_id", "metadata.trace_id",
)  # fmt: skip


class LiteLLMTable:
    """One row of the table to a call."""

    name = "litellm_table"
    cannot_fill: tuple[str, ...] = ("ja4",)
    asserted_by_client: tuple[str, ...] = ("conversation_id",)

    def open(self, index: int, where: TableAddress, account_field: str | None) -> LogTable:
        """Connects to the table. Raises UnreadableInput, MissingExtra."""
        chosen = [] if account_field is None else [account_field, account_field.partition(".")[0]]
        table = open_table(index, where, self.name, (*COLUMNS, *chosen), NEEDED)
        lacks = [each for each in (chosen or ["user", "api_key"]) if each in table.columns]
        if not lacks:
            table.close()
            problem = f"no column of it is `{chosen[-1] if chosen else 'user'}`"
            remedy = "name a column, or a path such as `metadata.NAME`, with `--account-field`"
            raise UnreadableInput(where.text, problem, remedy)
        return table

    def read(self, table: LogTable, reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each call, failed ones included; the database is let go of at the end."""
        names = dict(_NAMES)
        if reading.settings.account_field is not None:
            names["account_id"] = reading.settings.account_field
        try:
            yield from reading.batches(_rows(table, reading), names)
        finally:
            table.close()


LITELLM_TABLE: Final = LiteLLMTable()


def _rows(table: LogTable, reading: Reading) -> Iterator[Row]:
    for place, text in enumerate(table.texts(), start=1):
        try:
            record = parse(text)
            if _NO_CALL.search(str(record.get("call_type") or "")):
                reading.pass_over(table.format, "calls that ask no model anything")
                continue
            fields = _fields(record, reading)
        except RejectedRecord as rejected:
            reading.rejects.add(table.name, place, rejected.reason, rejected.field)
        else:
            yield table, place, fields, len(text)


def _fields(row: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    record = dict(row)
    for name in _STRUCTURED:
        if isinstance(record.get(name), str):
            # Some versions stored JSON as text, within JSON.
            found = parsed_or_none(record[name])
            record[name] = record[name] if found is None else found
    metadata = mapping(record.get("metadata"))
    body = mapping(record.get("proxy_server_request"))
    asked = _asked(record, body)
    fields = {**asked, **_answered(record, metadata)}
    _mend(fields, reading)
    return {
        **fields,
        "exchange_id": record.get("request_id"),
        REQUEST_IDS: [record.get("litellm_call_id"), metadata.get("litellm_call_id")],
        "time": record.get("startTime"),
        "account_id": _account(record, reading),
        "request_model": first(record, "model_group", "model"),
        "organization_id": first(record, "organization_id", "metadata.user_api_key_org_id")
        or first(record, "team_id", "metadata.user_api_key_team_id"),
        "credential_id": first(record, "api_key", "metadata.user_api_key"),
        "conversation_id": _session(record, body) or asked.get("conversation_id"),
        "operation": operation_of(record.get("call_type")),
        "source_ip": address(
            first(record, "requester_ip_address", "metadata.requester_ip_address"), reading
        ),
        "user_agent": first(metadata, "user_agent") or _tagged_agent(record.get("request_tags")),
        "status": _status(record),
        "latency_ms": _latency(record),
    }


def _account(record: Mapping[str, Any], reading: Reading) -> Any:
    chosen = reading.settings.account_field
    if chosen is not None:
        return at(record, chosen)
    user = first(record, "user")
    if user is None and first(record, "api_key") is not None:
        what = "calls by keys without a `user`, for which the key is the account"
        reading.pass_over(LiteLLMTable.name, what)
        return record["api_key"]
    return user


def _asked(record: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    if "system" in body:
        return anthropic_shape.request_fields(body)
    if body:
        return openai_shape.request_fields(body)
    # Of realtime sessions only the messages are stored.
    return ask(record.get("messages")) if record.get("messages") else {}


def _answered(record: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    fields = answered(record)
    more = mapping(metadata.get("additional_usage_values"))
    if fields["cached_tokens"] is None:
        fields["cached_tokens"] = first(
            more, "cache_read_input_tokens", "prompt_tokens_details.cached_tokens"
        )
    if fields["reasoning_tokens"] is None:
        fields["reasoning_tokens"] = first(more, "completion_tokens_details.reasoning_tokens")
    return fields


def _mend(fields: dict[str, Any], reading: Reading) -> None:
    """Takes LiteLLM's own words out of texts, which all accounts would have in common."""
    for name in ("prompt", "system", "response"):
        text = fields.get(name)
        if text == REDACTED:
            fields[name] = None
        elif isinstance(text, str):
            fields[name], cuts = _CUT.subn("\n", text)
            reading.pass_over(LiteLLMTable.name, "cuts that LiteLLM made in texts it stored", cuts)


def _session(record: Mapping[str, Any], body: Mapping[str, Any]) -> str | None:
    """A session that the client named: LiteLLM makes one up for each call that names none."""
    held = record.get("session_id")
    if not isinstance(held, str) or held == record.get("request_id"):
        return None
    named = held in (at(body, path) for path in _SESSIONS)
    return held if named or not _UUID.fullmatch(held) else None


def _tagged_agent(tags: Any) -> str | None:
    found = [
        tag.removeprefix(_AGENT)
        for tag in (tags if isinstance(tags, list) else ())
        if isinstance(tag, str) and tag.startswith(_AGENT)
    ]
    # LiteLLM tags a call with the agent's name alone as well.
    return max(found, key=len, default=None)


def _status(record: Mapping[str, Any]) -> int | None:
    if first(record, "status", "metadata.status") == "success":
        return 200
    return as_integer(first(record, "metadata.error_information.error_code"))


def _latency(record: Mapping[str, Any]) -> int | None:
    took = record.get("request_duration_ms")
    if took is not None:
        return as_integer(took)
    start, end = moment_of(record.get("startTime")), moment_of(record.get("endTime"))
    if start is None or end is None or end < start:
        return None
    return (end - start) // 1_000
