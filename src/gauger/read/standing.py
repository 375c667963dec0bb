"""Reads what an earlier scan left for one that weighs only what changed since."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.evidence import LogLR
from gauger.model.finding import Belonging
from gauger.model.sketch import SKETCH_SCHEMA
from gauger.model.standing import (
    ACTIVITY_SCHEMA,
    DAYS_SCHEMA,
    EarlierMember,
    EarlierScan,
    Standing,
)
from gauger.read.previous import MEMBERS, read_previous

ACTIVITY: Final = "activity.parquet"
DAYS: Final = "days.parquet"
COMPARED: Final = "compared.parquet"
_COLUMNS: Final = (
    "account_id", "log10_lr", "lower", "upper", "ties", "belonging", "marked",
)  # fmt: skip
_REMEDY: Final = "scan everything once more, and name that folder with `--since`"


def read_standing(folder: Path) -> EarlierScan:
    """What the folder of a finished scan holds for a scan of what changed since.

    Raises NothingToRead where there is none and UnreadableInput where it is damaged.
    """
    networks = read_previous(folder)
    members = _members(folder / MEMBERS)
    activity = _rows(folder / ACTIVITY, ACTIVITY_SCHEMA, "account of who had done what")
    days = _rows(folder / DAYS, DAYS_SCHEMA, "account of what came when")
    return EarlierScan(networks, members, Standing(activity, days, _compared(folder / COMPARED)))


def _members(path: Path) -> dict[str, EarlierMember]:
    try:
        rows = pq.read_table(path, columns=list(_COLUMNS)).to_pydict()
        return {
            account: EarlierMember(account, LogLR(*lr), tuple(ties), Belonging(belonging), marked)
            for account, *lr, ties, belonging, marked in zip(
                *(rows[column] for column in _COLUMNS), strict=True
            )
        }
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise UnreadableInput(path, "the evidence of an account cannot be read", _REMEDY) from error


def _compared(path: Path) -> Path | None:
    """Where sketches were kept; there are none without a key that stays the same."""
    if not path.is_file():
        return None
    try:
        lacking = set(SKETCH_SCHEMA.names) - set(pq.read_schema(path).names)
    except (OSError, pa.ArrowException, ValueError) as error:
        raise UnreadableInput(path, "it holds no sketches", _REMEDY) from error
    if lacking:
        raise UnreadableInput(path, f"it lacks `{min(lacking)}`", _REMEDY)
    return path


def _rows(path: Path, schema: pa.Schema, what: str) -> pa.Table:
    if not path.is_file():
        raise NothingToRead(path, f"that scan left no {what}", _REMEDY)
    try:
        return pq.read_table(path, columns=schema.names).cast(schema)
    except (OSError, pa.ArrowException, ValueError) as error:
        raise UnreadableInput(path, f"it is no {what}", _REMEDY) from error
