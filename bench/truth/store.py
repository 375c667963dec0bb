"""Results of the bench as JSON lines, so that a part can be run again without the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Store:
    """One file of rows per kind of result under a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "results"
        self._folder.mkdir(parents=True, exist_ok=True)

    def put(self, name: str, rows: Iterable[DataclassInstance]) -> None:
        """Replace the rows of one kind."""
        text = "".join(json.dumps(asdict(row)) + "\n" for row in rows)
        (self._folder / f"{name}.jsonl").write_text(text, encoding="utf-8")

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of one kind, none if it was not run."""
        path = self._folder / f"{name}.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
