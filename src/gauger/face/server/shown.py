"""Exchanges that a gateway shows with its question, sketched a few at a time beside the answers.

Sketching one exchange costs milliseconds and sketching fifty hardly more, so a decision never
waits for it: what is shown counts from the next question on. It is kept nowhere; its text is
gone with the sketch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from gauger.model.exchange import LOCATED_SCHEMA

WAITING: Final = 4096
"""Exchanges that may wait; past that the next one is dropped and counted."""
_TOGETHER: Final = 256


class ShownExchange(BaseModel):
    """Canonical fields of the request at hand, as the logs will have them; unknown ones are
    ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    system: str | None = None
    prompt: str | None = None
    turn: int | None = Field(None, ge=1, le=2**31 - 1)
    operation: str | None = None
    input_role: str | None = None
    tools: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = Field(None, ge=0, le=2**63 - 1)
    stream: bool | None = None
    source_ip: str | None = None
    user_agent: str | None = None
    ja4: str | None = None


class Shown:
    """A bounded queue with one worker."""

    def __init__(self, meet: Callable[[pa.RecordBatch], object]) -> None:
        self._meet = meet
        self._waiting: asyncio.Queue[dict[str, object]] = asyncio.Queue(WAITING)
        self._number = 0
        self.dropped = 0
        self.failed = 0

    def show(self, account_id: str, model: str | None, exchange: ShownExchange) -> None:
        """Takes one in, or drops it where too many wait."""
        self._number += 1
        row: dict[str, object] = {
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
                batch = pa.RecordBatch.from_pylist(rows, schema=LOCATED_SCHEMA)
                await asyncio.to_thread(self._meet, batch)
            except Exception:
                # One odd exchange must not end the work for all that follow; it is counted.
                self.failed += len(rows)
            finally:
                for _ in rows:
                    self._waiting.task_done()

    async def settled(self) -> None:
        """Waits until everything shown so far was taken in."""
        await self._waiting.join()
