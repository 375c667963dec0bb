"""Tables that a question about a few accounts writes into and leaves as it found them.

Made anew for each of thousands of questions they would cost more than most answers, which need
a few places of them. Every thread has its own.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray


class _Tables(threading.local):
    def __init__(self) -> None:
        self.accounts = np.empty(0, np.int32)
        self.things = np.empty(0, np.int32)


_tables = _Tables()


def accounts_table(size: int) -> NDArray[np.int32]:
    """A table of -1 for `size` accounts or more."""
    if len(_tables.accounts) < size:
        _tables.accounts = np.full(size, -1, np.int32)
    return _tables.accounts


def things_table(size: int) -> NDArray[np.int32]:
    """A table of 0 for `size` things or more."""
    if len(_tables.things) < size:
        _tables.things = np.zeros(size, np.int32)
    return _tables.things
