"""Where counts of limits are kept: in this process, or in Redis for any number of them."""

from __future__ import annotations

from typing import Any, Final

from gauger.model.errors import MissingExtra, UsageError

MEMORY: Final = "memory://"
_PATIENCE: Final = 0.25
"""Seconds that a storage may take; a gateway waits no longer for the whole answer."""


def storage_at(url: str) -> Any:
    """A storage of the `limits` library. Raises UsageError for a URL that is neither `memory://`
    nor `redis://...`."""
    try:
        from limits.aio.storage import MemoryStorage, RedisStorage
    except ImportError as error:
        raise MissingExtra("quotas", "serve") from error
    if url == MEMORY:
        return MemoryStorage()
    if url.startswith(("redis://", "rediss://")):
        return RedisStorage(
            f"async+{url}", implementation="redispy", socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
        )  # fmt: skip
    raise UsageError(
        "quotas cannot be kept there", f"`{url.partition('://')[0]}://`",
        "use `memory://` or `redis://HOST:PORT`",
    )  # fmt: skip
