"""Every kind of ordinary customer, those included who only look like a campaign."""

from __future__ import annotations

from typing import Any, Final

from gauger.world.people.kind import Kind
from gauger.world.text.data import words


def _kind(name: str, table: dict[str, Any]) -> Kind:
    given: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in table.items()
    }
    given["shares"] = frozenset(given.get("shares", ()))
    return Kind(name, **given)


KINDS: Final = {name: _kind(name, table) for name, table in words("kinds").items()}
