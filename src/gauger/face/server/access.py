"""Who may ask, and how much: keys with scopes, bodies with a limit, one shape of error."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from gauger.act.cases.keys import Scope
from gauger.face.server.service import Service

GATEWAY_KEY: Final = "x-gauger-key"
"""Gateways pass a client's own `Authorization` on, so their key has a header of its own."""
LARGEST_QUESTION: Final = 1_000_000
LARGEST_PROMPT: Final = 20_000_000
"""Bytes of a body: a guardrail is sent whole conversations, of which it reads who asks."""


class Refused(Exception):
    """A request that is answered with an error and nothing else."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: int | None = None
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
        super().__init__(message)

    def response(self) -> Response:
        """As it reaches the client."""
        headers = {"www-authenticate": "Bearer"} if self.status == 401 else {}
        if self.retry_after is not None:
            headers["retry-after"] = str(self.retry_after)
        body = {"error": {"code": self.code, "message": self.message}}
        return JSONResponse(body, self.status, headers)


def admit(service: Service, request: Request, scope: Scope, *, gateway: bool = False) -> None:
    """Raises Refused unless the request bears a key that holds for the scope."""
    headers = request.headers
    presented = headers.get(GATEWAY_KEY)
    if presented is None and not gateway:
        presented = headers.get("x-api-key")
        if presented is None:
            kind, _, token = headers.get("authorization", "").partition(" ")
            presented = token if kind.lower() == "bearer" else None
    if presented is None:
        raise Refused(401, "no_key", "name an API key of `gauger keys`")
    if service.keys.find(presented) is None:
        raise Refused(401, "unknown_key", "this API key is not known here")
    if service.allowed(presented, scope) is None:
        raise Refused(403, "not_allowed", f"this API key does not allow to {scope.value}")


async def body_of(request: Request, largest: int) -> bytes:
    """The body, read no further than its limit. Raises Refused."""
    stated = request.headers.get("content-length", "0")
    if stated.isdecimal() and int(stated) > largest:
        raise Refused(413, "too_large", f"a body has {largest} bytes at most")
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise Refused(413, "too_large", f"a body has {largest} bytes at most")
        parts.append(part)
    return b"".join(parts)
