"""Axis `share_of_work`: from an equal deal in turn to shares as heavy-tailed as real users'."""

from __future__ import annotations

import numpy as np

from gauger.world.text.lexicon import Floats, Ints


def weights(level: int, rng: np.random.Generator, n: int) -> Floats:
    """How much of the work each account is given, relative to the others."""
    if level < 2:
        return np.ones(n)
    drawn = rng.gamma(3.0, 1 / 3.0, n) if level == 2 else np.exp(1.15 * rng.standard_normal(n))
    return np.asarray(drawn, dtype=np.float64)


def deal(
    level: int, rng: np.random.Generator, available: Ints, weight: Floats, n: int, turn: int
) -> Ints:
    """Which of the available accounts gets each of `n` pieces of work.

    0: in turn, going on at `turn`; otherwise by chance, with the given weights. On a day on which
    none is available nothing is dealt.
    """
    if not len(available):
        return np.zeros(0, dtype=np.int64)
    if level == 0:
        dealt: Ints = available[(turn + np.arange(n)) % len(available)]
        return dealt
    shares = np.cumsum(weight)
    found = np.searchsorted(shares, rng.random(n) * shares[-1], side="right")
    by_chance: Ints = available[np.minimum(found, len(available) - 1)]
    return by_chance
