"""The logs of one scan: every file opened and its format known before the first row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from gauger.model.errors import InputError, NothingToRead, UnknownFormat, UnreadableInput
from gauger.model.manifest import MissingFields, PassedOver
from gauger.read.sources.columnar import check_columnar
from gauger.read.sources.jsontext import parse, without_stamp
from gauger.read.sources.litellm_table import LITELLM_TABLE
from gauger.read.sources.locating import REMEDY, Located, locate
from gauger.read.sources.opening import LogFile, open_file, text_chunks
from gauger.read.sources.otlp_file import is_binary
from gauger.read.sources.parquet_records import columns_of
from gauger.read.sources.pieces import pieces
from gauger.read.sources.reading import Reading
from gauger.read.sources.registry import SOURCES, columnar_source, source_for, source_named
from gauger.read.sources.rejects import RejectedRecord, Rejects
from gauger.read.sources.settings import InputFile, SourceSettings, Unfilled
from gauger.read.sources.table_address import names_table, parse_table
from gauger.read.sources.tables import LogTable
from gauger.read.sources.times import Clock

SAMPLE_RECORDS = 16
SAMPLE_PIECES = 1_000
SAMPLE_BYTES = 4 * 1024 * 1024
EMPTY = "empty"
"""Format of a file without a record."""

_JSON = frozenset({".json", ".jsonl", ".ndjson"})
_COMPRESSED = frozenset({".gz", ".zst", ".zstd"})


def open_logs(paths: Sequence[str], settings: SourceSettings, rejects: Rejects) -> Logs:
    """Find the files and tables that `paths` mean and the format of each.

    A file that was named and cannot be read raises `UnreadableInput` or `UnknownFormat`. One
    that was found in a folder or by a glob becomes a reject, unless nothing else is left.
    Raises `NothingToRead` where there is no file, or no record in any and nothing says that
    these are logs at all; an empty log of a quiet hour is a log.
    """
    if settings.format != "auto":
        source_named(settings.format)
    files: list[LogFile] = []
    refused: list[InputError] = []
    addresses = {parse_table(path): None for path in paths if names_table(path)}
    in_files = [path for path in paths if not names_table(path)]
    for located in locate(in_files, rejects.path) if in_files or not addresses else ():
        try:
            files.append(_open(len(files), located, settings))
        except (UnreadableInput, UnknownFormat) as error:
            if located.named:
                raise
            refused.append(error)
    if not addresses and all(file.format == EMPTY for file in files):
        if refused:
            raise refused[0]
        if settings.format == "auto" and not any(_named_as_log(file.path) for file in files):
            raise NothingToRead(paths[0], "it holds no record", REMEDY)
    for refusal in refused:
        rejects.add(refusal.path, 0, f"the file is left out: {refusal.problem}")
    tables = [
        LITELLM_TABLE.open(len(files) + number, address, settings.account_field)
        for number, address in enumerate(addresses)
    ]
    return Logs([*files, *tables], Reading(settings, rejects, Clock.at(settings.now)))


class Logs:
    """Everything a scan reads, as one stream of canonical exchanges."""

    def __init__(self, logs: Sequence[LogFile | LogTable], reading: Reading) -> None:
        self._logs = tuple(logs)
        self._files = tuple(log for log in logs if isinstance(log, LogFile))
        self._tables = tuple(log for log in logs if isinstance(log, LogTable))
        self._reading = reading
        self.bytes_total = sum(log.size for log in logs)

    @property
    def inputs(self) -> tuple[InputFile, ...]:
        """The files, then the tables, in order: `source_file` counts into this."""
        return tuple(
            InputFile(log.path, log.format, log.size, log.sha256)
            if isinstance(log, LogFile)
            else InputFile(log.name, log.format, 0, log.sha256, log.rows)
            for log in self._logs
        )

    @property
    def bytes_read(self) -> int:
        """Bytes on disk read so far, for progress; never falls."""
        return sum(log.bytes_read for log in self._logs)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Exchanges in `LOCATED_SCHEMA`; rejects are added as the rows go by. Once only."""
        for source in SOURCES.values():
            files = [file for file in self._files if file.format == source.name]
            if files:
                yield from source.read(files, self._reading)
        for table in self._tables:
            yield from LITELLM_TABLE.read(table, self._reading)
        self._tell_unmatched()
        for file in self._files:
            if file.format == EMPTY:
                for _ in text_chunks(file):
                    pass

    def missing(self) -> tuple[MissingFields, ...]:
        """Linking fields that each format at hand can never fill, and that no gateway gave it."""
        given = self._reading.accesses.given
        found = (
            MissingFields(
                source.name,
                tuple(name for name in source.cannot_fill if not given[source.name, name]),
            )
            for source in self._sources()
        )
        return tuple(missing for missing in found if missing.fields)

    def asserted_by_client(self) -> tuple[str, ...]:
        """Canonical fields whose values, in these logs, the client itself chooses.

        What shows only in the records, such as a forwarded address, is known after reading.
        """
        declared = {name for source in self._sources() for name in source.asserted_by_client}
        return tuple(sorted(declared | self._reading.asserted))

    def passed_over(self) -> tuple[PassedOver, ...]:
        """Records that these logs hold beside exchanges, by kind; known after reading."""
        return tuple(
            PassedOver(name, what, records)
            for (name, what), records in sorted(self._reading.passed.items())
        )

    def unfilled(self) -> tuple[Unfilled, ...]:
        """Values that were there, could not be understood and were left null, by column."""
        return tuple(
            Unfilled(name, values) for name, values in sorted(self._reading.unfilled.items())
        )

    def _tell_unmatched(self) -> None:
        accesses = self._reading.accesses
        if accesses.formats:
            name = ", ".join(sorted(accesses.formats))
            what = "identifiers of requests at a gateway that no exchange has"
            self._reading.pass_over(name, what, accesses.unmatched)

    def _sources(self) -> list[Any]:
        present = {file.format for file in self._files}
        found: list[Any] = [source for name, source in SOURCES.items() if name in present]
        return [*found, LITELLM_TABLE] if self._tables else found


def _open(index: int, located: Located, settings: SourceSettings) -> LogFile:
    file = open_file(index, located.path, named=located.named)
    if file.codec == "parquet":
        source = columnar_source(columns_of(file), settings.format)
        if source is None:
            problem = f"it is Parquet, and not as format `{settings.format}` has it"
            raise UnreadableInput(file.path, problem, "leave the format to be found")
        file.format = source.name
        if file.format == "canonical":
            check_columnar(file, settings)
        return file
    if file.codec != "plain" and _holds_parquet(file):
        raise UnreadableInput(file.path, f"it is Parquet inside {file.codec}", "decompress it")
    if is_binary(file):
        if settings.format not in ("auto", "otel"):
            problem = f"it is OTLP in protobuf, which format `{settings.format}` never is"
            raise UnreadableInput(file.path, problem, "leave the format to be found")
        file.format = "otel"
        return file
    sample, blank = _sample(file)
    if blank:
        file.format = EMPTY
    elif settings.format != "auto":
        file.format = settings.format
    else:
        file.format = source_for(file.path, sample).name
    return file


def _named_as_log(path: Path) -> bool:
    """Whether a name says that a file without a record is a log of which nothing came."""
    name = path.with_suffix("") if path.suffix.lower() in _COMPRESSED else path
    return name.suffix.lower() in _JSON


def _holds_parquet(file: LogFile) -> bool:
    return next(text_chunks(file, peek=True), b"").startswith(b"PAR1")


def _sample(file: LogFile) -> tuple[list[dict[str, Any]], bool]:
    """The first objects of a file, and whether it holds nothing at all."""
    sample: list[dict[str, Any]] = []
    taken = 0
    blank = True
    for number, piece in enumerate(pieces(text_chunks(file, peek=True))):
        blank = False
        text = piece.text or b""
        taken += len(text)
        try:
            value = parse(without_stamp(text))
        except RejectedRecord:
            value = None
        found = value if isinstance(value, list) else [value]
        sample.extend(item for item in found if isinstance(item, dict))
        enough = len(sample) >= SAMPLE_RECORDS or (sample and taken > SAMPLE_BYTES)
        if enough or number >= SAMPLE_PIECES:
            break
    # A file cut within its first compressed block is broken, not empty.
    return sample[:SAMPLE_RECORDS], blank and file.break_reason is None
