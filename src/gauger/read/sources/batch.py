"""What the batches of every vendor have in common: two files, and a `custom_id` in both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from gauger.read.sources.batch_join import BatchShape, joined_rows
from gauger.read.sources.opening import LogFile
from gauger.read.sources.paths import mapping
from gauger.read.sources.reading import Reading
from gauger.read.sources.source import Sample


@dataclass(slots=True)
class Batch:
    """Batches of one vendor, who writes the two halves in a shape of its own."""

    name: str
    shape: BatchShape
    cannot_fill: tuple[str, ...] = ("conversation_id", "source_ip", "user_agent", "ja4")
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> int:
        """A `custom_id` beside a half, the whole call, or the batch object itself."""
        return sum(self._recognised(record) for record in sample)

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """One row for each request that has an answer, located at its request."""
        yield from reading.batches(joined_rows(files, reading, self.shape))

    def _recognised(self, record: Mapping[str, Any]) -> bool:
        requests = record.get("requests")
        if isinstance(requests, list) and requests:
            record = mapping(requests[0])
        half = self.shape.asked(record) is not None or self.shape.answered(record)
        return ("custom_id" in record and half) or self.shape.about(record)
