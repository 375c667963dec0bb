"""Calls to models among the spans around them, which know who asked and from where.

One call may show as several spans: the client library's, the framework's and the gateway's,
one inside the other or side by side with one response. It is one exchange, told by the outermost.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gauger.read.sources.gateway import REQUEST_IDS
from gauger.read.sources.opening import LogFile
from gauger.read.sources.reading import Row

HELD_CALLS = 4_096
"""Calls that wait for the spans around them, which end later and so are written later."""
HELD_BYTES = 16 * 1024 * 1024
KNOWN_SPANS = 50_000
"""Spans whose parent and knowledge are remembered for calls inside them."""

_INHERITED = (
    "account_id", "organization_id", "conversation_id", "source_ip", "user_agent", "status",
    REQUEST_IDS,
)  # fmt: skip

SpanKey = tuple[str, str]
"""Trace and span identifier."""


@dataclass(slots=True)
class Call:
    """An exchange in the making: its canonical fields, still without what others know."""

    file: LogFile
    place: int
    size: int
    key: SpanKey | None
    fields: dict[str, Any]
    resource_account: Any = None
    """Whom the resource names: the account where neither the call nor a span around says it."""
    released: bool = False

    @property
    def row(self) -> Row:
        """The exchange as sources give it."""
        return self.file, self.place, self.fields, self.size

    def begins_before(self, other: Call) -> bool:
        """Whether this span is around the other, where only their times can tell."""
        own, theirs = self.fields.get("time"), other.fields.get("time")
        return isinstance(own, datetime) and isinstance(theirs, datetime) and own < theirs

    def learn(self, fields: dict[str, Any]) -> None:
        """Take from a span around what this one does not know itself."""
        for name in _INHERITED:
            if self.fields.get(name) is None and name in fields:
                self.fields[name] = fields[name]

    def absorb(self, inner: Call) -> bool:
        """Take in a call inside this one if it is the same; false if it is another."""
        own, other = self.fields.get("exchange_id"), inner.fields.get("exchange_id")
        if own is not None and other is not None and own != other:
            return False
        for name, value in inner.fields.items():
            if self.fields.get(name) is None:
                self.fields[name] = value
        if self.resource_account is None:
            self.resource_account = inner.resource_account
        self.size += inner.size
        inner.released = True
        return True


@dataclass(slots=True)
class _Known:
    parent: SpanKey | None
    fields: dict[str, Any]
    call: Call | None


class Traces:
    """The spans of the moment: each call is given once nothing more can be learned of it."""

    def __init__(self) -> None:
        self._known: OrderedDict[SpanKey, _Known] = OrderedDict()
        self._waiting: dict[SpanKey, list[Call]] = {}
        self._by_exchange: dict[str, Call] = {}
        self._held: OrderedDict[int, Call] = OrderedDict()
        self._bytes = 0
        self._number = 0
        self.absorbed = 0
        """Spans that told of a call which another span tells too."""

    def add(
        self,
        key: SpanKey | None,
        parent: SpanKey | None,
        fields: dict[str, Any],
        call: Call | None = None,
    ) -> Iterator[Call]:
        """Take a span, be it a call or one around calls; gives the calls that need not wait."""
        inside: list[Call] = []
        if key is not None:
            self._remember(key, _Known(parent, fields, call))
            inside = self._waiting.pop(key, [])
        if call is not None:
            call.learn(fields)
            self._hold(call)
        for waiting in inside:
            if not waiting.released:
                self._settle(waiting, key)
        if call is not None:
            self._settle(call, parent)
            self._compare(call)
        yield from self._overdue()

    def rest(self) -> Iterator[Call]:
        """The calls that still wait, at the end of what there is to read."""
        yield from self._release(0, 0)
        self._waiting.clear()
        self._known.clear()

    def _settle(self, call: Call, around: SpanKey | None) -> None:
        """Walk outwards as far as spans are known; wait for the first that is not."""
        seen: set[SpanKey] = set()
        while around is not None and around not in seen:
            seen.add(around)
            known = self._known.get(around)
            if known is None:
                self._waiting.setdefault(around, []).append(call)
                return
            outer = known.call
            if outer is not None and outer is not call and self._absorb(outer, call):
                return
            call.learn(known.fields)
            around = known.parent

    def _compare(self, call: Call) -> None:
        """Make one of two spans that had the same response; one span read twice stays two."""
        identity = call.fields.get("exchange_id")
        if call.released or not isinstance(identity, str):
            return
        other = self._by_exchange.setdefault(identity, call)
        if other is call or other.key == call.key:
            return
        outer, inner = (call, other) if call.begins_before(other) else (other, call)
        if self._absorb(outer, inner):
            self._by_exchange[identity] = outer

    def _absorb(self, outer: Call, inner: Call) -> bool:
        size = outer.size
        if outer.released or inner.released or not outer.absorb(inner):
            return False
        self.absorbed += 1
        self._bytes += outer.size - size
        self._forget(inner)
        return True

    def _remember(self, key: SpanKey, known: _Known) -> None:
        before = self._known.get(key)
        if before is not None:
            # The same span again: what either record of it knows holds for both.
            known.fields = before.fields | known.fields
        self._known[key] = known
        self._known.move_to_end(key)
        if len(self._known) > KNOWN_SPANS:
            self._known.popitem(last=False)

    def _hold(self, call: Call) -> None:
        self._number += 1
        self._held[self._number] = call
        self._bytes += call.size

    def _overdue(self) -> Iterator[Call]:
        if len(self._held) > HELD_CALLS or self._bytes > HELD_BYTES:
            # Half at once, so that forgetting whom they wait for is rare.
            yield from self._release(HELD_CALLS // 2, HELD_BYTES // 2)
            self._waiting = {
                key: calls
                for key, waiting in self._waiting.items()
                if (calls := [call for call in waiting if not call.released])
            }

    def _release(self, calls: int, size: int) -> Iterator[Call]:
        while self._held and (len(self._held) > calls or self._bytes > size):
            _, call = self._held.popitem(last=False)
            self._bytes -= call.size
            if not call.released:
                call.released = True
                self._forget(call)
                yield call

    def _forget(self, call: Call) -> None:
        """Let go of the text of a call that is done; where it stood in its trace is kept."""
        known = self._known.get(call.key) if call.key is not None else None
        if known is not None and known.call is call:
            known.call = None
        identity = call.fields.get("exchange_id")
        if isinstance(identity, str) and self._by_exchange.get(identity) is call:
            del self._by_exchange[identity]
