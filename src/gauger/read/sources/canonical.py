"""gauger's own format: canonical exchanges as Parquet or as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from gauger.model.exchange import EXCHANGE_SCHEMA, REQUIRED
from gauger.read.sources.columnar import read_columnar
from gauger.read.sources.opening import LogFile
from gauger.read.sources.paths import at
from gauger.read.sources.reading import Reading, Row
from gauger.read.sources.records import records
from gauger.read.sources.source import Sample


class Canonical:
    """Records whose keys are the canonical columns; unknown keys are ignored."""

    name = "canonical"
    cannot_fill: tuple[str, ...] = ()
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> bool:
        """Three of the required names, so that a log that forgot one is told which."""
        known = {field.name for field in EXCHANGE_SCHEMA}
        return any(
            sum(name in record for name in REQUIRED) >= 3 or len(known & record.keys()) >= 6
            for record in sample
        )

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """Columns as they are where the file has columns, else line by line."""
        for file in files:
            if file.codec == "parquet":
                yield from read_columnar(file, reading)
            else:
                names = {"account_id": reading.settings.account_field or "account_id"}
                yield from reading.batches(_rows(file, reading), names)


def _rows(file: LogFile, reading: Reading) -> Iterator[Row]:
    account_field = reading.settings.account_field
    for record in records(file, reading.rejects):
        fields = record.value
        if account_field is not None:
            fields["account_id"] = at(fields, account_field)
        yield file, record.place, fields, record.size
