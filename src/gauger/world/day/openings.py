"""How ordinary accounts begin and go on: own words, filled frames, lists, agents, orders."""

from __future__ import annotations

import numpy as np

from gauger.world.day.draft import Draft
from gauger.world.day.shelf import Shelf
from gauger.world.people.cast import Bools
from gauger.world.people.persona import VOICES
from gauger.world.text import names
from gauger.world.text.lexicon import lexicon
from gauger.world.text.tasks import ItemSet

TALK, FORM, ITEMS, AGENT, PROMO, TASKS = range(len(VOICES))


def talk(draft: Draft, where: Bools) -> None:
    """Openings in one's own words: an opener, a question, some context, a closing."""
    cast, who = draft.cast, draft.rows.account
    draft.pattern[where] = draft.pick("open", where, 2.5) + draft.pick("ask", where, 1.6)
    more = where & draft.chance(0.35)
    draft.pattern[more] = draft.pattern[more] + " " + draft.pick("context", more, 1.3)
    code = where & draft.chance(cast.code[who])
    draft.pattern[code] = draft.pattern[code] + draft.pick("snippet", code, 1.5)
    draft.answer[code & draft.chance(0.6)] = "answer_code"
    ended = where & ~code
    draft.pattern[ended] = draft.pattern[ended] + draft.pick("close", ended, 2.0)
    step = where & draft.chance(cast.step[who])
    draft.pattern[step] = draft.pattern[step] + draft.pick("step", step)
    draft.answer[step] = "answer_steps"
    short = where & draft.chance(cast.short[who])
    draft.pattern[short] = draft.pick("short", short)
    pasted = where & ~short & draft.chance(np.minimum(cast.length[who] * 0.4, 0.8))
    # Pasted texts have a long tail: of real prompts one in a hundred has 338 words or more.
    counts = 1 + draft.rng.lognormal(0.9, 1.15, int(pasted.sum())).astype(np.int64)
    draft.paste("context", pasted, np.minimum(counts, 60))
    draft.styled |= where


def listed(draft: Draft, where: Bools, items: list[ItemSet]) -> None:
    """Openings taken from a list that others send as well."""
    rows, cast = draft.rows, draft.cast
    lists = cast.items[rows.account]
    for number in np.unique(lists[where]):
        here = where & (lists == number)
        source, at = items[int(number)], np.flatnonzero(here)
        chosen = np.where(
            cast.chained[rows.account[at]],
            draft.rng.integers(0, len(source.texts), len(at)),
            rows.step[at] % len(source.texts),
        )
        draft.fixed[here] = source.texts[chosen]
        draft.topics[here] = source.topics[chosen]
    chained = where & cast.chained[rows.account]
    draft.pattern[chained] = draft.pick("open", chained, 2.5)
    asked = chained & draft.chance(cast.step[rows.account])
    draft.after[asked] = " Explain step by step."
    draft.answer[asked] = "answer_steps"


def filled(draft: Draft, where: Bools) -> None:
    """A product's or a script's frame around its own data, which is longer for some than others."""
    who = draft.rows.account
    draft.pattern[where] = draft.pick("body", where, 3.0)
    long = where & (draft.cast.length[who] > 0.3)
    counts = draft.rng.poisson(draft.cast.length[who[long]])
    draft.paste("body", long, np.minimum(counts, 25))


def known(draft: Draft, where: Bools, shelf: Shelf) -> None:
    """Items of public datasets in place of what was drafted, by those who draw on these."""
    at = np.flatnonzero(where)
    here, items = shelf.shared(draft.rng, draft.rows.account[at])
    rows = at[here]
    draft.pattern[rows], draft.material[rows] = "", ""
    draft.fixed[rows], draft.topics[rows] = items.texts, items.topics


def real(draft: Draft, where: Bools, shelf: Shelf) -> None:
    """Real prompts, as they were written, in place of what was drafted."""
    at = np.flatnonzero(where)
    here, texts = shelf.own(draft.rows.account[at])
    rows = at[here]
    draft.pattern[rows], draft.material[rows] = "", ""
    draft.fixed[rows], draft.styled[rows] = texts, False


def through(draft: Draft, where: Bools) -> None:
    """Tasks without end, of no one project."""
    known, many = np.array(lexicon().topics("en")), int(where.sum())
    draft.own[where] = draft.rng.integers(0, names.POOL, many)
    draft.topics[where] = known[draft.rng.integers(0, len(known), many)]
    draft.pattern[where] = draft.pick("ask", where) + " " + draft.pick("context", where)


def framed(draft: Draft, where: Bools) -> None:
    """The account's own words around what it sends."""
    who = draft.rows.account
    draft.before[where] = draft.cast.before[who[where]]
    draft.after[where] = draft.after[where] + draft.cast.after[who[where]]


def going_on(draft: Draft, where: Bools) -> None:
    """Later turns: replies, next requests, tools' results."""
    cast, who = draft.cast, draft.rows.account
    tool = where & (cast.voice[who] == AGENT) & draft.chance(0.82)
    results(draft, tool)
    react = where & ~tool & draft.chance(cast.react[who])
    draft.pattern[react] = draft.pick("reply", react, 1.4)
    longer = react & draft.chance(0.3)
    draft.pattern[longer] = draft.pattern[longer] + " " + draft.pick("context", longer)
    draft.react |= react
    plain = where & ~tool & ~react
    draft.pattern[plain] = draft.pick("follow", plain)
    short = plain & draft.chance(0.4)
    draft.pattern[short] = draft.pick("short", short, 1.5)
    draft.styled |= react | plain


def results(draft: Draft, where: Bools) -> None:
    """What tools give back: lines of files, tests, pages."""
    draft.pattern[where] = draft.pick("toolout", where)
    counts = np.minimum(draft.rng.geometric(0.3, int(where.sum())) - 1, 12)
    draft.paste("toolout", where, counts, "\n")
    draft.tool |= where
