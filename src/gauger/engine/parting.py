"""Rows scattered to parts by whoever has them, and every part worked on by one process.

Two rounds, through files that all processes see: on a cluster executors do both, and what comes
back to the driver are names of files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import ibis.expr.types as ir
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gauger.engine.base import Engine
from gauger.engine.strewn import Strewing, strewn

Kinds = Mapping[str, Sequence[type]]
"""Kinds of rows, each with the types of its columns, of which the first is a key of 64 bits."""

Unfold = Callable[[Any], Iterable[tuple[str, tuple[NDArray[Any], ...]]]]
"""Rows of a batch, or of a table that is one: their kind, and their columns."""

Begin = Callable[[Path], Unfold]
"""Made once by every process that scatters, which finds in the folder what it needs."""

Work = Callable[[Path, Path, int, Mapping[str, Any]], None]
"""What is done with a part, by its number, with the columns of each kind: it finds what it needs
in the first folder and writes to the second one, which is its own."""

_FILES: Final = "files.json"


class Parting:
    """Rows of some kinds in so many parts, a power of two, by the low bits of their keys."""

    def __init__(self, engine: Engine, name: str, parts: int, kinds: Kinds, step: str = "") -> None:
        self._engine = engine
        self._name = step or name
        self._parts = parts
        self._kinds = kinds
        self._files: dict[str, list[str]] = {kind: [] for kind in kinds}
        with engine.told(self._name):
            self.folder = engine.share(name)

    def add(self, rows: ir.Table, begin: Begin) -> None:
        """Scatters what the rows of a table are unfolded to."""
        work = partial(
            _scatter, folder=self.folder, parts=self._parts, kinds=self._kinds, begin=begin
        )
        self._take(self._engine.over(rows, work, self._name))

    def add_files(self, files: Sequence[Path], begin: Begin) -> None:
        """The same of the rows of Parquet files, each as one batch."""
        work = partial(
            _scatter_file, folder=self.folder, parts=self._parts, kinds=self._kinds, begin=begin
        )
        self._take(self._engine.spread(work, [str(file).encode() for file in files], self._name))

    def each(self, work: Work) -> list[Path]:
        """Works on every part; the folders that were written to, in the order of the parts. The
        rows are let go of."""
        with self._engine.told(self._name):
            (self.folder / _FILES).write_text(json.dumps(self._files))
        answer = partial(
            _worked, folder=self.folder, parts=self._parts, kinds=self._kinds, work=work
        )
        tasks = [str(part).encode() for part in range(self._parts)]
        attempts = self._engine.spread(answer, tasks, self._name)
        with self._engine.told(self._name):
            for names in self._files.values():
                for name in names:
                    (self.folder / name).unlink()
        return [self.folder / attempt.decode() for attempt in attempts]

    def _take(self, told: Iterable[bytes]) -> None:
        for each in told:
            for kind, names in json.loads(each).items():
                self._files[kind] += names


def _scatter_file(task: bytes, *, folder: Path, parts: int, kinds: Kinds, begin: Begin) -> bytes:
    batch = pq.read_table(task.decode())
    return _scatter(iter([batch]), folder=folder, parts=parts, kinds=kinds, begin=begin)


def _scatter(
    batches: Iterable[Any], *, folder: Path, parts: int, kinds: Kinds, begin: Begin
) -> bytes:
    """Runs on an executor, perhaps more than once at a time: each attempt has its own files."""
    unfold = begin(folder)
    stem = uuid4().hex
    strewing = {
        kind: Strewing(folder / f"{stem}-{kind}", parts, types) for kind, types in kinds.items()
    }
    for batch in batches:
        for kind, columns in unfold(batch):
            strewing[kind].add(*columns)
    for each in strewing.values():
        each.write()
    return json.dumps({kind: each.files for kind, each in strewing.items()}).encode()


def _worked(task: bytes, *, folder: Path, parts: int, kinds: Kinds, work: Work) -> bytes:
    """The same of one part, and the name of the folder that it wrote to."""
    part = int(task)
    files = json.loads((folder / _FILES).read_text())
    columns = {
        kind: strewn([folder / name for name in files[kind]], part, parts, types)
        for kind, types in kinds.items()
    }
    attempt = folder / uuid4().hex
    attempt.mkdir()
    work(folder, attempt, part, columns)
    return attempt.name.encode()
