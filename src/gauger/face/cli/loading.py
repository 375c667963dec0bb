"""Loads the libraries of a command without looking them over for garbage meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """What is made within stays, so nobody looks it over before it counts as old."""
    gc.disable()
    try:
        yield
    finally:
        # One after the other they put all there is among the old without a look at it.
        gc.freeze()
        gc.unfreeze()
        gc.enable()
