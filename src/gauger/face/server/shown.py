"""Exchanges that a gateway shows with its question, sketched a few at a time beside the answers.

Sketching one exchange costs milliseconds and sketching fifty hardly more, so a decision never
waits for it: what is shown counts from the next question on. It is kept nowhere; its text is
gone with the sketch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from gauger.model.exchange import LOCATED_SCHEMA
from gauger.read.sources.asked import ask
from gauger.read.sources.jsontext import compact

WAITING: Final = 4096
"""Exchanges that may wait; past that the next one is dropped and counted."""
_TOGETHER: Final = 256


class ShownExchange(BaseModel):
    """Canonical fields of the request at hand, as the logs will have them; unknown ones are
    ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    messages: list[dict[str, Any]] | str | None = None
    """A conversation as a gateway has it; `prompt`, `turn` and `input_role` are read from it as
    from a log's."""
    system: str | list[Any] | None = None
    prompt: str | None = None
    turn: int | None = Field(None, ge=1, le=2**31 - 1)
    operation: str | None = None
    input_role: str | None = None
    input_images: int | None = Field(None, ge=0, le=2**31 - 1)
    tools: str | list[Any] | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = Field(None, ge=0, le=2**63 - 1)
    stream: bool | None = None
    source_ip: str | None = None
    user_agent: str | None = None
    ja4: str | None = None


class Shown:
    """A bounded queue with one worker."""

    def __init__(
        self,
        meet: Callable[[pa.RecordBatch], object],
        wants: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._meet = meet
        self._wants = wants
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue(WAITING)
        self._number = 0
        self.dropped = 0
        self.failed = 0

    def show(self, account_id: str, model: str | None, exchange: ShownExchange) -> None:
        """Takes one in, or drops it where too many wait; not of whom nothing more is to learn."""
        if not self._wants(account_id):
            return
        self._number += 1
        row: dict[str, Any] = {
            name: value if value != "" else None for name, value in exchange.model_dump().items()
        }
        row |= {
            "exchange_id": f"shown-{self._number}",
            "time": datetime.now(UTC),
            "account_id": account_id,
            "request_model": model or "",
        }
        try:
            self._waiting.put_nowait(row)
        except asyncio.QueueFull:
            self.dropped += 1

    async def work(self) -> None:
        """Runs until it is cancelled."""
        while True:
            rows = [await self._waiting.get()]
            while len(rows) < _TOGETHER and not self._waiting.empty():
                rows.append(self._waiting.get_nowait())
            try:
                await asyncio.to_thread(self._take, rows)
            except Exception:
                # One odd exchange must not end the work for all that follow; it is counted.
                self.failed += len(rows)
            finally:
                for _ in rows:
                    self._waiting.task_done()

    def _take(self, rows: list[dict[str, Any]]) -> None:
        filled = [_as_logged(row) for row in rows]
        self._meet(pa.RecordBatch.from_pylist(filled, schema=LOCATED_SCHEMA))

    async def settled(self) -> None:
        """Waits until everything shown so far was taken in."""
        await self._waiting.join()


def _as_logged(row: dict[str, Any]) -> dict[str, Any]:
    """What a gateway shows in its own form, as the readers of logs would have it: prints of the
    two must be the same."""
    messages = row.pop("messages")
    if messages is not None or isinstance(row["system"], list):
        asked = ask(messages, row["system"])
        row["system"] = None
        row |= {name: value for name, value in asked.items() if value is not None}
    if isinstance(row["tools"], list):
        row["tools"] = compact(row["tools"]) if row["tools"] else None
    return row
