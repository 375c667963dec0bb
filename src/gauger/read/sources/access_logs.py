"""Access logs of gateways: no exchanges of their own, and the network side of others'."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from gauger.read.sources.coerce import as_number
from gauger.read.sources.gateway import Access, shared
from gauger.read.sources.network import address
from gauger.read.sources.opening import LogFile
from gauger.read.sources.paths import at, first, mapping
from gauger.read.sources.reading import Reading
from gauger.read.sources.records import records
from gauger.read.sources.source import Sample

_ENVOY_MARKS = (
    "downstream_remote_address", "downstream_local_address", "response_flags", "upstream_host",
    "upstream_cluster", "response_code_details", "x-envoy-origin-path", "x-request-id",
)  # fmt: skip
_KONG_MARKS = ("latencies", "client_ip", "started_at", "upstream_uri")


@dataclass(slots=True)
class AccessLog:
    """One gateway's log, a JSON object to a request; what the keys mean is its own."""

    name: str
    _recognised: Callable[[Mapping[str, Any]], bool]
    _identifiers: Callable[[Mapping[str, Any]], Sequence[Any]]
    _seen: Callable[[Mapping[str, Any], Reading], Access]
    cannot_fill: tuple[str, ...] = ()
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> int:
        """The gateway's own names."""
        return sum(self._recognised(record) for record in sample)

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """No rows: what is read waits for the exchanges of other logs."""
        yield from ()
        for file in files:
            for record in records(file, reading.rejects):
                if not self._recognised(record.value):
                    reason = f"not an access log record of format `{self.name}`"
                    reading.rejects.add(file.name, record.place, reason)
                    continue
                held = self._seen(record.value, reading)
                if reading.accesses.add(self._identifiers(record.value), held):
                    reading.accesses.formats.add(self.name)
                    reading.pass_over(self.name, "requests, read for the exchanges of other logs")
                else:
                    reason = "no request identifier, so it joins nothing"
                    reading.rejects.add(file.name, record.place, reason)


def _envoy_identifiers(record: Mapping[str, Any]) -> Sequence[Any]:
    return [shared(first(record, "x-request-id", "x_request_id", "request_id", "request.id"))]


def _envoy_seen(record: Mapping[str, Any], reading: Reading) -> Access:
    peer = shared(
        first(
            record,
            "downstream_remote_address",
            "downstream_remote_address_without_port",
            "source_ip",
            "client_ip",
        )
    )
    if peer is None:
        peer = shared(first(record, "x-forwarded-for", "x_forwarded_for"))
        if peer is not None:
            reading.asserted.add("source_ip")
    return Access(
        shared(address(peer, reading)),
        shared(first(record, "user-agent", "user_agent")),
        shared(first(record, "ja4", "tls_ja4", "tls_ja4_fingerprint", "ja4_fingerprint")),
        _whole(first(record, "duration", "duration_ms")),
    )


def _kong_identifiers(record: Mapping[str, Any]) -> Sequence[Any]:
    asked, answered = _headers(record, "request"), _headers(record, "response")
    return [
        at(record, "request.id"),
        asked.get("x-request-id"),
        answered.get("x-request-id"),
        answered.get("x-kong-request-id"),
    ]


def _kong_seen(record: Mapping[str, Any], reading: Reading) -> Access:
    headers = _headers(record, "request")
    ja4 = shared(first(headers, "x-ja4", "x-client-ja4"))
    if ja4 is not None:
        # Kong knows no TLS print itself; whoever ends TLS before it may set such a header, or
        # else the client.
        reading.asserted.add("ja4")
    return Access(
        shared(address(first(record, "client_ip"), reading)),
        shared(headers.get("user-agent")),
        ja4,
        _whole(first(record, "latencies.request")),
    )


def _headers(record: Mapping[str, Any], side: str) -> dict[str, Any]:
    held = mapping(at(record, f"{side}.headers"))
    return {str(name).lower(): value for name, value in held.items()}


def _whole(value: Any) -> int | None:
    number = as_number(value)
    return round(number) if number is not None and 0 <= number < 1e15 else None


def _marked(marks: Sequence[str], least: int) -> Callable[[Mapping[str, Any]], bool]:
    return lambda record: sum(mark in record for mark in marks) >= least


ENVOY: Final = AccessLog("envoy", _marked(_ENVOY_MARKS, 2), _envoy_identifiers, _envoy_seen)
KONG: Final = AccessLog("kong", _marked(_KONG_MARKS, 3), _kong_identifiers, _kong_seen)
