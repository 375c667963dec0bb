"""Texts from outside the grammar: public datasets that many draw on, and people's real prompts.

Whoever works on models works on the same public datasets: campaigns, but also the licensed,
teams that make data, and researchers. Where real prompts are at hand, each belongs to one
account, and an account either has real openings or generated ones, until its own run out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from gauger.world.people.cast import Bools
from gauger.world.people.persona import Persona
from gauger.world.text.corpora import NO_CORPORA, Corpora
from gauger.world.text.lexicon import Floats, Ints, Texts, lexicon
from gauger.world.text.tasks import ItemSet

FROM_PUBLIC: Final = {"licensed": (1.0, 0.5), "synthetic_team": (1.0, 0.5), "research": (0.5, 0.9)}
"""For kinds that draw on public datasets: the share of accounts that do, and of their prompts."""
MOST_PROMPTS: Final = 120
"""Accounts that expect to need more real prompts than this get none: a few would take all."""


@dataclass(slots=True)
class Shelf:
    """What each account, by position, may take; `start` to `end` are its own real prompts."""

    public: ItemSet
    share: Floats
    texts: Texts
    start: Ints
    end: Ints
    taken: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.taken = np.zeros(len(self.start), dtype=np.int64)

    def shared(self, rng: np.random.Generator, who: Ints) -> tuple[Bools, ItemSet]:
        """Which of these openings come from the public datasets, and those items."""
        here = rng.random(len(who)) < self.share[who]
        drawn = rng.integers(0, len(self.public.texts), int(here.sum()))
        return here, ItemSet(self.public.texts[drawn], self.public.topics[drawn])

    def own(self, who: Ints) -> tuple[Bools, Texts]:
        """Which of these openings have a real prompt of the account's own left, and those."""
        here = np.zeros(len(who), dtype=np.bool_)
        places: list[int] = []
        for row in np.flatnonzero(self.end[who] > self.start[who]).tolist():
            account = int(who[row])
            place = int(self.start[account] + self.taken[account])
            if place < self.end[account]:
                here[row] = True
                places.append(place)
                self.taken[account] += 1
        return here, self.texts[np.array(places, dtype=np.int64)]

    @property
    def used(self) -> int:
        """How many real prompts people have sent."""
        return int(self.taken.sum())

    @property
    def owners(self) -> int:
        """How many accounts have sent any."""
        return int((self.taken > 0).sum())


def shelf_of(
    rng: np.random.Generator,
    personas: Sequence[Persona],
    days: float,
    public: ItemSet,
    corpora: Corpora = NO_CORPORA,
) -> Shelf:
    """The shelf of a world: real prompts are dealt out before the first day."""
    share = _shares(rng, personas)
    if corpora.datasets:
        public = together(rng, corpora)
    texts = np.empty(corpora.organic, dtype=object)
    texts[:] = [*corpora.people, *corpora.chinese, *corpora.agents]
    start, end = np.zeros(len(personas), np.int64), np.zeros(len(personas), np.int64)
    first = 0
    for pool, voice, language in (
        (corpora.people, "talk", "en"),
        (corpora.chinese, "talk", "zh"),
        (corpora.agents, "agent", "en"),
    ):
        place, last = first, first + len(pool)
        for account in rng.permutation(len(personas)).tolist():
            persona = personas[account]
            needed = round(persona.volume.sessions * days)
            fits = persona.speech.voice == voice and _language(persona) == language
            if fits and 0 < needed <= MOST_PROMPTS and place < last:
                # Neighbours in a file are often by one hand or about one thing, as an account's.
                start[account], end[account] = place, min(place + needed, last)
                place = int(end[account])
        first = last
    return Shelf(public, share, texts, start, end)


def _shares(rng: np.random.Generator, personas: Sequence[Persona]) -> Floats:
    drawn = rng.random(len(personas)).tolist()
    rules = [FROM_PUBLIC.get(persona.kind, (0.0, 0.0)) for persona in personas]
    return np.array(
        [part if u < some else 0.0 for (some, part), u in zip(rules, drawn, strict=True)]
    )


def together(rng: np.random.Generator, corpora: Corpora) -> ItemSet:
    """All real datasets as the public items that many draw on."""
    texts = [text for _, each in corpora.datasets for text in each]
    mixed = np.empty(len(texts), dtype=object)
    mixed[:] = texts
    return ItemSet(rng.permutation(mixed), _some_topics(rng, len(texts)))


def benchmark_of(rng: np.random.Generator, corpora: Corpora) -> ItemSet:
    """The real benchmark that evaluators put to a model."""
    texts = np.empty(len(corpora.benchmark), dtype=object)
    texts[:] = corpora.benchmark
    return ItemSet(texts, _some_topics(rng, len(texts)))


def _some_topics(rng: np.random.Generator, n: int) -> Ints:
    known = np.array(lexicon().topics("en"), dtype=np.int64)
    drawn: Ints = known[rng.integers(0, len(known), n)]
    return drawn


def _language(persona: Persona) -> str:
    return lexicon().languages[persona.speech.topics[0]]
