"""Brackets with alternatives, [a|b], as frames and sentence patterns use them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np

_CHOICE: Final = re.compile(r"\[([^\[\]|]*\|[^\[\]]*)\]")
WAYS: Final = 24
"""How many ways of saying one pattern are kept: enough that two strangers seldom take the same."""


def expand(text: str, rng: np.random.Generator) -> str:
    """Take one alternative of every bracket."""

    def one(match: re.Match[str]) -> str:
        options = match.group(1).split("|")
        return options[int(rng.random() * len(options))]

    while _CHOICE.search(text):
        text = _CHOICE.sub(one, text)
    return text


def ways(patterns: Sequence[str]) -> list[str]:
    """Every pattern in several ways, which stand together, so that a habit keeps to one pattern.

    The same patterns give the same ways in every world; patterns without brackets are repeated
    as often as the others, so that each keeps its weight.
    """
    if not any(_CHOICE.search(pattern) for pattern in patterns):
        return list(patterns)
    said: list[str] = []
    for pattern in patterns:
        rng = np.random.default_rng(zlib.crc32(pattern.encode()))
        said += [expand(pattern, rng) for _ in range(WAYS)]
    return said
