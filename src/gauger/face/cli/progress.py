"""Progress on stderr: counts and time left on a terminal, silence anywhere else."""

from __future__ import annotations

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


class TerminalProgress:
    """Draws one line per step; use as a context manager around the whole work."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self._shown = console.is_terminal and not quiet
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
        self._task = self._progress.add_task(step, total=total, note="")

    def advance(self, done: int, note: str = "") -> None:
        """The current step has come to `done`."""
        if self._task is not None:
            self._progress.update(self._task, completed=done, note=note)

    def end(self) -> None:
        """The current step is over."""
        if self._task is not None:
            task = self._progress.tasks[self._task]
            total = task.total if task.total is not None else 1
            self._progress.update(self._task, total=total, completed=total)
            self._task = None

    def __enter__(self) -> TerminalProgress:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
