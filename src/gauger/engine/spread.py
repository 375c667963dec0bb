"""Runs a Python function on a cluster: each task and each answer is a few bytes.

What a task reads and writes lies in files that the driver and all workers see; the rows of an
exchange never pass through the driver.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from gauger.model import errors

Answer = Callable[[bytes], bytes]
"""What is run on a task. It is sent to the executors with all that it holds, and nowhere else."""

Work = Callable[[Iterator[pa.RecordBatch]], bytes]
"""The same, run on rows as they come."""

COLUMNS: Final = "number long, answer binary, refusal string"
_ANSWERS: Final = pa.schema(
    [("number", pa.int64()), ("answer", pa.binary()), ("refusal", pa.string())]
)


def answers(
    batches: Iterable[pa.RecordBatch], folder: Path, answer: Answer
) -> Iterator[pa.RecordBatch]:
    """Answers to the tasks whose numbers come in the first column; runs on an executor.

    Tasks lie in files rather than in the plan, which Spark shows and logs.
    """
    for batch in batches:
        for number in batch.column(0).to_pylist():
            yield answer_to(number, partial(_answered, answer, folder / str(number)))


def _answered(answer: Answer, task: Path) -> bytes:
    return answer(task.read_bytes())


def answer_to(number: int, work: Callable[[], bytes]) -> pa.RecordBatch:
    """What one piece of work, by its number, answers or raises of ours."""
    found, refusal = None, None
    try:
        found = work()
    except errors.GaugerError as error:
        refusal = _told(error)
    return pa.RecordBatch.from_arrays(
        [pa.array([number]), pa.array([found], pa.binary()), pa.array([refusal], pa.string())],
        schema=_ANSWERS,
    )


def taken(table: pa.Table) -> list[bytes]:
    """The answers in the order of their tasks; raises the first error that a task raised."""
    table = table.sort_by("number")
    for refusal in table["refusal"].to_pylist():
        if refusal is not None:
            raise _raised(refusal)
    found: list[bytes] = table["answer"].to_pylist()
    return found


def _told(error: errors.GaugerError) -> str:
    # Errors say all that they say by what they are made from.
    fields = {name: getattr(error, name) for name in inspect.signature(type(error)).parameters}
    return json.dumps([type(error).__name__, fields])


def _raised(refusal: str) -> errors.GaugerError:
    kind, fields = json.loads(refusal)
    made: Any = getattr(errors, kind)
    error: errors.GaugerError = made(**fields)
    return error
