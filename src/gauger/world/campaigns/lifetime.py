"""Axis `lifetime`: from accounts that stay to accounts of a few days under a constant total."""

from __future__ import annotations

import numpy as np

from gauger.world.text.lexicon import Floats, Ints

Span = tuple[float, float]
MEAN_DAYS = {2: 0.45, 3: 0.14}
"""Mean life of an account as a part of the window, where accounts are replaced."""


def spans(level: int, rng: np.random.Generator, n: int, days: float) -> tuple[list[Span], Ints]:
    """First and last moment of each account, in days from the world's start, and its place.

    0: from start to end; 1: joins in waves; 2: replaced when closed; 3: days each. In 2 and 3
    a fixed number of places is held, each by one account after another, so the total holds.
    """
    if level == 0:
        return [(-1e9, 1e9)] * n, np.arange(n)
    if level == 1:
        waves = np.sort(rng.uniform(0.0, 0.7 * days, 4))
        waves[0] = -1e9
        joined = [(float(waves[i * 4 // n] + 0.2 * rng.random()), 1e9) for i in range(n)]
        return joined, np.arange(n)
    life = MEAN_DAYS[level] * days
    places = max(1, round(n * life / (days + life / 2)))
    made: list[Span] = []
    held_by: list[int] = []
    for place in range(places):
        held = n * (place + 1) // places - n * place // places
        cuts = np.cumsum(rng.gamma(6.0, 1.0, held))
        begin = -life / 2 * rng.random()
        ends = begin + cuts / cuts[-1] * (days - begin)
        starts = [begin, *ends[:-1]]
        for j in range(held):
            last = float(ends[j]) if j + 1 < held else 1e9
            made.append((float(starts[j]) if j else -1e9, last))
            held_by.append(place)
    return made, np.array(held_by)


def holders(spans_of: list[Span], places: Ints, place: Ints, moment: Floats) -> Ints:
    """Which account holds a place at a moment."""
    first = np.maximum(np.array([span[0] for span in spans_of]), -900.0)
    order = places * 1000.0 + first
    found: Ints = np.searchsorted(order, place * 1000.0 + moment, side="right") - 1
    return found
