"""gauger's own format: canonical exchanges as Parquet or as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa

from gauger.model.exchange import REQUIRED
from gauger.read.sources.columnar import read_columnar
from gauger.read.sources.gateway import REQUEST_IDS
from gauger.read.sources.json_lines import read_json_lines
from gauger.read.sources.opening import LogFile
from gauger.read.sources.paths import at
from gauger.read.sources.reading import Reading
from gauger.read.sources.source import Sample


class Canonical:
    """Records whose keys are the canonical columns; unknown keys are ignored."""

    name = "canonical"
    cannot_fill: tuple[str, ...] = ()
    asserted_by_client: tuple[str, ...] = ()

    def recognises(self, sample: Sample) -> int:
        """Three of the required names, so that a log that forgot one is told which."""
        return sum(sum(name in record for name in REQUIRED) >= 3 for record in sample)

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """Columns as they are where the file has columns, else line by line."""
        for columnar, group in groupby(files, lambda file: file.codec == "parquet"):
            if not columnar and reading.settings.account_field is None and not reading.accesses:
                yield from read_json_lines(tuple(group), reading, _fields)
                continue
            for file in group:
                if columnar:
                    yield from read_columnar(file, reading)
                else:
                    names = {"account_id": reading.settings.account_field or "account_id"}
                    yield from reading.batches(reading.rows(file, _fields), names)


def _fields(record: dict[str, Any], reading: Reading) -> dict[str, Any]:
    chosen = reading.settings.account_field
    if reading.accesses:
        record = {**record, REQUEST_IDS: [record.get("request_id")]}
    return record if chosen is None else {**record, "account_id": at(record, chosen)}
