"""How long steps say how far they are, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told about steps as they begin, move on and end."""

    def begin(self, step: str, total: int | None = None) -> None:
        """A step begins; `total` is what it will count to, where that is known."""

    def advance(self, done: int, note: str = "") -> None:
        """The current step has come to `done`; `note` is a count worth showing."""

    def end(self) -> None:
        """The current step is over."""


class Silence:
    """Nobody listens."""

    def begin(self, step: str, total: int | None = None) -> None:
        """Ignored."""

    def advance(self, done: int, note: str = "") -> None:
        """Ignored."""

    def end(self) -> None:
        """Ignored."""
