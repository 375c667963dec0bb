"""Takes values out of a TOML file that people write, and says precisely what is wrong with them.

Whoever writes such a file by hand is told the file, the key, what stands there and what may.
"""

from __future__ import annotations

import datetime as dt
import tomllib
import unicodedata
from typing import Any, Final

from gauger.model.errors import UsageError

_LONGEST: Final = 120
"""Characters of a wrong value that an error repeats."""


class TableReader:
    """The values of one file; `kind` and `file` are how errors call it: scenario `demo.toml`.

    Keys are given as `where` (the path to their table, with its dot) and `key`. Every method
    raises UsageError for what may not stand there.
    """

    def __init__(self, kind: str, file: str) -> None:
        self.kind = kind
        self.file = file

    def parse(self, text: str) -> dict[str, Any]:
        """The file as tables."""
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(
                f"{self.kind} `{self.file}`", f"no TOML ({error})", "correct the file"
            ) from error

    def wrong(self, key: str, found: object, allowed: str) -> UsageError:
        """The error for one key of this file; an empty text is as good as none."""
        shown = " ".join(str(found).split()) if found is not None else ""
        shown = "".join(each if _visible(each) else "?" for each in shown)
        shown = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
        return UsageError(
            f"{self.kind} `{self.file}`, key `{key}`", f"`{shown or 'nothing'}`", f"give {allowed}"
        )

    def known(self, table: dict[str, Any], allowed: tuple[str, ...], where: str) -> None:
        """Refuse keys that mean nothing, as a misspelt key would pass unseen."""
        for key in table:
            if key not in allowed:
                names = ", ".join(f"`{name}`" for name in allowed)
                raise self.wrong(f"{where}{key}", key, f"one of {names}")

    def number(
        self, table: dict[str, Any], key: str, where: str, low: float, high: float, *, whole: bool
    ) -> float:
        """A number within bounds."""
        found = table.get(key)
        kinds = (int,) if whole else (int, float)
        what = f"a {'whole ' if whole else ''}number from {low:g} to {high:g}"
        if not isinstance(found, kinds) or isinstance(found, bool) or not low <= found <= high:
            raise self.wrong(f"{where}{key}", found, what)
        return float(found)

    def optional(
        self, table: dict[str, Any], key: str, where: str, low: float, high: float
    ) -> float | None:
        """A number within bounds, or nothing."""
        return self.number(table, key, where, low, high, whole=False) if key in table else None

    def text(
        self, table: dict[str, Any], key: str, where: str, what: str, longest: int = 2_000
    ) -> str:
        """A text with its blanks and line ends drawn together; `what` says what it should be."""
        found = table.get(key)
        text = " ".join(found.split()) if isinstance(found, str) else ""
        if not text or len(text) > longest or not all(map(_visible, text)):
            limit = f"{what} in at most {longest:,} characters, none of them a control character"
            raise self.wrong(f"{where}{key}", found, what if not text else limit)
        return text

    def date(self, table: dict[str, Any], key: str, where: str) -> dt.date:
        """A day without a time."""
        found = table.get(key)
        if not isinstance(found, dt.date) or isinstance(found, dt.datetime):
            raise self.wrong(f"{where}{key}", found, "a date such as 2026-04-20")
        return found

    def table(self, parent: dict[str, Any], key: str, where: str = "") -> dict[str, Any]:
        """A table that has to be there."""
        found = parent.get(key)
        if not isinstance(found, dict):
            raise self.wrong(f"{where}{key}", found, f"a table `[{where}{key}]`")
        return found

    def tables(self, parent: dict[str, Any], key: str, where: str = "") -> list[dict[str, Any]]:
        """A list of tables; empty where the key is absent."""
        found = parent.get(key, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise self.wrong(f"{where}{key}", found, f"tables `[[{where}{key}]]`")
        return found


def _visible(character: str) -> bool:
    return unicodedata.category(character) != "Cc"
