"""Loads the libraries of a command without looking them over for garbage, then or at the end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """What is there when it ends stays for as long as the process, and is set aside.

    A process that ends looks at all there is several times, which took a third of the time of a
    short command.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
