"""What a thread has freed goes back to the system."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from gauger.engine.freeing import give_back
from gauger.recording import resident_memory

MANY = 200_000
SIZE = 1_000
"""Bytes of each piece: small enough that no single one is mapped and unmapped by itself."""


@pytest.mark.skipif(sys.platform != "linux", reason="only there does the system say what is held")
def test_what_threads_freed_is_given_back() -> None:
    give_back()
    before = resident_memory()
    with ThreadPoolExecutor(1) as thread:
        held = thread.submit(lambda: [bytes(SIZE) for _ in range(MANY)]).result()
        grown = resident_memory() - before
        del held
        give_back()
    assert grown > 0.9 * MANY * SIZE
    assert resident_memory() - before < 0.2 * grown
