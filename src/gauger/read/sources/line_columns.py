"""Columns of JSON lines that are as they should be, by one pass of a kernel over their bytes.

It gives what Arrow's reader gives for the same lines in a fifth of the time, because it knows the
columns beforehand; where it does not understand a block, it says so and nothing more.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.model.exchange import EXCHANGE_SCHEMA, TIME
from gauger.read.sources import line_kernel as kernel
from gauger.read.sources.times import column_from

_KINDS: Final = {
    pa.string(): kernel.TEXT, TIME: kernel.TEXT, pa.int64(): kernel.WHOLE,
    pa.int32(): kernel.NARROW, pa.float64(): kernel.DECIMAL, pa.bool_(): kernel.FLAG,
}  # fmt: skip
_NAMES: Final = [name.encode() for name in EXCHANGE_SCHEMA.names]
_NAME_BYTES: Final = np.frombuffer(b"".join(_NAMES), np.uint8)
_NAME_ENDS: Final = np.cumsum([len(name) for name in _NAMES]).astype(np.int32)
_SLOTS: Final = kernel.slots_of(_NAMES)
_KIND_OF: Final = np.array([_KINDS[field.type] for field in EXCHANGE_SCHEMA], np.int8)


def columns_of(block: NDArray[np.uint8], rows: int) -> dict[str, pa.Array] | None:
    """The canonical columns of `rows` whole lines; null where any of them is not plain.

    Raises pyarrow's errors for bytes that are no UTF-8.
    """
    if not rows or block[0] != ord("{"):
        return None
    count = len(_NAMES)
    valid = np.zeros((count, rows), np.uint8)
    begins = np.empty((count, rows), np.int32)
    ends = np.empty((count, rows), np.int32)
    numbers = np.zeros((count, rows), np.int64)
    decimals = np.zeros((count, rows), np.float64)
    if not kernel.find_values(
        block, _NAME_BYTES, _NAME_ENDS, _SLOTS, _KIND_OF, valid, begins, ends, numbers, decimals
    ):
        return None
    # Once for all texts, and for what is passed over beside them.
    _whole_text(block).validate(full=True)
    columns: dict[str, pa.Array] = {}
    for number, field in enumerate(EXCHANGE_SCHEMA):
        given = valid[number]
        if not given.any():
            columns[field.name] = pa.nulls(rows, field.type)
        elif _KIND_OF[number] == kernel.TEXT:
            texts = _texts(block, given, begins[number], ends[number])
            if texts is None:
                return None
            columns[field.name] = column_from(texts) if field.name == "time" else texts
        else:
            values = decimals if _KIND_OF[number] == kernel.DECIMAL else numbers
            columns[field.name] = _values(values[number], given, field.type)
    return columns


def _texts(
    block: NDArray[np.uint8],
    given: NDArray[np.uint8],
    begins: NDArray[np.int32],
    ends: NDArray[np.int32],
) -> pa.Array | None:
    held = int(np.subtract(ends, begins, dtype=np.int64).sum(where=given > 0))
    offsets = np.empty(len(given) + 1, np.int32)
    data = np.empty(held, np.uint8)
    size = kernel.gather(block, given, begins, ends, offsets, data)
    if size < 0:
        return None
    buffers = [_bitmap(given), pa.py_buffer(offsets), pa.py_buffer(data[:size])]
    return pa.Array.from_buffers(pa.string(), len(given), buffers)


def _values(values: NDArray[np.generic], given: NDArray[np.uint8], kind: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(kind):
        bits = pa.py_buffer(np.packbits(values != 0, bitorder="little"))
        return pa.Array.from_buffers(kind, len(given), [_bitmap(given), bits])
    # A copy, for the table that it is a row of is not to be kept alive by it.
    own = values.astype(kind.to_pandas_dtype(), copy=True)
    return pa.Array.from_buffers(kind, len(given), [_bitmap(given), pa.py_buffer(own)])


def _bitmap(given: NDArray[np.uint8]) -> pa.Buffer | None:
    return None if given.all() else pa.py_buffer(np.packbits(given > 0, bitorder="little"))


def _whole_text(block: NDArray[np.uint8]) -> pa.Array:
    ends = np.array([0, len(block)], np.int32)
    return pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(ends), pa.py_buffer(block)])
