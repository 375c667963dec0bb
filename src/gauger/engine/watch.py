"""Sees to it that a job ends when nobody is left to run it: Spark itself would wait for ever."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from gauger.model.errors import EngineError

if TYPE_CHECKING:
    from pyspark import SparkContext

PATIENCE: Final = 60.0
"""Seconds without an executor after which jobs are given up: time to start a worker anew."""

_EVERY: Final = 1.0
_SETTLES: Final = 2.0
"""Seconds in which no executor joins, after which those that joined are taken to be all."""


def executors(context: SparkContext) -> int:
    """Executors that run now; the driver is none."""
    # The driver keeps blocks too.
    return int(context._jsc.sc().getExecutorMemoryStatus().size()) - 1


def await_executors(context: SparkContext, memory: str, patience: float = PATIENCE) -> int:
    """How many executors a cluster gives, once no more of them join. Raises EngineError."""
    begun = joined = time.monotonic()
    held = 0
    while True:
        now = time.monotonic()
        count = executors(context)
        if count != held:
            held, joined = count, now
        if held and now - joined >= _SETTLES:
            return held
        if not held and now - begun >= patience:
            problem = f"no worker gave an executor of {memory} in {patience:.0f} seconds"
            raise EngineError(
                "spark", "start", problem,
                "see that workers are registered with the master, that no other application holds "
                "them, and that they have so much memory, or ask for less with `--memory`",
            )  # fmt: skip
        time.sleep(0.2)


class Watch:
    """Gives jobs up once a cluster has had no executor for `patience` seconds."""

    def __init__(self, context: SparkContext, patience: float = PATIENCE) -> None:
        self.gave_up = False
        self._context = context
        self._patience = patience
        self._over = Event()
        self._thread = Thread(target=self._look, name="gauger-watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Looks no longer."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        last = time.monotonic()
        while not self._over.wait(_EVERY):
            try:
                if executors(self._context):
                    last = time.monotonic()
                elif time.monotonic() - last >= self._patience:
                    self.gave_up = True
                    self._context.cancelAllJobs()
            except Exception:  # the context is gone, and what was asked of it says why
                return
