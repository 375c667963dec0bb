"""What tests need of the machine: where it is missing they are skipped on a desk and fail in CI."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skips the test, or fails it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {what}")
    pytest.skip(f"no {what} here")


def program(name: str) -> str:
    """Where a program lies."""
    found = shutil.which(name)
    if found is None:
        missing(f"`{name}` on its path")
    return found
