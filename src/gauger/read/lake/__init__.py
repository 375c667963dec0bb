"""The lake: sketches in Apache Iceberg tables, so that one scan can name what it read.

Nothing here but `require` may be imported before it: PyIceberg is an extra.
"""

from __future__ import annotations

import importlib.util

from gauger.model.errors import MissingExtra

__all__ = ["require"]


def require() -> None:
    """Raises MissingExtra where the packages of a lake are not installed."""
    for package in ("pyiceberg", "sqlalchemy"):
        if importlib.util.find_spec(package) is None:
            raise MissingExtra("a lake", "lake")
