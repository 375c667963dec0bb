"""Processes of a service: work that would hold up answers, at a lower priority.

A child is given what it needs as one JSON line, tells what happened in JSON lines, and ends when
its input does, as it does when the service is killed.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO, Final, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

Told = TypeVar("Told")
_LINE: Final = 1 << 20


class Child:
    """One process that runs a module of ours."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self._stopped = False

    async def run(self, asked: object, kind: type[Told], tell: Callable[[Told], None]) -> int:
        """Runs it to its end; `tell` hears what it says. Returns the exit code, -9 if killed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self._module,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LINE,
        )  # fmt: skip
        self._process = process
        if self._stopped and process.stdin is not None:
            process.stdin.close()
        understood = TypeAdapter(kind)
        try:
            if process.stdin is not None and not self._stopped:
                with suppress(ConnectionError):
                    process.stdin.write(orjson.dumps(asked, option=orjson.OPT_APPEND_NEWLINE))
                    await process.stdin.drain()
            if process.stdout is not None:
                async for line in process.stdout:
                    with suppress(ValidationError):
                        tell(understood.validate_json(line))
            return await process.wait()
        except asyncio.CancelledError:
            self.kill()
            await process.wait()
            raise
        finally:
            self._process = None

    def stop(self) -> bool:
        """Asks it to end what it does and go; false where there is none now."""
        self._stopped = True
        if self._process is None:
            return False
        if self._process.stdin is not None:
            self._process.stdin.close()
        return True

    def kill(self) -> None:
        """Ends it at once."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()


def asked_of_child(kind: type[Told]) -> Told:
    """What this child was asked for; raises SystemExit for what is not understood."""
    with suppress(OSError):
        os.nice(10)
    line = sys.stdin.buffer.readline()
    try:
        return TypeAdapter(kind).validate_json(line)
    except ValidationError as error:
        raise SystemExit(f"not understood: {error.error_count()} problems") from error


def until_told_to_stop(stop: Callable[[], Any]) -> None:
    """Calls `stop` once the service that started this child closes its input, or is gone."""
    # The interpreter's own reader must not be in the way of another thread that ends the process.
    handle: BinaryIO = open(os.dup(0), "rb", buffering=0)  # noqa: SIM115, PTH123

    def wait() -> None:
        while handle.read(4096):
            pass
        stop()

    threading.Thread(target=wait, daemon=True).start()


def say(told: object) -> None:
    """One line to the service; a service that is gone hears nothing."""
    with suppress(OSError):
        sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()
