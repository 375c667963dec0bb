"""Sketches ready for a scan, whether they were made a moment ago or kept from earlier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import ibis
import ibis.expr.types as ir

from gauger.engine import Engine
from gauger.model.manifest import MissingFields, PassedOver
from gauger.model.run import InputRecord


@dataclass(frozen=True, slots=True)
class Sketched:
    """Folders of sketches and what their logs said of themselves.

    `exchanges` counts repeats in. `logs` are the names of the logs of each folder, which
    `source_file` counts into; `inputs` is what this scan read, logs or sketches. `rejected`
    counts the records that were rejected when the sketches were made, if that was earlier.
    """

    folders: tuple[Path, ...]
    exchanges: int
    logs: tuple[tuple[str, ...], ...]
    inputs: tuple[InputRecord, ...]
    cannot_fill: tuple[MissingFields, ...]
    asserted: tuple[str, ...]
    rejected: int
    stable_key: bool
    passed: tuple[PassedOver, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the logs of all folders, one folder after the other."""
        return tuple(name for folder in self.logs for name in folder)

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
    parts = []
    before = 0
    for number, (folder, logs) in enumerate(zip(sketched.folders, sketched.logs, strict=True)):
        # Engines take the signs of globs in a path for globs; the name of a link has none.
        link = scratch / f"sketches-{number}"
        link.symlink_to(folder.resolve(), target_is_directory=True)
        part = engine.read(link)
        moved = (part.source_file + before).cast("int32")
        parts.append(part.mutate(source_file=moved) if before else part)
        before += len(logs)
    table = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return table if until is None else table.filter(table.time < until)
