"""Names for logs that tests write by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

Row = dict[str, object]
Write = Callable[[list[Row], list[Row]], Path]
BEGIN = datetime(2026, 4, 20, 9, tzinfo=UTC)
