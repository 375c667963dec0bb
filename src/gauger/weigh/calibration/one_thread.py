"""Thousands of small fits: several threads spend ten times as long waiting for each other."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any


def one_thread() -> AbstractContextManager[Any]:
    """Holds linear algebra to one thread, where the package that can do so is installed."""
    try:
        limit: AbstractContextManager[Any] = import_module("threadpoolctl").threadpool_limits(1)
    except ImportError:
        return nullcontext()
    return limit
