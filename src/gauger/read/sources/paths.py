"""Fields of nested records, by dotted path, whatever stands where an object should."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def at(record: Any, path: str) -> Any:
    """The value at a dotted path; a key that itself holds dots wins over a nested one."""
    if not isinstance(record, Mapping):
        return None
    if path in record:
        return record[path]
    head, dot, rest = path.partition(".")
    return at(record.get(head), rest) if dot else None


def first(record: Any, *paths: str) -> Any:
    """The first value that is set: neither null nor an empty text."""
    for path in paths:
        value = at(record, path)
        if value is not None and value != "":
            return value
    return None


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}
