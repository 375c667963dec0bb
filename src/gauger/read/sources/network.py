"""A client's address as logs write it: bare, with a port, or as a forwarded list."""

from __future__ import annotations

from typing import Any

from gauger.read.sources.reading import Reading


def address(value: Any, reading: Reading) -> str | None:
    """The first address of a value; a list came from a header that the client can forge."""
    if not isinstance(value, str):
        return None
    first, comma, _ = value.partition(",")
    if comma:
        reading.asserted.add("source_ip")
    return _without_port(first.strip()) or None


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host, colon, port = text.rpartition(":")
    # More than one colon is an IPv6 address, whose last group is no port.
    return host if colon and ":" not in host and port.isdecimal() else text
