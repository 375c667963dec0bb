"""Draws the words of many sentences at once: one row of slots for each exchange."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np

from gauger.world.text import names
from gauger.world.text.lexicon import SLOTS, Flat, Ints, Texts, lexicon

Slots = dict[str, Texts]
"""One array of words for each name of `SLOTS`, all of one length."""

_ARTICLE: Final = re.compile(r"( a|\bA) (?=[aeio]\w)")


def _capital(words: Texts) -> Texts:
    out = np.empty(len(words), dtype=object)
    out[:] = [word[:1].upper() + word[1:] for word in words]
    return out


def _several(rng: np.random.Generator, flat: Flat, topics: Ints, times: int) -> list[Texts]:
    """Different entries of one list for each row, early entries more often.

    A sentence that names a thing twice should name two things.
    """
    count, start = flat.count[topics], flat.start[topics]
    first = (rng.random(len(topics)) ** 1.25 * count).astype(np.int64)
    stride = 1 + (rng.random(len(topics)) * np.maximum(count // times, 1)).astype(np.int64)
    return [flat.values[start + (first + stride * i) % count] for i in range(times)]


def draw(rng: np.random.Generator, topics: Ints, own: Ints) -> Slots:
    """Words for each row: of its topic, of the names that start at `own`, and numbers."""
    n, words = len(topics), lexicon().words

    def take(pool: Texts) -> Texts:
        taken: Texts = pool[rng.integers(0, len(pool), n)]
        return taken

    pool = names.invented()
    act, act2 = _several(rng, words["acts"], topics, 2)
    thing, thing2, thing3, thing4 = _several(rng, words["things"], topics, 4)
    trait, trait2, trait3 = _several(rng, words["traits"], topics, 3)
    limit, limit2 = _several(rng, words["limits"], topics, 2)
    first = rng.integers(0, names.OWN_NAMES, n)
    second = (first + rng.integers(1, names.OWN_NAMES, n)) % names.OWN_NAMES
    return {
        "act": act,
        "Act": _capital(act),
        "act2": act2,
        "Act2": _capital(act2),
        "thing": thing,
        "Thing": _capital(thing),
        "thing2": thing2,
        "thing3": thing3,
        "thing4": thing4,
        "trait": trait,
        "trait2": trait2,
        "trait3": trait3,
        "limit": limit,
        "limit2": limit2,
        "woe": _several(rng, words["woes"], topics, 1)[0],
        "num": take(names.numbers()),
        "num2": take(names.numbers()),
        "num3": take(names.small_numbers()),
        "own": pool[(own + first) % names.POOL],
        "own2": pool[(own + second) % names.POOL],
        "person": take(names.people()),
        "place": take(names.places()),
        "when": take(names.whens()),
    }


def rows(slots: Slots) -> list[tuple[str, ...]]:
    """The slots as one tuple for each row, in the order that patterns count on."""
    return list(zip(*(slots[name].tolist() for name in SLOTS), strict=True))


def fill(patterns: Iterable[str], words: Iterable[tuple[str, ...]]) -> list[str]:
    """Every pattern filled from its own row of words."""
    filled = (pattern.format(*row) for pattern, row in zip(patterns, words, strict=True))
    return [_ARTICLE.sub(r"\1n ", text) if " a " in text else text for text in filled]


def passages(
    rng: np.random.Generator, family: str, topics: Ints, own: Ints, counts: Ints, joint: str
) -> list[str]:
    """For each row, so many sentences of one family, each with words of its own."""
    repeated = np.repeat(np.arange(len(topics)), counts)
    of, names_of = topics[repeated], own[repeated]
    patterns = lexicon().patterns[family].pick(of, rng.random(len(of)))
    said = fill(patterns, rows(draw(rng, of, names_of)))
    ends = np.cumsum(counts)
    begins = ends - counts
    return [
        joint.join(said[begin:end])
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
    ]
