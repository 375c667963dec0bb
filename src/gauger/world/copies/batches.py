"""A batch of sketches in the words of a copy: what may be decided once is, for all copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gauger.world.copies.mixing import Mixing, Words
from gauger.world.copies.people import People
from gauger.world.copies.standing import FAMILIES, within

_OWN = ("exchange_key", "account_key", "conversation")
"""Columns whose values no two accounts share, let alone two copies."""


@dataclass(frozen=True, slots=True)
class _Prints:
    """The fingerprints of a column, flat, and which of them become another's; null is all."""

    array: pa.Array
    values: Words
    moves: NDArray[np.bool_] | None

    def copied(self, mixing: Mixing) -> pa.Array:
        """The column in a copy."""
        found = mixing.of(self.values)
        if self.moves is not None:
            found = np.where(self.moves, found, self.values)
        flat = pa.py_buffer(found)
        if not pa.types.is_list(self.array.type):
            return pa.Array.from_buffers(
                self.array.type, len(self.array), [self.array.buffers()[0], flat]
            )
        inner = pa.Array.from_buffers(pa.int64(), len(found), [None, flat])
        return pa.Array.from_buffers(
            self.array.type, len(self.array), self.array.buffers()[:2], children=[inner]
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of the world, ready to be copied; `account` are positions of accounts."""

    batch: pa.RecordBatch
    prints: Mapping[str, _Prints]
    account: NDArray[np.int64]
    organization: pa.Array

    def copied(self, mixing: Mixing, people: People) -> pa.RecordBatch:
        """The batch in a copy, whose accounts `people` are."""
        if mixing.copy == 0:
            return self.batch
        times = np.asarray(self.batch["time"].cast(pa.int64()).to_numpy(), np.int64)
        changed: dict[str, pa.Array] = {
            name: prints.copied(mixing) for name, prints in self.prints.items()
        }
        changed["account_id"] = people.ids.take(pa.array(self.account))
        changed["organization_id"] = people.organizations.take(self.organization)
        changed["time"] = pa.array(times + people.shift[self.account]).cast(
            self.batch.schema.field("time").type
        )
        return pa.RecordBatch.from_arrays(
            [changed.get(name, self.batch[name]) for name in self.batch.schema.names],
            schema=self.batch.schema,
        )


def ready(
    table: pa.Table, standing: Mapping[str, Words], accounts: pa.Array, organizations: pa.Array
) -> Batch:
    """A batch of the world with everything decided that is the same for every copy."""
    (batch,) = table.combine_chunks().to_batches()
    prints = {name: _Prints(batch[name], _values(batch[name]), None) for name in _OWN}
    for family, columns in FAMILIES.items():
        for name in columns:
            values = _values(batch[name])
            moves = ~within(values, standing[family])
            prints[name] = _Prints(batch[name], values, moves)
    account = pc.index_in(batch["account_id"], accounts)
    return Batch(
        batch,
        prints,
        np.asarray(account.to_numpy(), np.int64),
        pc.index_in(batch["organization_id"], organizations),
    )


def _values(array: pa.Array) -> Words:
    """The 64 bits of every value, whatever stands where a value is null."""
    flat = array.values if pa.types.is_list(array.type) else array
    data = np.frombuffer(flat.buffers()[1] or b"", np.uint64)
    return data[flat.offset : flat.offset + len(flat)]
