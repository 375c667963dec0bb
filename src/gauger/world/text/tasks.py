"""Self-contained tasks: what homework, benchmarks, tutorials and datasets are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gauger.world.text import names, slots
from gauger.world.text.lexicon import Ints, Texts, lexicon


@dataclass(frozen=True, slots=True)
class ItemSet:
    """Texts that several accounts send as they are, with the topic of each."""

    texts: Texts
    topics: Ints


def tasks(rng: np.random.Generator, topics: Ints, detail: float = 0.6) -> Texts:
    """One task for each topic, with details that no two tasks are likely to share."""
    n, patterns = len(topics), lexicon().patterns
    own = rng.integers(0, names.POOL, n)
    asked = patterns["ask"].pick(topics, rng.random(n))
    more = patterns["context"].pick(topics, rng.random(n))
    detailed = rng.random(n) < detail
    words = slots.rows(slots.draw(rng, topics, own))
    filled = [
        (f"{ask} {context}" if long else ask).format(*row)
        for ask, context, long, row in zip(asked, more, detailed.tolist(), words, strict=True)
    ]
    texts = np.empty(n, dtype=object)
    texts[:] = filled
    return texts


def item_set(rng: np.random.Generator, topics: tuple[int, ...], size: int) -> ItemSet:
    """A fixed list of tasks over some topics."""
    drawn = np.array(topics, dtype=np.int64)[rng.integers(0, len(topics), size)]
    return ItemSet(tasks(rng, drawn, 0.8), drawn)
