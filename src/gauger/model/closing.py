"""What is closed at the end of a `with`, however the block ends."""

from __future__ import annotations

from types import TracebackType
from typing import Self


class Closing:
    """Gives a class with a `close` of its own the two ends of a context manager."""

    def close(self) -> None:
        """Lets go of what is held; each class says of what."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
