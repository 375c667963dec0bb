"""Times the steps of a scan and says what it ran with."""

from __future__ import annotations

import platform
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

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

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._records: list[StepRecord] = []

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Callable[..., None]]:
        """One step; what it yields takes how far the step is, and a note."""
        begun = time.perf_counter()
        self._progress.begin(name, total)
        try:
            yield lambda done, *note: self._progress.advance(
                done, note[0] if note and isinstance(note[0], str) else ""
            )
        finally:
            self._progress.end()
            seconds = time.perf_counter() - begun
            self._records.append(StepRecord(name, round(seconds, 3), peak_memory_mb()))

    def records(self) -> tuple[StepRecord, ...]:
        """The steps so far, in order."""
        return tuple(self._records)


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
