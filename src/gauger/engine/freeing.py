"""Memory that was freed is given back to the system: allocators keep it for their threads."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import pyarrow as pa


def give_back() -> None:
    """Gives back what this process holds and does not use.

    A step's threads leave gigabytes behind in allocators of their own, which no later thread may
    use. Does as much as the platform offers.
    """
    pa.default_memory_pool().release_unused()
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], Any] | None:
    try:
        found: Callable[[int], Any] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return found
