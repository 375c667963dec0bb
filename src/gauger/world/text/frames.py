"""Frames: system prompts and the words around the content, from a small grammar of alternatives.

Ordinary products and campaigns take theirs from one grammar, so that having a frame, or a
frame of a certain style, is not by itself a sign of anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gauger.world.text import slots
from gauger.world.text.choices import expand
from gauger.world.text.data import words
from gauger.world.text.lexicon import positional


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the content of a prompt."""

    system: str | None = None
    before: str = ""
    after: str = ""


NO_FRAME: Final = Frame()


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a campaign wants answers to."""

    name: str
    fields: tuple[str, ...]
    language: str
    answer: str
    tools: bool


def purposes() -> tuple[str, ...]:
    """The purposes that a campaign can have."""
    return tuple(words("frames")["purpose"])


def purpose(name: str) -> Purpose:
    """One purpose by name."""
    found = words("frames")["purpose"][name]
    return Purpose(name, tuple(found["fields"]), found["language"], found["answer"], found["tools"])


def _words(rng: np.random.Generator, topic: int, own: int) -> tuple[str, ...]:
    drawn = slots.draw(rng, np.array([topic]), np.array([own]))
    return slots.rows(drawn)[0]


def compose(
    family: str, name: str, rng: np.random.Generator, topic: int, own: int, bare: float = 0.0
) -> Frame:
    """One frame of a family (`purpose` or `ordinary`); with probability `bare` without system."""
    grammar = words("frames")[family][name]
    row = _words(rng, topic, own)

    def say(lines: list[str], joint: str) -> str:
        said = (expand(line, rng) for line in lines)
        return joint.join(part for part in said if part)

    system = say(grammar["system"], "" if name == "chinese" else " ")
    before, after = say(grammar["before"], " "), say(grammar["after"], " ")
    filled = [positional(part).format(*row) for part in (system, before, after)]
    system, before, after = filled
    silent = rng.random() < bare
    if silent:
        before, system = f"{system}\n\n{before}" if rng.random() < 0.5 else before, ""
    return Frame(
        system or None,
        f"{before}\n" if before else "",
        f"\n{after}" if after else "",
    )
