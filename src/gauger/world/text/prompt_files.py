"""Reads prompts out of public files as they come, whatever their authors called the fields.

Known shapes: a string; `turns`, `messages` or `conversations`; `question` (text, or lists of
messages); `instruction` with `input` or `instances`; `code` that holds an `Instruction`; `prompt`
or `text`. A record with a `question_id` and no prompt names a prompt of another file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from gauger.model.errors import InputError

SUFFIXES: Final = (".jsonl", ".json", ".parquet", ".txt")
NOT_PROMPTS: Final = frozenset({"seed_tasks.jsonl", "prompt.txt", "license.txt", "readme.txt"})
"""Files that come with datasets and hold what these were made from, not what was asked."""

_LONGEST: Final = 20_000
_WITHIN_CODE: Final = re.compile(
    r"###\s*Instruction:\s*(.+?)\s*(?:\n|###)|'Instruction':\s*[\"']?(.+?)[\"']?,\s*'Output'", re.S
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt; `tools` says that functions were offered with it, `question` is its id.

    The text is empty where a record only names a question of another file.
    """

    text: str
    tools: bool = False
    question: str | None = None


def prompts_of(path: Path) -> Iterator[Prompt]:
    """Every prompt of one file; what holds none, or cannot be parsed, is passed over.

    Raises InputError where the file cannot be read at all.
    """
    try:
        for record in _records(path):
            found = _prompt(record)
            if found is not None:
                yield found
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError(str(path), f"it cannot be read ({error})", "leave it out") from error


def _records(path: Path) -> Iterator[Any]:
    if path.suffix == ".parquet":
        yield from pq.read_table(path).to_pylist()
        return
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".txt":
        yield from text.splitlines()
        return
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        yield from _lines(text)
        return
    yield from whole if isinstance(whole, list) else (whole,)


def _lines(text: str) -> Iterator[Any]:
    for line in text.split("\n"):
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            # Hand-written sets hold a few lines with stray backslashes.
            continue


def _prompt(record: Any) -> Prompt | None:
    text = record if isinstance(record, str) else _text(record) if isinstance(record, dict) else ""
    tools, question = False, None
    if isinstance(record, dict):
        tools = bool(record.get("function") or record.get("tools"))
        named = record.get("question_id")
        question = named if isinstance(named, str) else None
    text = text.strip()[:_LONGEST]
    return Prompt(text, tools, question) if text or question is not None else None


def _text(record: dict[str, Any]) -> str:
    for key in ("turns", "messages", "conversations", "question"):
        asked = _asked(record.get(key))
        if asked:
            return asked
    if isinstance(record.get("instruction"), str):
        return _instruction(record)
    code = record.get("code")
    if isinstance(code, str):
        found = _WITHIN_CODE.search(code)
        return (found[1] or found[2]) if found else ""
    for key in ("prompt", "text"):
        if isinstance(record.get(key), str):
            return str(record[key])
    return ""


def _asked(said: Any) -> str:
    """What the user says first, in a text, a message, a list of messages, or a list of those."""
    if isinstance(said, str):
        return said
    if isinstance(said, dict):
        role = said.get("role", said.get("from", "user"))
        content = said.get("content", said.get("value", ""))
        return content if role in ("user", "human") and isinstance(content, str) else ""
    if isinstance(said, list):
        return next((found for found in map(_asked, said) if found), "")
    return ""


def _instruction(record: dict[str, Any]) -> str:
    more = record.get("input")
    instances = record.get("instances")
    if more is None and isinstance(instances, list) and instances:
        more = instances[0].get("input")
    return "\n\n".join(part for part in (record["instruction"], more) if part)
