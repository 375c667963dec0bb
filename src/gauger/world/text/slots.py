"""Draws the words of many sentences at once: one row of slots for each exchange."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gauger.world.text import names
from gauger.world.text.lexicon import SLOTS, Flat, Floats, Ints, Texts, lexicon

Slots = dict[str, Texts]
"""One array of words for each name of `SLOTS`, all of one length."""


def _capital(words: Texts) -> Texts:
    out = np.empty(len(words), dtype=object)
    out[:] = [word[:1].upper() + word[1:] for word in words]
    return out


def _skewed(rng: np.random.Generator, n: int) -> Floats:
    """Early entries more often, as some things are asked about more than others."""
    drawn: Floats = rng.random(n) ** 1.25
    return drawn


def draw(rng: np.random.Generator, topics: Ints, own: Ints) -> Slots:
    """Words for each row: of its topic, of the names that start at `own`, and numbers."""
    n, words = len(topics), lexicon().words

    def pick(flat: Flat) -> Texts:
        return flat.pick(topics, _skewed(rng, n))

    def take(pool: Texts) -> Texts:
        taken: Texts = pool[rng.integers(0, len(pool), n)]
        return taken

    pool = names.invented()
    acts = pick(words["acts"])
    acts2 = pick(words["acts"])
    thing = pick(words["things"])
    return {
        "act": acts,
        "Act": _capital(acts),
        "act2": acts2,
        "Act2": _capital(acts2),
        "thing": thing,
        "Thing": _capital(thing),
        "thing2": pick(words["things"]),
        "thing3": pick(words["things"]),
        "thing4": pick(words["things"]),
        "trait": pick(words["traits"]),
        "trait2": pick(words["traits"]),
        "trait3": pick(words["traits"]),
        "limit": pick(words["limits"]),
        "limit2": pick(words["limits"]),
        "woe": pick(words["woes"]),
        "num": take(names.numbers()),
        "num2": take(names.numbers()),
        "num3": take(names.small_numbers()),
        "own": pool[(own + rng.integers(0, names.OWN_NAMES, n)) % names.POOL],
        "own2": pool[(own + rng.integers(0, names.OWN_NAMES, n)) % names.POOL],
        "person": take(names.people()),
        "place": take(names.places()),
        "when": take(names.whens()),
    }


def rows(slots: Slots) -> list[tuple[str, ...]]:
    """The slots as one tuple for each row, in the order that patterns count on."""
    return list(zip(*(slots[name].tolist() for name in SLOTS), strict=True))


def fill(patterns: Iterable[str], words: Iterable[tuple[str, ...]]) -> list[str]:
    """Every pattern filled from its own row of words."""
    return [pattern.format(*row) for pattern, row in zip(patterns, words, strict=True)]
