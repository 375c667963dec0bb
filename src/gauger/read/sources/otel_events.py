"""Events of calls, held until the span that each belongs to is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from gauger.read.sources.genai import DETAILS
from gauger.read.sources.genai_messages import from_events
from gauger.read.sources.opening import LogFile
from gauger.read.sources.otel_traces import SpanKey
from gauger.read.sources.otlp import Event
from gauger.read.sources.rejects import RejectedRecord


@dataclass(slots=True)
class Held:
    """One event with its place, as JSON: it takes a fraction of the memory that objects do."""

    file: LogFile
    place: int
    text: bytes

    @property
    def event(self) -> Event:
        """The event again."""
        return Event(**orjson.loads(self.text))


class Events:
    """Events by the span they belong to. What a span takes is gone from here."""

    def __init__(self) -> None:
        self._held: dict[SpanKey, list[Held]] = {}
        self.taken = 0
        """Events that a span has taken."""

    def hold(self, file: LogFile, place: int, event: Event) -> None:
        """Keep an event; raises `RejectedRecord` for one that cannot be written down."""
        try:
            text = orjson.dumps(asdict(event))
        except (TypeError, orjson.JSONEncodeError):
            raise RejectedRecord("the log record nests too deep, or is no text") from None
        key = (event.trace_id, event.span_id)
        self._held.setdefault(key, []).append(Held(file, place, text))

    def take(self, key: SpanKey | None) -> list[Event]:
        """The events of one span."""
        found = self._held.pop(key, []) if key is not None else []
        self.taken += len(found)
        return [held.event for held in found]

    def rest(self) -> Iterator[Held]:
        """What no span has taken."""
        for held in self._held.values():
            yield from held


def attributes_with(attributes: Mapping[str, Any], events: list[Event]) -> dict[str, Any]:
    """A span's attributes with what its events say beside them."""
    found = {**from_events(events), **attributes}
    for event in events:
        if event.name == DETAILS:
            # An event holds messages in structure, a span perhaps as text that was cut.
            found |= {name: value for name, value in event.attributes.items() if value is not None}
    return found
