"""Sizes of memory and disk as people write them."""

from __future__ import annotations

import os
import re
from typing import Final

from gauger.model.errors import UsageError

_LEAST: Final = 3_000_000_000
_UNITS: Final = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_SIZE: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(I?)B?\s*", re.IGNORECASE)


def bytes_of(size: str) -> int:
    """Bytes in a size such as `3GB`, `512 MiB` or `2g`; ValueError for anything else."""
    found = _SIZE.fullmatch(size)
    if found is None:
        raise ValueError(f"`{size}` is no size")
    number, unit, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** _UNITS[unit.upper()])


def given(size: str, option: str) -> int:
    """Bytes in a size that a person gave with an option. Raises UsageError for what is none."""
    try:
        return bytes_of(size)
    except ValueError:
        raise UsageError(
            "no such size", f"`{size}`", f"give `{option}` as a size such as 3GB"
        ) from None


def usual(machine: int | None = None) -> str:
    """What a scan may use where nobody said: 3GB, or three quarters of a larger machine's memory.

    A limit that nobody set must not refuse what the machine could do.
    """
    if machine is None:
        try:
            machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        except (AttributeError, OSError, ValueError):
            machine = 0
    return said(max(_LEAST, 0.75 * machine))


def said(size: float) -> str:
    """Bytes as a person reads them and as `bytes_of` takes them."""
    return f"{size / 1e9:.1f}GB" if size >= 1e9 else f"{max(size / 1e6, 1):.0f}MB"
