"""Files that people write by hand: what is wrong in them is said with file, key and remedy."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import pytest

from gauger.model.errors import UsageError
from gauger.model.tables import TableReader

READ = TableReader("plan", "mine.toml")
TEXT = """
count = 3
share = 0.5
on = true
day = 2026-04-20
moment = 2026-04-20T10:00:00
empty = ""
[one]
x = 1
[[many]]
y = 2
"""


def test_values_are_taken_as_they_stand() -> None:
    table = READ.parse(TEXT)
    assert READ.number(table, "count", "", 0, 3, whole=True) == 3
    assert READ.number(table, "share", "", 0, 1, whole=False) == 0.5
    assert READ.optional(table, "none", "", 0, 1) is None
    assert READ.date(table, "day", "") == dt.date(2026, 4, 20)
    assert READ.table(table, "one") == {"x": 1}
    assert READ.tables(table, "many") == [{"y": 2}]
    assert READ.tables(table, "none") == []


@pytest.mark.parametrize(
    ("take", "parts"),
    [
        (lambda t: READ.number(t, "count", "a.", 4, 9, whole=True), ["`a.count`", "`3`", "4 to 9"]),
        (lambda t: READ.number(t, "share", "", 0, 9, whole=True), ["`0.5`", "whole number"]),
        (lambda t: READ.number(t, "on", "", 0, 1, whole=False), ["`on`", "`True`"]),
        (lambda t: READ.number(t, "none", "", 0, 1, whole=False), ["`none`", "`nothing`"]),
        (lambda t: READ.number({"n": 10**400}, "n", "", 0, 1, whole=True), ["`100000", "0 to 1"]),
        (lambda t: READ.number({"n": math.nan}, "n", "", 0, 1, whole=False), ["`nan`"]),
        (lambda t: READ.number({"n": "a\n b"}, "n", "", 0, 1, whole=False), ["`a b`"]),
        (lambda t: READ.date(t, "moment", ""), ["`moment`", "2026-04-20 10:00:00", "a date"]),
        (lambda t: READ.date(t, "empty", ""), ["`empty`", "`nothing`", "a date"]),
        (lambda t: READ.table(t, "count", "a."), ["`a.count`", "`3`", "a table `[a.count]`"]),
        (lambda t: READ.tables(t, "one"), ["`one`", "tables `[[one]]`"]),
        (lambda t: READ.tables({"many": [1]}, "many"), ["`many`", "`[1]`", "tables `[[many]]`"]),
        (lambda t: READ.known(t, ("count", "share"), "a."), ["`a.on`", "`count`, `share`"]),
        (lambda t: READ.parse("day = = 3"), ["no TOML", "line 1", "correct the file"]),
    ],
)
def test_errors_name_file_key_found_and_allowed(
    take: Callable[[dict[str, Any]], object], parts: list[str]
) -> None:
    with pytest.raises(UsageError) as caught:
        take(READ.parse(TEXT))
    for part in ["plan `mine.toml`", *parts]:
        assert part in str(caught.value)
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)
