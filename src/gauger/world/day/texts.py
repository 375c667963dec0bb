"""What is said in a day's exchanges: prompts, frames and answers, in the order of the turns.

Patterns are put together first and filled once. A reply takes up a word of the answer before
it, as a person's does; a scripted line does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gauger.world.campaigns.operator import Operator
from gauger.world.day import openings
from gauger.world.day.answers import answers
from gauger.world.day.draft import Draft, begin, blank
from gauger.world.day.rows import Rows
from gauger.world.day.shelf import Shelf
from gauger.world.day.working import worked
from gauger.world.people.cast import Bools, Cast
from gauger.world.text import slots
from gauger.world.text.lexicon import Floats, Texts
from gauger.world.text.slots import Slots
from gauger.world.text.tasks import ItemSet


@dataclass(frozen=True, slots=True)
class Said:
    """Texts of a day's exchanges; `tool` marks requests that end in a tool's result."""

    system: Texts
    prompt: Texts
    response: Texts
    tools: Texts
    tool: Bools
    output: Floats


def _ordinary(draft: Draft, items: list[ItemSet], shelf: Shelf) -> None:
    rows = draft.rows
    voice, own = draft.cast.voice[rows.account], rows.operator < 0
    opening = own & rows.first
    talking = opening & ((voice == openings.TALK) | (voice == openings.AGENT))
    openings.talk(draft, talking)
    openings.real(draft, talking, shelf)
    openings.listed(draft, opening & (voice == openings.ITEMS), items)
    openings.filled(draft, opening & (voice == openings.FORM))
    openings.through(draft, opening & (voice == openings.TASKS))
    promo = opening & (voice == openings.PROMO)
    draft.pattern[promo] = draft.pick("promo", promo, 1.5)
    openings.known(draft, opening, shelf)
    openings.framed(draft, opening)
    draft.keep_topic()
    openings.going_on(draft, own & ~rows.first)


def _taken_up(draft: Draft, words: Slots) -> None:
    """Put the words of the answer before into the replies that react to it."""
    if not len(draft.rows):
        return
    before = np.maximum(np.arange(len(draft.rows)) - 1, 0)
    for name, earlier in (("thing", "thing4"), ("trait", "trait3"), ("own", "own")):
        words[name] = np.where(draft.react, words[earlier][before], words[name])


def _prompts(draft: Draft, words: list[tuple[str, ...]]) -> Texts:
    style = np.where(draft.styled, draft.cast.style[draft.rows.account], 0).tolist()
    said = (
        text + fixed
        for text, fixed in zip(slots.fill(draft.pattern, words), draft.fixed, strict=True)
    )
    manner = [
        text if not how else text.lower() if how == 1 else text.removesuffix(".")
        for text, how in zip(said, style, strict=True)
    ]
    prompt = blank(len(manner))
    prompt[:] = [
        f"{before}{text}{more}{after}"
        for before, text, more, after in zip(
            draft.before, manner, draft.material, draft.after, strict=True
        )
    ]
    return prompt


def say(
    rng: np.random.Generator,
    cast: Cast,
    rows: Rows,
    items: list[ItemSet],
    operators: list[Operator],
    shelf: Shelf,
) -> Said:
    """The texts of a day's exchanges."""
    draft = begin(rng, cast, rows)
    _ordinary(draft, items, shelf)
    for operator in operators:
        worked(draft, operator, shelf.public)
    drawn = slots.draw(rng, draft.topics, draft.own)
    _taken_up(draft, drawn)
    words = slots.rows(drawn)
    prompt = _prompts(draft, words)
    response = answers(draft, words)
    return Said(draft.system, prompt, response, draft.tools, draft.tool, draft.output)
