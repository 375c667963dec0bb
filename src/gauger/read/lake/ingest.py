"""Fills a lake from logs: read, sketch, arrange, and commits that add all of a load or nothing.

Large logs are several loads, so that a killed ingest goes on after the last one when it is run
again: what the lake holds is left out.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.table.snapshots import Snapshot

import gauger
from gauger import engine as engines
from gauger.engine.sizes import given
from gauger.model.errors import UsageError
from gauger.model.lake import Ingested, IngestRequest, Load, LoadedLog
from gauger.model.progress import Progress, Silence
from gauger.model.run import InputRecord
from gauger.read.lake.adding import Adding
from gauger.read.lake.address import parse_address
from gauger.read.lake.catalog import Lake, guarded, open_or_create
from gauger.read.lake.committing import commit, reserve_numbers
from gauger.read.lake.drafting import Drafting
from gauger.read.lake.evolving import add_absent_columns
from gauger.read.lake.loads import digests_of, read_loads
from gauger.read.lake.snapshots import told
from gauger.read.lake.table import own_columns
from gauger.read.lake.unseen import leave_out_known
from gauger.read.sketch import SketchKey
from gauger.read.sketching import key_check, sketch_batches
from gauger.read.sources import Logs, Rejects, SourceSettings, open_logs
from gauger.read.sources.parts import portions

if TYPE_CHECKING:
    from gauger.engine import Engine


def ingest(request: IngestRequest, progress: Progress | None = None) -> Ingested:
    """Adds what logs hold to a lake, which is made where there is none.

    Logs that the lake holds already add nothing. What is not committed leaves nothing behind
    that a scan could see, so a failed or killed ingest is simply run again. Raises a GaugerError.
    """
    if not request.secret:
        raise UsageError(
            "a lake needs a secret, or fingerprints of two loads never meet",
            "none",
            "set `GAUGER_SECRET` to 16 characters or more, and keep it",
        )
    key = SketchKey.from_secret(request.secret)
    portion = given(request.load_size, "--load-size")
    address = parse_address(request.lake)
    progress = progress or Silence()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gauger-")))
        numbers = count()

        def begin() -> Rejects:
            return stack.enter_context(Rejects(folder / f"rejects-{next(numbers)}.jsonl"))

        settings = SourceSettings(format=request.format, account_field=request.account_field)
        found = open_logs(request.paths, settings, begin())
        lake = stack.enter_context(open_or_create(address, key_check(key)))

        known = _known(lake)
        progress.begin("look for logs that are known", found.bytes_total)
        unseen = leave_out_known(found, known, progress.advance)
        progress.end()
        left_out = tuple(Path(log.name) for log in unseen.known)
        if not unseen.logs.inputs:
            return Ingested((), left_out, told(lake, lake.table.current_snapshot()))

        add_absent_columns(lake)

        def start() -> Engine:
            return stack.enter_context(
                engines.start("duckdb", folder, memory=request.memory, threads=request.threads)
            )

        schema = own_columns(lake.table.schema())
        drafting = Drafting(start, folder / "made", schema, key_check(key), request.threads)
        loads: list[Load] = []
        for logs, rejects in portions(unseen.logs, portion, begin):
            adding, snapshot = _add(lake, logs, rejects, drafting, key, request, known, progress)
            loads += [adding.load] if adding.load else []
            left_out += adding.left_out
        return Ingested(tuple(loads), left_out, told(lake, snapshot))


def _add(
    lake: Lake,
    logs: Logs,
    rejects: Rejects,
    drafting: Drafting,
    key: SketchKey,
    request: IngestRequest,
    known: Mapping[str, int],
    progress: Progress,
) -> tuple[Adding, Snapshot | None]:
    """Reads some logs and commits what they hold: all of it or nothing."""
    started = datetime.now(UTC)
    first = reserve_numbers(lake, len(logs.inputs))
    progress.begin("read and sketch", logs.bytes_total)
    sketches = sketch_batches(logs, key, None, keep_text=False, threads=request.threads)
    drafts = drafting.drafts_of(_numbered(sketches, first, logs, progress))
    progress.end()

    progress.begin("look for repeats")
    names = [str(file.path) for file in logs.inputs]
    drafts = drafting.once(drafts, names, first, rejects)
    progress.end()

    rejects.close()
    load = _load(uuid.uuid4().hex[:16], started, logs, first, rejects.count)
    adding = Adding(lake, load, drafts, drafting, rejects.path, known)
    progress.begin("commit")
    snapshot = commit(lake, adding.decide)
    progress.end()
    drafting.clear()
    return adding, snapshot


def _known(lake: Lake) -> dict[str, int]:
    with guarded(lake.address):
        return digests_of(read_loads(lake, lake.table.current_snapshot()))


def _numbered(
    batches: Iterator[pa.RecordBatch], first: int, logs: Logs, progress: Progress
) -> Iterator[pa.RecordBatch]:
    """Sketches whose logs are numbered as the lake counts them."""
    exchanges = 0
    for batch in batches:
        place = batch.schema.get_field_index("source_file")
        moved = pc.add(batch.column(place), pa.scalar(first, pa.int32()))
        exchanges += batch.num_rows
        progress.advance(logs.bytes_read, f"{exchanges:,} exchanges")
        yield batch.set_column(place, batch.schema.field(place), moved)


def _load(load_id: str, started: datetime, logs: Logs, first: int, rejected: int) -> Load:
    return Load(
        load_id=load_id,
        started=started,
        version=gauger.__version__,
        exchanges=0,
        rejected=rejected,
        rejects=None,
        first_day=None,
        last_day=None,
        logs=tuple(
            LoadedLog(
                first + number,
                InputRecord(str(log.path), log.format, log.bytes, log.sha256, log.rows),
            )
            for number, log in enumerate(logs.inputs)
        ),
        missing=logs.missing(),
        asserted_by_client=logs.asserted_by_client(),
        passed_over=logs.passed_over(),
    )
