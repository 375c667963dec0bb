"""activity.parquet: what every account had done by a scan, for later ones of what changed."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.standing import ACTIVITY_SCHEMA
from gauger.tell.safely import whole_file


def write_activity(activity: pa.Table, path: Path) -> None:
    """Writes rows (ACTIVITY_SCHEMA), whole or not at all."""
    with whole_file(path) as file:
        pq.write_table(activity.cast(ACTIVITY_SCHEMA), file, compression="zstd")
