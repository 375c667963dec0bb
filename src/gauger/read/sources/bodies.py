"""What the logs of raw requests and responses have in common, whichever API was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from gauger.read.sources.envelope import Envelope, envelope_fields, envelope_of
from gauger.read.sources.opening import LogFile
from gauger.read.sources.reading import Reading
from gauger.read.sources.source import Sample


class Bodies:
    """Records such as `{"request": {...}, "response": {...}}`, account and time beside them.

    One subclass per API says which bodies are its own and what they hold.
    """

    name: str
    cannot_fill: tuple[str, ...] = ()
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> int:
        """How many records hold bodies of this API."""
        return sum(self._is_own(envelope_of(record)) for record in sample)

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each record that names an account and a time."""
        for file in files:
            yield from reading.batches(reading.rows(file, self._record_fields))

    def _is_own(self, envelope: Envelope) -> bool:
        raise NotImplementedError

    def _body_fields(self, envelope: Envelope) -> dict[str, Any]:
        raise NotImplementedError

    def _record_fields(self, record: dict[str, Any], reading: Reading) -> dict[str, Any]:
        return self._fields(envelope_of(record), reading)

    def _fields(self, envelope: Envelope, reading: Reading) -> dict[str, Any]:
        fields = self._body_fields(envelope)
        if fields["request_model"] is None:
            fields["request_model"] = envelope.response.get("model")
        return fields | envelope_fields(envelope, reading)
