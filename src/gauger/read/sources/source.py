"""What a log format must offer to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa

from gauger.read.sources.opening import LogFile
from gauger.read.sources.reading import Reading

Sample = Sequence[Mapping[str, Any]]
"""The first objects of a file."""


class Source(Protocol):
    """One log format; its file is named after it."""

    name: str
    """What `--format` calls it."""
    cannot_fill: tuple[str, ...]
    """Linking fields that its records never hold."""
    asserted_by_client: tuple[str, ...]
    """Canonical fields whose value the client itself chooses, in every record."""

    def recognises(self, sample: Sample) -> int:
        """How many records of `sample` look like this format's."""

    def read(self, files: Sequence[LogFile], reading: Reading) -> Iterator[pa.RecordBatch]:
        """Rows of `files`, in the located schema; whatever is not a row becomes a reject."""
