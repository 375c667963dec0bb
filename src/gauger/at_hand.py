"""Sketches at hand: made of logs a moment ago or kept from earlier, each exchange once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ibis.expr.types as ir

from gauger.engine import Engine
from gauger.find.profiles import set_repeats_apart
from gauger.model.errors import UsageError
from gauger.model.run import ScanRequest
from gauger.read.kept import find_kept
from gauger.read.sketch import SketchKey
from gauger.read.sketched import Sketched
from gauger.read.sketching import sketch_logs
from gauger.read.sketching_apart import sketch_apart
from gauger.read.sources import Rejects, SourceSettings, open_logs
from gauger.read.sources.parts import joined_formats
from gauger.recording import Steps

_HERE: Final = "read and sketch"
_APART: Final = "read and sketch on the cluster"


@contextmanager
def scratch(spill: Path | None) -> Iterator[Path]:
    """A folder for one run, in `spill` or where the system has such folders, gone with the run.

    Raises UsageError for a folder that cannot be used.
    """
    try:
        if spill is not None:
            spill.mkdir(parents=True, exist_ok=True)
        held = tempfile.TemporaryDirectory(prefix="gauger-", dir=spill)
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise UsageError(
            f"the folder for spilled data cannot be used: {problem}", f"`{spill}`",
            "name another with `--spill`",
        ) from error  # fmt: skip
    with held as folder:
        yield Path(folder)


def sketches_of(
    request: ScanRequest,
    rejects: Rejects,
    folder: Path,
    steps: Steps,
    cluster: Callable[[], Engine] | None = None,
) -> Sketched:
    """Sketches of the logs, made in `folder`; or those that were kept, alone or in a lake.

    `cluster` starts the engine that is one, on which logs are sketched where they can be read
    apart; it is started once the input is seen to be there.
    """
    if request.lake is not None:
        return _of_lake(request, request.lake, folder, steps, cluster)
    kept = find_kept(request.paths, rejects.path)
    if kept is not None:
        _only_for_logs(request)
        engine = cluster() if cluster else None
        with steps.step("check sketches", kept.bytes_total) as advance:
            return kept.sketched(request.until, advance, engine, request.threads)
    key = SketchKey.from_secret(request.secret) if request.secret else SketchKey.random()
    settings = SourceSettings(format=request.format, account_field=request.account_field)
    logs = open_logs(request.paths, settings, rejects)
    joined = joined_formats(logs) if cluster else ()
    if cluster and not joined:
        engine = cluster()
        with steps.step(_APART):
            return sketch_apart(
                engine, logs, folder, key, rejects,
                until=request.until, keep_text=request.show_text,
            )  # fmt: skip
    where = f"{_HERE} on the driver, for {', '.join(joined)} joins files" if joined else _HERE
    with steps.step(where, logs.bytes_total) as advance:
        return sketch_logs(
            logs, folder, key, until=request.until,
            keep_text=request.show_text, threads=request.threads,
            advance=lambda exchanges: advance(logs.bytes_read, f"{exchanges:,} exchanges"),
        )  # fmt: skip


def _of_lake(
    request: ScanRequest,
    lake: str,
    folder: Path,
    steps: Steps,
    cluster: Callable[[], Engine] | None,
) -> Sketched:
    from gauger.read.lake import require

    require()
    from gauger.read.lake.address import parse_address
    from gauger.read.lake.catalog import open_lake
    from gauger.read.lake.reading import sketches_of_lake
    from gauger.read.lake.snapshots import pick_snapshot, told

    _only_for_logs(request)
    with open_lake(parse_address(lake)) as opened:
        snapshot = pick_snapshot(opened, request.snapshot)
        held = told(opened, snapshot)
        engine = cluster() if cluster else None
        with steps.step("check sketches", held.bytes if held else None) as advance:
            return sketches_of_lake(
                opened, snapshot, request.until, folder, advance, engine, request.threads
            )


def _only_for_logs(request: ScanRequest) -> None:
    if request.show_text:
        raise UsageError("sketches hold no text to show", "`--show-text`", "scan the logs")
    if request.format != "auto":
        found = f"`--format {request.format}`"
        raise UsageError("sketches have no log format", found, "leave the format to be found")


@dataclass(frozen=True, slots=True)
class Once:
    """The sketches with every exchange once, and rows (exchange_key) of those that came again."""

    sketches: ir.Table
    repeated: ir.Table


def without_repeats(
    engine: Engine,
    sketches: ir.Table,
    sketched: Sketched,
    rejects: Rejects,
    *,
    among: ir.Table | None = None,
    keep: bool = True,
) -> Once:
    """Sets repeats apart; what was read again goes to `rejects`.

    Only what is `among` some keys, rows (exchange_key), can be a repeat, if they are given. Unless
    sketches are to be kept, every step works out anew which exchanges are repeats.
    """
    found = set_repeats_apart(engine, sketches, sketched.exchanges, among)
    for batch in found.repeated:
        for file, row in zip(
            batch["source_file"].to_pylist(), batch["source_row"].to_pylist(), strict=True
        ):
            rejects.add(
                sketched.name_of(file), row, "the same `exchange_id` was read before; counted once",
                "exchange_id",
            )  # fmt: skip
    whole = engine.keep(found.sketches, "kept_sketches") if found.any and keep else found.sketches
    return Once(whole, found.keys)
