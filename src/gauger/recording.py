"""Times the steps of a scan and says what it ran with."""

from __future__ import annotations

import platform
import re
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from gauger.engine.freeing import give_back
from gauger.model.progress import Progress
from gauger.model.run import StepRecord

_PACKAGES = (
    "duckdb",
    "ibis-framework",
    "networkit",
    "numba",
    "numpy",
    "pyarrow",
    "pyiceberg",
    "pyspark",
)


class Steps:
    """Runs named steps, tells their progress, and keeps what each one cost."""

    def __init__(self, progress: Progress, spill: Path | None = None) -> None:
        self._progress = progress
        self._spill = spill
        self._records: list[StepRecord] = []

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Callable[..., None]]:
        """One step; what it yields takes how far the step is, and a note."""
        begun, spent = time.perf_counter(), time.process_time()
        self._progress.begin(name, total)
        watch = _Watch(self._spill)
        try:
            yield lambda done, *note: self._progress.advance(
                done, note[0] if note and isinstance(note[0], str) else ""
            )
        finally:
            self._progress.end()
            give_back()
            seconds, cpu = time.perf_counter() - begun, time.process_time() - spent
            self._records.append(
                StepRecord(
                    name, round(seconds, 3), peak_memory_mb(), round(cpu, 3),
                    watch.end() // 1_000_000,
                )
            )  # fmt: skip

    def records(self) -> tuple[StepRecord, ...]:
        """The steps so far, in order."""
        return tuple(self._records)


class _Watch:
    """Looks a few times a second at how large a folder has become."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        if folder is not None:
            self._thread.start()

    def end(self) -> int:
        """The most bytes that were seen."""
        self._over.set()
        if self._folder is not None:
            self._thread.join()
        return self._most

    def _look(self) -> None:
        while True:
            self._most = max(self._most, _size(self._folder))
            if self._over.wait(_EVERY):
                return


_EVERY: Final = 0.25


def _size(folder: Path | None) -> int:
    held = 0
    for path in folder.rglob("*") if folder is not None and folder.exists() else ():
        # Files come and go while they are looked at.
        with suppress(OSError):
            held += path.stat().st_size
    return held


def resident_memory() -> int:
    """Bytes of memory that this process holds now; 0 where the system does not say."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return 0
    return int(status.read_text().split()[1]) * resource.getpagesize()


def peak_memory_mb() -> int:
    """Most memory this process has held so far, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # The system call also counts what the starting process held before this one replaced it.
        found = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text(), re.MULTILINE)
        if found:
            return int(found[1]) // 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 if sys.platform != "darwin" else 1024 * 1024)


def packages() -> tuple[tuple[str, str], ...]:
    """Versions of Python and of the packages that results depend on."""
    found = [("python", platform.python_version())]
    for name in _PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)
