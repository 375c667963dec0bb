"""What a gateway in front of the models saw of each request, for the exchanges of other logs."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from gauger.model.exchange import EXCHANGE_SCHEMA

REQUEST_IDS: Final = "request_ids"
"""Beside the canonical fields of a row: the other names its request may have at a gateway."""

_GIVEN = ("source_ip", "user_agent", "ja4", "latency_ms")


@dataclass(frozen=True, slots=True)
class Access:
    """One request at the gateway. Millions are held at once: texts are shared."""

    source_ip: str | None
    user_agent: str | None
    ja4: str | None
    latency_ms: int | None

    def value(self, name: str) -> Any:
        """What it gives for a canonical field."""
        return getattr(self, name)


@dataclass(slots=True)
class Accesses:
    """All requests that the gateways of one scan saw, by their identifiers."""

    formats: set[str] = field(default_factory=set)
    """Of the gateway logs that were read."""
    given: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Values given, by format of the exchange and field."""
    _by_id: dict[str, Access] = field(default_factory=dict)
    _joined: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self._by_id)

    def add(self, identifiers: Iterable[Any], access: Access) -> bool:
        """Keep one request; false if nothing identifies it.

        Of several gateways in a row that saw one request, the outermost took longest: it is
        the one that saw the client.
        """
        known = [each for each in identifiers if isinstance(each, str) and each]
        for identifier in known:
            before = self._by_id.get(identifier)
            if before is None or _order(access) > _order(before):
                self._by_id[identifier] = access
        return bool(known)

    def fill(self, fields: Mapping[str, Any], format_name: str) -> Mapping[str, Any]:
        """The fields of an exchange with what its gateway saw, where they are not set."""
        for identifier in (*(fields.get(REQUEST_IDS) or ()), fields.get("exchange_id")):
            access = self._by_id.get(identifier) if isinstance(identifier, str) else None
            if access is None:
                continue
            self._joined.add(identifier)
            filled = dict(fields)
            for name in _GIVEN:
                value = access.value(name)
                if value is not None and fields.get(name) in (None, ""):
                    filled[name] = value
                    self.given[format_name, name] += 1
            return filled
        return fields

    def fill_columns(self, columns: dict[str, pa.Array], format_name: str) -> None:
        """The same for columns, in place, by `exchange_id`."""
        if not self:
            return
        known = {name: columns[name].to_pylist() for name in ("exchange_id", *_GIVEN)}
        rows = [
            self.fill(dict(zip(known, values, strict=True)), format_name)
            for values in zip(*known.values(), strict=True)
        ]
        for name in _GIVEN:
            kind = EXCHANGE_SCHEMA.field(name).type
            columns[name] = pa.array([row[name] for row in rows], kind)

    @property
    def unmatched(self) -> int:
        """Identifiers that no exchange has."""
        return len(self._by_id) - len(self._joined)


def _order(access: Access) -> tuple[int, str, str, str]:
    return (
        access.latency_ms if access.latency_ms is not None else -1,
        access.source_ip or "",
        access.user_agent or "",
        access.ja4 or "",
    )


def shared(value: Any) -> str | None:
    """A text as the one copy of it; null for what a gateway writes where it has nothing."""
    return sys.intern(value) if isinstance(value, str) and value not in ("", "-") else None
