"""Fills or compacts a lake in a process of its own, which may kill itself on the way.

Reads one line of JSON once it is ready: what to do, with what, and at which of the steps that
change a file or the catalog to die.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from exchanges import PHRASE
from gauger.model.errors import GaugerError
from gauger.model.lake import IngestRequest
from gauger.read.lake.compact import compact
from gauger.read.lake.ingest import ingest

CHANGES = frozenset(
    {"os.mkdir", "os.rename", "os.remove", "os.utime", "shutil.copyfile", "shutil.move",
     "sqlite3.connect", "sqlite3.connect/handle"}
)  # fmt: skip


def die_at(step: int) -> None:
    """Kills this process at its so-manieth change of a file."""
    left = step

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_WRONLY
        if event in CHANGES or writes:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def main() -> None:
    """One task, then `done` or the error."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    task = json.loads(sys.stdin.readline())
    if task["step"]:
        die_at(task["step"])
    try:
        if task["paths"]:
            request = IngestRequest(
                paths=tuple(task["paths"]), lake=task["lake"], secret=PHRASE, memory="300MB",
                load_size=task["load_size"],
            )  # fmt: skip
            ingest(request)
        else:
            compact(task["lake"], memory="300MB", threads=1)
    except GaugerError as error:
        sys.stdout.write(f"{error}\n")
    else:
        sys.stdout.write("done\n")


if __name__ == "__main__":
    main()
