"""Columns that came later: a lake of an earlier gauger gets them before it gets sketches."""

from __future__ import annotations

import pyarrow as pa
from pyiceberg.exceptions import CommitFailedException

from gauger.model.errors import LakeError
from gauger.read.lake.catalog import Lake, guarded
from gauger.read.lake.table import absent

_TRIES = 10


def add_absent_columns(lake: Lake) -> None:
    """Gives a lake the columns of a sketch that it lacks; they are null in what it holds.

    Columns that it has beyond those are left as they are. Raises LakeError.
    """
    for _ in range(_TRIES):
        missing = absent(lake.table.schema())
        if not missing:
            return
        try:
            with guarded(lake.address), lake.table.update_schema() as update:
                update.union_by_name(pa.schema(list(missing)))
        except CommitFailedException:
            lake.refresh()
    raise LakeError(lake.name, "others keep changing it", "run the same command again")
