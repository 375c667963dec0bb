"""The texts of a day while they are put together, column by column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gauger.world.day.rows import Rows
from gauger.world.people.cast import Bools, Cast
from gauger.world.text import slots
from gauger.world.text.lexicon import Floats, Ints, Texts, lexicon


def blank(n: int) -> Texts:
    """So many empty texts."""
    array = np.empty(n, dtype=object)
    array[:] = ""
    return array


@dataclass(slots=True)
class Draft:
    """Each exchange's parts: words around it, a pattern to fill, and text that is fixed.

    `material` is what people paste after their question; `react` marks prompts that take up a
    word of the answer before them; `styled` marks prompts in the account's own manner.
    """

    rng: np.random.Generator
    cast: Cast
    rows: Rows
    topics: Ints
    own: Ints
    pattern: Texts
    fixed: Texts
    material: Texts
    answer: Texts
    system: Texts
    before: Texts
    after: Texts
    tools: Texts
    tool: Bools
    react: Bools
    styled: Bools
    output: Floats

    def pick(self, family: str, where: Bools, narrow: float = 1.0) -> Texts:
        """One pattern of a family for each marked row.

        With `narrow` above 1, each account keeps to a few patterns of its own liking.
        """
        topics = self.topics[where]
        u = self.rng.random(len(topics))
        if narrow > 1.0:
            u = (self.cast.habit[self.rows.account[where]] + u**narrow) % 1.0
        return lexicon().patterns[family].pick(topics, u)

    def keep_topic(self) -> None:
        """Lets every turn of a conversation be about what its first turn is about."""
        if len(self.rows):
            self.topics = self.topics[self.rows.opening()]

    def chance(self, share: Floats | float) -> Bools:
        """Marks rows at random."""
        drawn: Bools = self.rng.random(len(self.rows)) < share
        return drawn

    def paste(self, family: str, where: Bools, counts: Ints, joint: str = " ") -> None:
        """Adds sentences of one family after the prompt, so many for each marked row."""
        said = slots.passages(self.rng, family, self.topics[where], self.own[where], counts, joint)
        self.material[where] = [joint + text if text else "" for text in said]


def begin(rng: np.random.Generator, cast: Cast, rows: Rows) -> Draft:
    """A draft with each account's own topics, early ones more often."""
    who, n = rows.account, len(rows)
    topic = cast.topics.pick(who, rng.random(n) ** 1.4)
    return Draft(
        rng=rng,
        cast=cast,
        rows=rows,
        topics=topic,
        own=cast.own[who].copy(),
        pattern=blank(n),
        fixed=blank(n),
        material=blank(n),
        answer=cast.answer[who],
        system=cast.system[who],
        before=blank(n),
        after=blank(n),
        tools=cast.tools[who],
        tool=np.zeros(n, dtype=np.bool_),
        react=np.zeros(n, dtype=np.bool_),
        styled=np.zeros(n, dtype=np.bool_),
        output=cast.output[who],
    )
