"""`gauger audit`: shows what was done, and finds what was changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from gauger.act.cases.tables import AUDIT

from .calling import Caller


@pytest.fixture
def control(tmp_path: Path) -> str:
    """The URL of a control plane."""
    return f"sqlite:///{tmp_path}/control.db"


def made(gauger: Caller, control: str, keys: int) -> None:
    """Puts entries on record."""
    for number in range(keys):
        said = gauger("keys", "add", f"key{number}", "--scope", "read", "--database", control)
        assert said.code == 0


def test_the_log_is_shown_and_whole(gauger: Caller, control: str) -> None:
    assert gauger("audit", "verify", "--database", control).code == 0
    made(gauger, control, 3)
    shown = gauger("audit", "show", "--last", 2, "--json", "--database", control).out
    rows = [json.loads(line) for line in shown.splitlines()]
    assert [(row["number"], row["kind"], row["actor"]) for row in rows] == [
        (2, "key_added", "command line"), (3, "key_added", "command line"),
    ]  # fmt: skip
    assert rows[0]["details"]["scopes"] == "read"
    words = gauger("audit", "show", "--database", control).out
    assert "key_added" in words and "scopes=read" in words
    whole = gauger("audit", "verify", "--database", control)
    assert (whole.code, whole.err.strip()) == (0, "Whole: 3 entries, and 0 noted heads fit.")


def test_what_was_changed_is_named(gauger: Caller, control: str) -> None:
    made(gauger, control, 4)
    database = sa.create_engine(control)
    with database.begin() as connection:
        connection.execute(AUDIT.update().where(AUDIT.c.number == 3).values(actor="nobody"))
    database.dispose()
    found = gauger("audit", "verify", "--database", control)
    assert (found.code, found.err.startswith("Entry 3 does not fit:")) == (1, True)


def test_heads_are_noted_and_compared(gauger: Caller, control: str, tmp_path: Path) -> None:
    noted = tmp_path / "heads.txt"
    for keys in (1, 2):
        made(gauger, control, keys)
        said = gauger("audit", "head", "--note", noted, "--database", control)
        assert noted.read_text().endswith(said.out)
    arguments = ["audit", "verify", "--heads", noted, "--database", control]
    assert "2 noted heads fit" in gauger(*arguments).err
    # Another database is whole by itself, and is not the one whose heads were noted.
    Path(control.removeprefix("sqlite:///")).unlink()
    made(gauger, control, 3)
    assert gauger("audit", "verify", "--database", control).code == 0
    found = gauger(*arguments)
    assert (found.code, "Entry 1 does not fit" in found.err) == (1, True)
    last = noted.read_text().splitlines()[-1].split()[-1]
    by_hand = gauger("audit", "verify", "--head", last, "--database", control)
    assert (by_hand.code, "Entry 3 does not fit" in by_hand.err) == (1, True)


def test_what_is_no_head_or_no_file_is_said(gauger: Caller, control: str, tmp_path: Path) -> None:
    assert "no head" in gauger("audit", "verify", "--head", "x", "--database", control).error
    missing = gauger("audit", "verify", "--heads", tmp_path / "none", "--database", control)
    assert (missing.code, "noted heads" in missing.error) == (2, True)
    nowhere = gauger("audit", "head", "--note", "/proc/none/x", "--database", control)
    assert (nowhere.code, "name another file" in nowhere.error) == (2, True)
