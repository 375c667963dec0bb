"""Axis `dialogue`: from single turns to replies that depend on the answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gauger.world.text.lexicon import Ints

SECOND = {
    "en": (
        "Now check your answer and give the final version.",
        "Rewrite the above with more detail in each step.",
        "List the assumptions you made.",
        "Give a second solution by another method.",
        "Rate your own answer from 1 to 10 and say why.",
        "Summarise the reasoning in three lines.",
    ),
    "zh": (
        "请检查并给出最终答案。",
        "请把上面的步骤写得更详细。",
        "换一种方法再做一遍。",
        "用三句话总结思路。",
    ),
}

MEAN_TURNS = (1.0, 2.0, 5.5, 2.4)
"""Mean turns of a conversation at each level."""


@dataclass(frozen=True, slots=True)
class Script:
    """What follows the first turn: nothing, fixed lines, tool results, or real replies."""

    level: int
    lines: tuple[str, ...]
    tools: bool


def script(level: int, rng: np.random.Generator, language: str, tools: bool) -> Script:
    """The campaign's way of going on after the first answer."""
    known = SECOND.get(language, SECOND["en"])
    kept = rng.permutation(len(known))[: 2 + int(rng.integers(0, 2))]
    return Script(level, tuple(known[int(i)] for i in kept), tools)


def turns(level: int, rng: np.random.Generator, n: int) -> Ints:
    """Turns of each conversation."""
    if level == 0:
        return np.ones(n, dtype=np.int64)
    if level == 1:
        return np.full(n, 2, dtype=np.int64)
    if level == 2:
        return 2 + np.minimum(rng.poisson(3.5, n), 20)
    drawn: Ints = 1 + np.minimum(rng.geometric(1 / 2.4, n) - 1, 20)
    return drawn
