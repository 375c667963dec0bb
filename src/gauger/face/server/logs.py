"""The log of a service: lines for people or JSON for machines, and nobody's words in either.

A line says what happened in codes and names of ours. Of an error it says the kind and the places
in the code, not the message: messages of libraries repeat values. Lines are written by a thread
from a bounded queue, so that a slow reader of the log holds up no answer.
"""

from __future__ import annotations

import logging
import logging.handlers
import queue
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import orjson

from gauger.face.server.watching import request_id

TEXT: Final = "text"
JSON: Final = "json"
WAITING: Final = 10_000
"""Lines that may wait to be written; past that the next one is dropped and counted."""
PATIENCE: Final = 5.0
"""Seconds that a reader of the log is given at the end."""
_OURS: Final = ("gauger.serve", "gauger.decisions")


class Queue(logging.handlers.QueueHandler):
    """Lines on their way; what does not fit is dropped."""

    def __init__(self) -> None:
        self.lines: queue.Queue[Any] = queue.Queue(WAITING)
        self.dropped = 0
        super().__init__(self.lines)

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Adds the request that is being answered, which the writing thread no longer knows."""
        record.request_id = request_id()
        record.where = _where(record)
        record.exc_info = None
        record.message = record.msg = record.getMessage()
        record.args = None
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        """Takes a line in, or counts it."""
        try:
            self.lines.put_nowait(record)
        except queue.Full:
            self.dropped += 1


class _Writer(logging.handlers.QueueListener):
    """The thread that writes; it can be stopped while nobody reads the log."""

    queue: queue.Queue[Any]

    def __init__(self, lines: Queue, writer: logging.Handler) -> None:
        super().__init__(lines.lines, writer)
        self._lines = lines

    def enqueue_sentinel(self) -> None:
        """Ends the thread after what waits; where too much waits, the oldest line makes room."""
        while True:
            try:
                self.queue.put_nowait(None)
                return
            except queue.Full:
                with suppress(queue.Empty):
                    self.queue.get_nowait()
                    self._lines.dropped += 1

    def stop(self) -> None:
        """Waits a moment for the last lines, and no longer."""
        thread = self._thread
        if thread is not None:
            self.enqueue_sentinel()
            thread.join(PATIENCE)
            self._thread = None


class AsJson(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger and message; then what is known besides."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name in ("request_id", "where"):
            if getattr(record, name, None) is not None:
                line[name] = getattr(record, name)
        line |= getattr(record, "gauger", {})
        return orjson.dumps(line, option=orjson.OPT_UTC_Z, default=str).decode()


class AsText(logging.Formatter):
    """The same for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = super().format(record)
        held = dict(getattr(record, "gauger", {}))
        for name in ("request_id", "where"):
            held[name] = getattr(record, name, None)
        return line + "".join(f" {k}={v}" for k, v in held.items() if v is not None)


@contextmanager
def logging_to(stream: TextIO | None = None, form: str = TEXT) -> Iterator[Queue]:
    """Writes all logs of this process there until the end; what was dropped is on the queue."""
    writer = logging.StreamHandler(stream or sys.stderr)
    writer.setFormatter(AsJson() if form == JSON else AsText())
    held = Queue()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers[:] = [held]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    listener = _Writer(held, writer)
    listener.start()
    try:
        yield held
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        listener.stop()


def _where(record: logging.LogRecord) -> str | None:
    """Kind of an error and the places in the code, the innermost last."""
    if not record.exc_info or record.exc_info[0] is None:
        return None
    kind, _, trace = record.exc_info
    frames = traceback.extract_tb(trace)[-6:]
    places = " > ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
    return f"{kind.__name__} at {places}"
