"""A service in a process of its own, for what is measured from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.truth.worlds import SECRET
from gauger.act.cases.database import open_database
from gauger.act.cases.keys import Scope, make_key
from gauger.act.cases.versions import put_policy

_PROGRAM: Final = "from gauger.face.cli import main; main()"


@dataclass(frozen=True)
class Serving:
    """Where it listens, its key for everything, and its process."""

    port: int
    key: str
    pid: int

    @property
    def base(self) -> str:
        """Its URL."""
        return f"http://127.0.0.1:{self.port}"

    def resident(self) -> dict[str, float]:
        """Megabytes that the process itself and all its children hold."""
        return {
            "service_mb": _resident(self.pid),
            "children_mb": sum(_resident(pid) for pid in _children(self.pid)),
        }


@contextmanager
def serving(folder: Path, policy: str, *arguments: str) -> Iterator[Serving]:
    """`gauger serve` with everything it keeps in an empty folder, until the block ends."""
    folder.mkdir(parents=True)
    database = f"sqlite:///{folder}/control.db"
    opened = open_database(database)
    key = make_key(opened, "bench", list(Scope))
    put_policy(opened, policy, "bench")
    opened.dispose()
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    command = [sys.executable, "-c", _PROGRAM, "serve", "--port", str(port), "--database",
               database, *arguments]  # fmt: skip
    with (folder / "serve.log").open("wb") as log:
        running = subprocess.Popen(
            command, cwd=folder, stderr=log, env=os.environ | {"GAUGER_SECRET": SECRET}
        )
    try:
        _wait(port, running)
        yield Serving(port, key, running.pid)
    finally:
        running.terminate()
        running.wait(60)


def _wait(port: int, running: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        if running.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the service did not begin")


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    except OSError:
        return []
    return [int(each) for each in text.split()]


def _resident(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return int(status.split("VmRSS:")[1].split()[0]) / 1024 if "VmRSS:" in status else 0.0
