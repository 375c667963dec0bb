"""Axis `content`: from one dataset without repeats to traffic that is half real customers'."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gauger.world.text import names, slots
from gauger.world.text.corpora import Corpora
from gauger.world.text.lexicon import Ints, Texts, lexicon
from gauger.world.text.tasks import ItemSet, tasks

BLOCK = 512
SAMPLES = 4
"""How often each item is asked at level 1."""
MIXED = 0.4
"""Share of the items from other datasets at levels 2 and 3."""
_FITTING = {
    "agentic": ("gorilla", "tool", "agent"),
    "reasoning": ("code", "math", "reason"),
    "instructions": ("alpaca", "instruct"),
    "grading": ("alpaca", "instruct"),
}
"""Words in the name of a dataset that fits a purpose."""
CUSTOMERS = 0.55
"""Share of the exchanges that are real customers' at level 3."""


@dataclass(slots=True)
class Dataset:
    """Tasks by number, made a block at a time so that a dataset of millions needs no memory.

    `real` are tasks of a real dataset, which come first; those made up follow them.
    """

    seed: int
    topics: tuple[int, ...]
    graded: bool
    real: tuple[str, ...] = ()
    _block: tuple[int, ItemSet] | None = field(default=None)

    def _made(self, block: int) -> ItemSet:
        if self._block is None or self._block[0] != block:
            rng = np.random.default_rng([self.seed, block])
            drawn = np.array(self.topics, dtype=np.int64)[rng.integers(0, len(self.topics), BLOCK)]
            texts = tasks(rng, drawn, 0.55)
            there = self.real[block * BLOCK : (block + 1) * BLOCK]
            texts[: len(there)] = there
            if self.graded:
                texts = _with_answers(rng, drawn, texts)
            self._block = (block, ItemSet(texts, drawn))
        return self._block[1]

    def items(self, numbers: Ints) -> ItemSet:
        """The items with these numbers."""
        texts = np.empty(len(numbers), dtype=object)
        topics = np.zeros(len(numbers), dtype=np.int64)
        blocks = numbers // BLOCK
        for block in np.unique(blocks):
            here = blocks == block
            made = self._made(int(block))
            texts[here] = made.texts[numbers[here] % BLOCK]
            topics[here] = made.topics[numbers[here] % BLOCK]
        return ItemSet(texts, topics)


def real_tasks(purpose: str, corpora: Corpora, other: bool = False) -> tuple[str, ...]:
    """Real tasks for a purpose: all datasets, the fitting ones first, or last with `other`.

    A purpose in another language than the datasets' has none.
    """
    wanted = _FITTING.get(purpose)
    if wanted is None:
        return ()
    fits = [any(word in name for word in wanted) for name, _ in corpora.datasets]
    order = sorted(range(len(fits)), key=lambda i: fits[i] if other else not fits[i])
    return tuple(text for i in order for text in corpora.datasets[i][1])


def _with_answers(rng: np.random.Generator, topics: Ints, texts: Texts) -> Texts:
    answers = lexicon().patterns["answer"].pick(topics, rng.random(len(topics)))
    own = rng.integers(0, names.POOL, len(topics))
    said = slots.fill(answers, slots.rows(slots.draw(rng, topics, own)))
    joined = np.empty(len(texts), dtype=object)
    joined[:] = [f"{text}\n---\n{answer}" for text, answer in zip(texts, said, strict=True)]
    return joined


def numbers(level: int, rng: np.random.Generator, dealt: int, n: int) -> Ints:
    """Numbers of the next `n` items after `dealt`; repeats come close together, not in a row."""
    sequence = dealt + np.arange(n)
    if level != 1:
        return sequence
    repeated: Ints = (sequence + rng.integers(0, 40 * SAMPLES, n)) // SAMPLES
    return repeated
