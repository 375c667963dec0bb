"""Canonical Parquet to record batches, column by column and never row by row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gauger.model.errors import UnreadableInput
from gauger.model.exchange import EXCHANGE_SCHEMA, LOCATED_SCHEMA, REQUIRED
from gauger.read.sources import checking
from gauger.read.sources.coerce import column as coerced
from gauger.read.sources.opening import LogFile, hash_whole, unreadable
from gauger.read.sources.reading import Reading
from gauger.read.sources.settings import BATCH_BYTES, SourceSettings
from gauger.read.sources.times import column_from

REMEDY = "write the file again with the canonical columns"
BUFFER = 1 << 20
PROBE_ROWS = 128


def check_columnar(file: LogFile, settings: SourceSettings) -> None:
    """Whether a Parquet file can be read at all, before anything is; else `UnreadableInput`."""
    with open_parquet(file) as parquet:
        _columns_of(file, parquet, settings)


def read_columnar(file: LogFile, reading: Reading) -> Iterator[pa.RecordBatch]:
    """Rows of one file; a row group that cannot be decoded costs its own rows only."""
    with open_parquet(file) as parquet:
        named = _columns_of(file, parquet, reading.settings)
        metadata = parquet.metadata
        begin, end = file.row_groups or (0, metadata.num_row_groups)
        done = sum(metadata.row_group(group).num_rows for group in range(begin))
        for group in range(begin, end):
            held = metadata.row_group(group)
            first = done
            try:
                for batch in _raw_batches(parquet, group, list(named.values()), reading):
                    found = {name: batch.column(own) for name, own in named.items()}
                    yield from _located(file, found, batch.num_rows, done + 1, named, reading)
                    done += batch.num_rows
                    file.bytes_read = file.size * done // max(metadata.num_rows, 1)
            except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
                # Damage shows in many ways, in a name that is no UTF-8 for one.
                lost = held.num_rows - (done - first)
                reading.rejects.add(
                    file.name,
                    done + 1,
                    f"row group {group + 1} of {metadata.num_row_groups} is corrupt "
                    f"({type(error).__name__}): its last {lost} rows are lost",
                )
                done = first + held.num_rows
    file.bytes_read = file.size
    # Once is enough, whoever else reads other row groups.
    if begin == 0:
        hash_whole(file)


def open_parquet(file: LogFile) -> pq.ParquetFile:
    """A Parquet file, opened; raises `UnreadableInput`."""
    try:
        return pq.ParquetFile(file.path, buffer_size=BUFFER, pre_buffer=False)
    except OSError as error:
        # Arrow reports a damaged footer as an OSError without a number.
        if error.errno is None:
            raise UnreadableInput(file.path, "the Parquet file is corrupt", REMEDY) from error
        raise unreadable(file.path, error) from error
    except (pa.ArrowException, ValueError, OverflowError) as error:
        raise UnreadableInput(file.path, "the Parquet file is corrupt", REMEDY) from error


def _columns_of(file: LogFile, parquet: pq.ParquetFile, settings: SourceSettings) -> dict[str, str]:
    """The file's own name for each canonical column that it has."""
    try:
        schema = parquet.schema_arrow
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableInput(file.path, "the Parquet schema is corrupt", REMEDY) from error
    named = {field.name: field.name for field in EXCHANGE_SCHEMA if field.name in schema.names}
    if settings.account_field is not None:
        if settings.account_field not in schema.names:
            problem = f"it has no column `{settings.account_field}` to take the account from"
            raise UnreadableInput(file.path, problem, "correct the account field")
        named["account_id"] = settings.account_field
    missing = [f"`{name}`" for name in REQUIRED if name not in named]
    if missing:
        have = ", ".join(f"`{name}`" for name in schema.names[:12]) or "none"
        problem = f"required columns are missing: {', '.join(missing)}; it has {have}"
        raise UnreadableInput(file.path, problem, REMEDY)
    for name, own in named.items():
        if len(schema.get_all_field_indices(own)) > 1:
            raise UnreadableInput(file.path, f"column `{own}` is there twice", REMEDY)
        found = schema.field(own).type
        wanted = EXCHANGE_SCHEMA.field(name).type
        if not _convertible(found, wanted):
            problem = f"column `{own}` is {found}, expected {wanted}"
            raise UnreadableInput(file.path, problem, REMEDY)
    return named


def _convertible(found: pa.DataType, wanted: pa.DataType) -> bool:
    if isinstance(found, pa.BaseExtensionType):
        # Identifiers are kept as UUIDs, and tools as JSON, by engines that have such types.
        return bool(pa.types.is_string(wanted))
    if pa.types.is_dictionary(found):
        found = found.value_type
    if pa.types.is_null(found) or _is_text(found):
        return True
    number = pa.types.is_integer(found) or pa.types.is_floating(found)
    number = number or pa.types.is_decimal(found)
    if pa.types.is_timestamp(wanted):
        return bool(number or pa.types.is_timestamp(found) or pa.types.is_date(found))
    if pa.types.is_boolean(wanted):
        return bool(pa.types.is_boolean(found) or pa.types.is_integer(found))
    return bool(number)


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def _raw_batches(
    parquet: pq.ParquetFile, group: int, columns: list[str], reading: Reading
) -> Iterator[pa.RecordBatch]:
    held = parquet.metadata.row_group(group)
    size = held.total_byte_size // max(held.num_rows, 1)
    if held.num_rows > PROBE_ROWS:
        # A long system text that recurs takes next to nothing in a dictionary, and its full
        # length in a batch, so what rows come to is measured on the first of them.
        probe = next(
            parquet.iter_batches(PROBE_ROWS, row_groups=[group], columns=columns, use_threads=False)
        )
        size = max(size, probe.nbytes // PROBE_ROWS)
    rows = max(1, min(reading.settings.batch_rows, BATCH_BYTES // max(size, 1)))
    return iter(parquet.iter_batches(rows, row_groups=[group], columns=columns, use_threads=False))


def _located(
    file: LogFile,
    found: dict[str, pa.Array],
    rows: int,
    first_row: int,
    named: dict[str, str],
    reading: Reading,
) -> Iterator[pa.RecordBatch]:
    columns = checking.empty_columns(rows)
    undecodable: dict[int, str] = {}
    for name, array in found.items():
        columns[name] = _cast(name, array, undecodable, reading)
    reading.accesses.fill_columns(columns, file.format)
    checking.tidy(columns, reading.fill_failed)
    columns["source_file"] = pa.repeat(pa.scalar(file.index, pa.int32()), rows)
    columns["source_row"] = pa.array(range(first_row, first_row + rows), pa.int64())
    mask = checking.usable(columns, reading.clock)
    if undecodable:
        mask = pc.and_(mask, pa.array([place not in undecodable for place in range(rows)]))
    batch = pa.RecordBatch.from_arrays(list(columns.values()), schema=LOCATED_SCHEMA)
    bad = checking.bad_rows(mask)
    for place in bad:
        if place in undecodable:
            own, problem = undecodable[place], "holds invalid UTF-8"
        else:
            row = {name: array.slice(place, 1) for name, array in found.items()}
            name, problem = checking.reason(partial(_value, row), reading.clock)
            own = named[name]
        reading.rejects.add(file.name, first_row + place, f"`{own}` {problem}", own)
    if bad:
        batch = batch.filter(mask)
    if batch.num_rows:
        yield from checking.slices(batch, BATCH_BYTES)


def _cast(name: str, array: pa.Array, undecodable: dict[int, str], reading: Reading) -> pa.Array:
    wanted = EXCHANGE_SCHEMA.field(name)
    if isinstance(array.type, pa.BaseExtensionType):
        array = _plain(array)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if _is_text(array.type):
        array = _as_string(name, array, undecodable)
    if name == "time":
        return column_from(array)
    if array.type == wanted.type:
        return array
    try:
        return array.cast(wanted.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        values, lost = coerced(array.to_pylist(), wanted)
        reading.fill_failed(name, lost)
        return values


def _plain(array: pa.ExtensionArray) -> pa.Array:
    if _is_text(array.storage.type):
        return array.storage
    return pa.array([None if value is None else str(value) for value in array.to_pylist()])


def _as_string(name: str, array: pa.Array, undecodable: dict[int, str]) -> pa.Array:
    """The text as `string`, with rows noted whose bytes are no UTF-8: Arrow lets them in."""
    try:
        texts = array.cast(pa.string())
        texts.validate(full=True)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        raw = array.cast(pa.large_binary()).to_pylist()
        decoded: list[str | None] = []
        for place, value in enumerate(raw):
            try:
                decoded.append(None if value is None else value.decode("utf-8"))
            except UnicodeDecodeError:
                undecodable.setdefault(place, name)
                decoded.append(None)
        return pa.array(decoded, pa.string())
    return texts


def _value(row: dict[str, pa.Array], name: str) -> Any:
    array = row[name]
    try:
        if pa.types.is_timestamp(array.type) and array.type.unit == "ns":
            # Python's own datetime has no nanoseconds.
            array = array.cast(pa.timestamp("us", array.type.tz), safe=False)
        return array[0].as_py()
    except (UnicodeDecodeError, ValueError, OverflowError):
        if not pa.types.is_temporal(array.type):
            return None
        return array.view(pa.int32() if array.type.bit_width == 32 else pa.int64())[0].as_py()
