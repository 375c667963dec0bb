"""Sketches ready for a scan: made a moment ago, kept from earlier, or out of a lake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gauger.model.manifest import MissingFields, PassedOver
from gauger.model.run import InputRecord
from gauger.model.sketch import SKETCH_SCHEMA, TEXT_FIELDS
from gauger.model.snapshot import LakeSnapshot

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from gauger.engine import Engine


@dataclass(frozen=True, slots=True)
class SketchPart:
    """A folder of sketches in files of one schema; its `source_file` counts from `first_log`."""

    folder: Path
    first_log: int


@dataclass(frozen=True, slots=True)
class Sketched:
    """Folders of sketches and what their logs said of themselves.

    `exchanges` counts repeats in. `names` are the names of the logs that `source_file` counts
    to, past the first log of each folder; `inputs` is what this scan read, logs or sketches.
    `rejected` counts the records that were rejected when the sketches were made, if that was
    earlier. `snapshot` is what was read of a lake.
    """

    parts: tuple[SketchPart, ...]
    exchanges: int
    names: Mapping[int, str]
    inputs: tuple[InputRecord, ...]
    cannot_fill: tuple[MissingFields, ...]
    asserted: tuple[str, ...]
    rejected: int
    stable_key: bool
    passed: tuple[PassedOver, ...] = ()
    snapshot: LakeSnapshot | None = None
    key_check: str | None = None
    """What a lake says of the key; null where the files themselves say it."""

    def name_of(self, log: int) -> str:
        """The name of a log; a lake may have forgotten it."""
        return self.names.get(log, f"log {log}")

    def missing(self) -> tuple[MissingFields, ...]:
        """Linking fields that each log format at hand can never fill."""
        return self.cannot_fill

    def asserted_by_client(self) -> tuple[str, ...]:
        """Canonical fields whose values the client itself chooses."""
        return self.asserted

    def passed_over(self) -> tuple[PassedOver, ...]:
        """Records that the logs held beside exchanges, by kind."""
        return self.passed


def table_of(sketched: Sketched, engine: Engine, until: datetime | None, scratch: Path) -> ir.Table:
    """All sketches before `until` as one table; `source_file` counts into `names`.

    `scratch` is a folder of this run.
    """
    # An ingest makes no table, and starts without the engine's libraries.
    import ibis

    from gauger.read.columns import completed

    parts = []
    for number, each in enumerate(sketched.parts):
        # Engines take the signs of globs in a path for globs; the name of a link has none.
        link = scratch / f"sketches-{number}"
        link.symlink_to(each.folder.resolve(), target_is_directory=True)
        part = engine.read(link)
        text = [field for field in TEXT_FIELDS if field.name in part.columns]
        part = completed(part, [*SKETCH_SCHEMA, *text])
        moved = (part.source_file + each.first_log).cast("int32")
        parts.append(part.mutate(source_file=moved) if each.first_log else part)
    table = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return table if until is None else table.filter(table.time < until)
