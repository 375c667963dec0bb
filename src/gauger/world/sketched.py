"""A world of sketches as large as one likes, out of a world that was simulated with its text.

A base world is copied many times. People and ordinary groups become other people and groups in
each copy; each campaign stays one campaign, of so many times the accounts and items. Memory
holds a batch, its copies in flight and the accounts.

Such a world is good for measuring size and speed. It says nothing on chance meetings of
unrelated accounts: what two strangers shared in the base world, two in every copy share.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gauger.model.errors import UsageError
from gauger.model.manifest import (
    Manifest,
    clear_for_sketches,
    describe_files,
    read_manifest,
    write_manifest,
)
from gauger.model.sketch import SKETCH_SCHEMA
from gauger.model.sketch_files import SketchWriter
from gauger.world.copies.batches import Batch, ready
from gauger.world.copies.mixing import Mixing
from gauger.world.copies.people import Census, People
from gauger.world.copies.standing import standing, units_of

IN_FLIGHT: Final = 2
"""Copies of a batch that are made ahead of the one that is being written."""


@dataclass(frozen=True, slots=True)
class SketchedWorld:
    """What was written; `sketches` is a folder that `gauger scan` takes."""

    sketches: Path
    accounts: Path
    truth: Path
    exchanges: int
    accounts_total: int


@dataclass(frozen=True, slots=True)
class BaseWorld:
    """A simulated world whose logs have been sketched."""

    sketches: Path
    accounts: Path
    truth: Path


def multiply(
    base: BaseWorld,
    out: Path,
    *,
    copies: int,
    seed: int = 1,
    memory: str = "3GB",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> SketchedWorld:
    """Writes `sketches/`, `accounts.parquet` and `truth.parquet` of a base world, copied.

    The first copy is the base world itself. `progress` is told the exchanges written and those
    there will be. The same base, number of copies and seed give the same bytes. Raises
    UsageError for a number of copies that cannot be, OutputError.
    """
    if copies < 1:
        raise UsageError("`copies` of the world", f"`{copies}`", "give a number from 1")
    manifest = read_manifest(base.sketches)
    folder = out / "sketches"
    clear_for_sketches(folder)
    files = [base.sketches / file.name for file in manifest.files]
    accounts, truth = pq.read_table(base.accounts), pq.read_table(base.truth)
    units = units_of(truth)
    stays = standing(base.sketches, units, out / "spill", memory)
    census = Census(units, accounts, truth, _organizations(files, accounts))
    mixings = [Mixing(seed, copy) for copy in range(copies)]
    people = [census.people(mixing) for mixing in mixings]
    written = 0
    with SketchWriter(folder, SKETCH_SCHEMA, key_check=manifest.key_check, compact=True) as writer:
        prepared = (
            ready(table, stays, census.ids, census.organizations) for table in _tables(files)
        )
        for copied in _copied(prepared, mixings, people):
            writer.write(copied)
            written += copied.num_rows
            progress(written, manifest.exchanges * copies)
    _write_people(census, mixings, people, out)
    write_manifest(folder, _sealed(manifest, folder, written))
    return SketchedWorld(
        folder,
        out / "accounts.parquet",
        out / "truth.parquet",
        written,
        len(units.ids) * copies,
    )


def _copied(
    prepared: Iterator[Batch], mixings: list[Mixing], people: list[People]
) -> Iterator[pa.RecordBatch]:
    """Every batch in every copy: all copies of a batch before the next one is read."""
    waiting: deque[Future[pa.RecordBatch]] = deque()
    with ThreadPoolExecutor(max_workers=1) as pool:
        for batch in prepared:
            for mixing, theirs in zip(mixings, people, strict=True):
                waiting.append(pool.submit(batch.copied, mixing, theirs))
                while len(waiting) > IN_FLIGHT:
                    yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _tables(files: list[Path]) -> Iterator[pa.Table]:
    for path in files:
        with pq.ParquetFile(path) as file:
            for group in range(file.metadata.num_row_groups):
                table = file.read_row_group(group)
                if table.num_rows:
                    yield table.cast(SKETCH_SCHEMA)


def _organizations(files: list[Path], accounts: pa.Table) -> list[str]:
    declared = set(pc.unique(accounts["organization_id"]).to_pylist())
    for path in files:
        seen = pq.read_table(path, columns=["organization_id"])["organization_id"]
        declared |= set(pc.unique(seen).to_pylist())
    return sorted(name for name in declared if name is not None)


def _write_people(census: Census, mixings: list[Mixing], people: list[People], out: Path) -> None:
    """Records and truth in order of the identifier, which says nothing of the copy."""
    pairs = list(zip(mixings, people, strict=True))
    for name, tables in (
        ("accounts.parquet", [census.records(mixing, theirs) for mixing, theirs in pairs]),
        ("truth.parquet", [census.truth(mixing, theirs) for mixing, theirs in pairs]),
    ):
        table = pa.concat_tables(tables).sort_by("account_id")
        pq.write_table(table, out / name, compression="zstd")


def _sealed(manifest: Manifest, folder: Path, exchanges: int) -> Manifest:
    # Logs of a simulation are named as they would lie in the world's own folder.
    logs = tuple(replace(log, path=f"logs/{Path(log.path).name}") for log in manifest.logs)
    return replace(manifest, exchanges=exchanges, logs=logs, files=describe_files(folder))
