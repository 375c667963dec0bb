"""What a scan needs in memory, said before it starts, and what the engine leaves to the rest of it
at each step.

The figures were measured on worlds of the scenario `demo`; docs/size.md says how.
"""

from __future__ import annotations

from typing import Final

from gauger.engine import Engine
from gauger.engine.sizes import given, said
from gauger.find.linkage.narrowing import BOUNDS
from gauger.model.errors import UsageError
from gauger.recording import resident_memory

PROCESS: Final = 400_000_000
"""The interpreter, its libraries and compiled kernels."""
ENGINE: Final = 250_000_000
"""What the engine needs at least while the rest of the scan is at its largest."""
PER_EXCHANGE: Final = 560
"""Bytes for each exchange where most is held: ties, and one graph of them that is being cut."""
TIES: Final = 90
"""Of these the ties themselves, and what sorting those of one kind takes beside them."""
PER_NARROWED: Final = 45
"""The same for each exchange past those up to which all ties are kept."""
NARROWED_TIES: Final = 25
"""Of these the ties, and what those of one kind take that come in and are not kept."""
TOLD: Final = 100
"""Bytes for each exchange that telling prompts and runs apart takes."""
MOST_TOLD: Final = 950_000_000
"""The most that it takes: what there are more of waits in files."""
PER_CUT: Final = 60
"""For each tie what cutting a view of all of them takes: a graph, and what its parts are merged to;
of two views of one graph the second takes less."""

UNCOUNTED: Final = 16
"""One part in so many of the budget: what an engine holds beyond what it was told and counts."""
SURELY: Final = 500_000
"""Exchanges up to which any budget is tried: what the process itself needs decides there."""


def needed(exchanges: int) -> int:
    """Bytes where most is held, beside the process itself and the engine."""
    return _both(exchanges, PER_EXCHANGE, PER_NARROWED)


def profiling(exchanges: int) -> int:
    """Bytes that telling apart what accounts sent takes."""
    return min(TOLD * exchanges, MOST_TOLD)


def tying(exchanges: int) -> int:
    """Bytes that tying accounts takes."""
    return _both(exchanges, TIES, NARROWED_TIES)


def _both(exchanges: int, each: int, narrowed: int) -> int:
    whole = min(exchanges, BOUNDS.many_exchanges)
    return each * whole + narrowed * (exchanges - whole)


class Budget:
    """The memory of one scan: the engine's and this process's together."""

    def __init__(self, memory: str) -> None:
        self._bytes = given(memory, "--memory")

    def require(self, exchanges: int) -> None:
        """Raises UsageError where a scan of so many exchanges is known not to fit."""
        least = PROCESS + ENGINE + needed(exchanges)
        if least > self._bytes and exchanges > SURELY:
            raise UsageError(
                f"a scan of {exchanges:,} exchanges needs about {said(least)} of memory",
                f"`--memory {said(self._bytes)}`",
                f"give `--memory {said(1.02 * least)}`, or scan a shorter window",
            )

    def share(self, engine: Engine, coming: int) -> None:
        """Leaves the engine what this process neither holds nor will hold in the step to come."""
        beside = max(resident_memory() - engine.held(), PROCESS) + coming
        engine.yield_memory(beside + self._bytes // UNCOUNTED)

    def views(self, engine: Engine, ties: int, threads: int) -> int:
        """How many views of so many ties may be cut at a time; the engine is left what remains."""
        rest = self._bytes // UNCOUNTED + max(resident_memory() - engine.held(), PROCESS)
        view = max(PER_CUT * ties, 1)
        views = max(1, min(threads, (self._bytes - rest - ENGINE) // view))
        engine.yield_memory(rest + views * view)
        return views
