"""Bodies of an ingest: read within limits of size and time, and of what is held of all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect

from gauger.face.server.access import Refused
from gauger.read.inflating import ENCODINGS, NotInflated, inflated

LARGEST_BODY: Final = 32_000_000
"""Bytes of one body as it is sent."""
LARGEST_TEXT: Final = 64_000_000
"""Bytes of one body once decompressed."""
MOST_HELD: Final = 128_000_000
"""Bytes of all bodies that are being read, waiting or being sketched, decompressed."""
MOST_REQUESTS: Final = 256
PATIENCE: Final = 30.0
"""Seconds in which a body must have come."""
RETRY_AFTER: Final = 2


class Room:
    """What ingests hold at the moment; who finds no room comes again later."""

    def __init__(self, most: int = MOST_HELD, requests: int = MOST_REQUESTS) -> None:
        self.held = 0
        self.requests = 0
        self._most = most
        self._most_requests = requests

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[Share]:
        """A share of the room for one request, given back at its end. Raises Refused."""
        if self.requests >= self._most_requests:
            raise self.full()
        self.requests += 1
        share = Share(self)
        try:
            yield share
        finally:
            self.requests -= 1
            self.held -= share.held

    def full(self) -> Refused:
        """What the client is told."""
        message = "more comes in than is taken in; send it again later"
        return Refused(429, "too_much", message, retry_after=RETRY_AFTER)

    def fits(self, more: int) -> bool:
        """Whether so many bytes may be held besides. A request by itself always may."""
        return self.held + more <= self._most or self.requests <= 1


class Share:
    """What one request holds of a room."""

    def __init__(self, room: Room) -> None:
        self.held = 0
        self._room = room

    def take(self, more: int) -> None:
        """Holds so many bytes more. Raises Refused where there is no room for them."""
        if not self._room.fits(more):
            raise self._room.full()
        self.held += more
        self._room.held += more


async def received(request: Request, share: Share, patience: float = PATIENCE) -> bytes:
    """The body of a request, decompressed. Raises Refused."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ENCODINGS:
        known = ", ".join(ENCODINGS)
        raise Refused(415, "unknown_encoding", f"a body may be encoded as {known}")
    stated = request.headers.get("content-length", "0")
    if stated.isdecimal() and int(stated) > LARGEST_BODY:
        raise _too_large(LARGEST_BODY)
    try:
        async with asyncio.timeout(patience):
            body = await _read(request, share)
    except TimeoutError:
        raise Refused(408, "too_slow", f"a body must come within {patience:g} seconds") from None
    except ClientDisconnect:
        raise Refused(400, "cut_off", "the body ends early") from None
    if encoding == "identity":
        return body
    try:
        text = await asyncio.to_thread(inflated, body, encoding, LARGEST_TEXT)
    except NotInflated as error:
        if error.too_large:
            raise _too_large(LARGEST_TEXT) from None
        raise Refused(400, "not_inflated", error.reason) from None
    share.take(len(text))
    return text


async def _read(request: Request, share: Share) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise _too_large(LARGEST_BODY)
        share.take(len(part))
        parts.append(part)
    return b"".join(parts)


def _too_large(most: int) -> Refused:
    return Refused(413, "too_large", f"a body has {most} bytes at most")
