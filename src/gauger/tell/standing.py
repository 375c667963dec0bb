"""activity.parquet, days.parquet and compared.parquet: what a later scan of what changed needs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.standing import ACTIVITY_SCHEMA, DAYS_SCHEMA, Standing
from gauger.tell.safely import whole_file


def write_standing(standing: Standing, activity: Path, days: Path, compared: Path) -> None:
    """Writes each file whole or not at all; sketches that lie in a file already are linked where
    that can be done, else copied."""
    _write(standing.activity.cast(ACTIVITY_SCHEMA), activity)
    _write(standing.days.cast(DAYS_SCHEMA), days)
    held = standing.compared
    if isinstance(held, pa.Table):
        _write(held, compared)
    elif held is not None:
        _same_file(held, compared)


def _write(rows: pa.Table, path: Path) -> None:
    with whole_file(path) as file:
        pq.write_table(rows, file, compression="zstd")


def _same_file(held: Path, path: Path) -> None:
    try:
        path.hardlink_to(held)
    except OSError:
        # Another file system, or one without links.
        with held.open("rb") as source, whole_file(path) as file:
            shutil.copyfileobj(source, file)
