"""Progress on stderr: counts and time left on a terminal, silence anywhere else.

Ctrl+C is told here too: a person who watches a step is the one who stops it.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

FIRST: Final = "Stopping after this part of the work; Ctrl+C again stops at once."


class TerminalProgress:
    """Draws one line per step; use as a context manager around the whole work.

    The first Ctrl+C lets the chunk or the step that was begun come to its end and then raises
    KeyboardInterrupt, the second raises it at once.
    """

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self._console = console
        self._shown = console.is_terminal and not quiet
        self._stopping = False
        self._before: Any = None
        self._progress = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            TaskProgressColumn(),
            TextColumn("{task.fields[note]}", style="dim"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not self._shown,
        )
        self._task: TaskID | None = None

    def begin(self, step: str, total: int | None = None) -> None:
        """A step begins."""
        self._stop_if_asked()
        self._task = self._progress.add_task(step, total=total, note="")

    def advance(self, done: int, note: str = "") -> None:
        """The current step has come to `done`."""
        self._stop_if_asked()
        if self._task is not None:
            self._progress.update(self._task, completed=done, note=note)

    def end(self) -> None:
        """The current step is over."""
        if self._task is not None:
            task = self._progress.tasks[self._task]
            total = task.total if task.total is not None else 1
            self._progress.update(self._task, total=total, completed=total)
            self._task = None

    def _stop_if_asked(self) -> None:
        if self._stopping:
            raise KeyboardInterrupt

    def _asked(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self._stopping:
            raise KeyboardInterrupt
        self._stopping = True
        self._console.print(FIRST, soft_wrap=True)

    def __enter__(self) -> TerminalProgress:
        # Signals go to the main thread alone, and nobody else may say what is done with them.
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._asked)
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None
