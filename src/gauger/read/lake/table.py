"""The Iceberg table that sketches lie in: its columns, its day partitions, its properties."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform
from pyiceberg.types import (
    BooleanType,
    IcebergType,
    IntegerType,
    ListType,
    LongType,
    NestedField,
    StringType,
    TimestamptzType,
)

from gauger.model.exchange import TIME
from gauger.model.sketch import FINGERPRINTS, SKETCH_SCHEMA

KEY_CHECK: Final = "gauger.key-check"
SKETCH_VERSION: Final = "gauger.sketch-version"
NEXT_LOG: Final = "gauger.next-log"
"""Number that the next log gets; logs are numbered through, so that a sketch names its own."""

OPERATION: Final = "gauger.operation"
LOADS: Final = "gauger.loads"
"""In a snapshot's summary: where the loads lie that it holds; in the table's properties: the
last ones."""

PARTITION: Final = "time_day"

PROPERTIES: Final = {
    # A commit that lost a race is made again from what won it, which only the writer can do.
    "commit.retry.num-retries": "0",
    "commit.manifest-merge.enabled": "true",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "50",
    # Fingerprints have no order worth keeping; scans leave out files by their time alone.
    "write.metadata.metrics.default": "none",
    "write.metadata.metrics.column.time": "full",
}

_PLAIN: Final[dict[pa.DataType, IcebergType]] = {
    pa.int64(): LongType(),
    pa.int32(): IntegerType(),
    pa.string(): StringType(),
    pa.bool_(): BooleanType(),
    TIME: TimestamptzType(),
}
_ELEMENTS: Final = 1000
"""Field ids of list elements begin here, out of the way of the columns."""


def table_schema() -> Schema:
    """A sketch's columns as Iceberg has them."""
    return Schema(
        *(
            NestedField(number, field.name, _type(field.type, number), required=False)
            for number, field in enumerate(SKETCH_SCHEMA, start=1)
        )
    )


def day_partitions(schema: Schema) -> PartitionSpec:
    """One partition per UTC day."""
    time = schema.find_field("time").field_id
    return PartitionSpec(PartitionField(time, 1000, DayTransform(), PARTITION))


def arrow_schema(schema: Schema) -> pa.Schema:
    """Columns as Parquet files of the table have them, with the field ids readers go by."""
    return pa.schema([field.with_type(_small(field.type)) for field in schema_to_pyarrow(schema)])


def own_columns(schema: Schema) -> pa.Schema:
    """The same without columns that a later gauger added, which a load of this one leaves out."""
    return pa.schema([field for field in arrow_schema(schema) if field.name in SKETCH_SCHEMA.names])


def absent(schema: Schema) -> tuple[pa.Field, ...]:
    """Columns of a sketch that a table lacks, as one made by an earlier gauger may."""
    held = {field.name for field in schema.fields}
    return tuple(field for field in SKETCH_SCHEMA if field.name not in held)


def unlike(schema: Schema) -> tuple[str, ...]:
    """Columns of a sketch that a table holds in a type that cannot be read as one's own."""
    held = {field.name: field.type for field in arrow_schema(schema)}
    return tuple(
        f"column `{field.name}` is {held[field.name]}, expected {field.type}"
        for field in SKETCH_SCHEMA
        if field.name in held and not _readable(held[field.name], field.type)
    )


def _readable(found: pa.DataType, wanted: pa.DataType) -> bool:
    if pa.types.is_list(found) and pa.types.is_list(wanted):
        return _readable(found.value_type, wanted.value_type)
    return bool(found.equals(wanted)) or (found, wanted) == (pa.int32(), pa.int64())


def _type(kind: pa.DataType, number: int) -> IcebergType:
    if kind.equals(FINGERPRINTS):
        return ListType(_ELEMENTS + number, LongType(), element_required=True)
    return _PLAIN[kind]


def _small(kind: pa.DataType) -> pa.DataType:
    # PyIceberg prefers types for columns of more than two gigabytes; row groups hold far less.
    if pa.types.is_large_string(kind):
        return pa.string()
    if pa.types.is_large_list(kind):
        return pa.list_(kind.value_field)
    return kind
