"""Which key the sketches of a scan were made with, as far as a digest tells."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.model.sketch_files import SKETCH_MARK
from gauger.read.sketch import SketchKey
from gauger.read.sketched import Sketched
from gauger.read.sketching import key_check


def check_of(sketched: Sketched) -> str | None:
    """The key check of a lake, or in the files themselves; null where another tool wrote them
    over."""
    if sketched.key_check is not None:
        return sketched.key_check
    for part in sketched.parts:
        for path in sorted(part.folder.glob("*.parquet")):
            try:
                mark = (pq.read_schema(path).metadata or {}).get(SKETCH_MARK)
            except (OSError, pa.ArrowException):
                mark = None
            return None if mark is None else mark.decode()
    return None


def key_of(secret: str | None, check: str) -> SketchKey | None:
    """The key of the sketches; null where the secret at hand is another's, or none is."""
    if not secret:
        return None
    key = SketchKey.from_secret(secret)
    return key if key_check(key) == check else None
