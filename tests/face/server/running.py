"""`gauger serve` as a provider runs it: in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from exchanges import PHRASE


@contextmanager
def process(folder: Path, *arguments: object, **environment: str) -> Iterator[str]:
    """`gauger serve` in a process of its own, told to stop at the end."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    command = [sys.executable, "-c", "from gauger.face.cli import main; main()", "serve",
               "--port", str(port), *map(str, arguments)]  # fmt: skip
    held = os.environ | {"GAUGER_SECRET": PHRASE} | environment
    with (folder / "serve.log").open("wb") as log:
        running = subprocess.Popen(command, cwd=folder, stderr=log, env=held)  # noqa: S603
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert running.poll() is None, (folder / "serve.log").read_text()
            try:
                httpx.get(f"{base}/healthz", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield base
    finally:
        running.send_signal(signal.SIGTERM)
        code = running.wait(60)
    # uvicorn ends in good order and then gives itself the signal again.
    assert code in (0, -signal.SIGTERM), (folder / "serve.log").read_text()
