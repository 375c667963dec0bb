"""What is said in a day's exchanges: prompts, frames and answers, in the order of the turns.

Patterns are put together first and filled once. A reply takes up a word of the answer before
it, as a person's does; a scripted line does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gauger.world.campaigns.operator import Operator
from gauger.world.day.rows import Rows
from gauger.world.people.cast import Bools, Cast
from gauger.world.people.persona import VOICES
from gauger.world.text import names, slots
from gauger.world.text.lexicon import Floats, Ints, Texts, lexicon
from gauger.world.text.tasks import ItemSet

_TALK, _FORM, _ITEMS, _AGENT, _PROMO = range(len(VOICES))


@dataclass(frozen=True, slots=True)
class Said:
    """Texts of a day's exchanges; `tool` marks requests that end in a tool's result."""

    system: Texts
    prompt: Texts
    response: Texts
    tools: Texts
    tool: Bools
    output: Floats


def _text(n: int) -> Texts:
    array = np.empty(n, dtype=object)
    array[:] = ""
    return array


@dataclass(slots=True)
class _Draft:
    """The texts of a day while they are put together."""

    rng: np.random.Generator
    cast: Cast
    rows: Rows
    topics: Ints
    own: Ints
    pattern: Texts
    fixed: Texts
    answer: Texts
    system: Texts
    before: Texts
    after: Texts
    tools: Texts
    tool: Bools
    react: Bools
    styled: Bools
    output: Floats

    def pick(self, family: str, where: Bools) -> Texts:
        """One pattern of a family for each marked row."""
        topics = self.topics[where]
        return lexicon().patterns[family].pick(topics, self.rng.random(len(topics)))

    def chance(self, share: Floats | float) -> Bools:
        """Marks rows at random."""
        drawn: Bools = self.rng.random(len(self.rows)) < share
        return drawn


def _blank(rng: np.random.Generator, cast: Cast, rows: Rows) -> _Draft:
    who, n = rows.account, len(rows)
    topic = cast.topics.pick(who, rng.random(n) ** 1.4)
    opening = np.flatnonzero(rows.first)
    if n:
        topic = topic[opening[np.cumsum(rows.first) - 1]]
    return _Draft(
        rng=rng,
        cast=cast,
        rows=rows,
        topics=topic,
        own=cast.own[who].copy(),
        pattern=_text(n),
        fixed=_text(n),
        answer=cast.answer[who],
        system=cast.system[who],
        before=_text(n),
        after=_text(n),
        tools=cast.tools[who],
        tool=np.zeros(n, dtype=np.bool_),
        react=np.zeros(n, dtype=np.bool_),
        styled=np.zeros(n, dtype=np.bool_),
        output=cast.output[who],
    )


def _talk(draft: _Draft, where: Bools) -> None:
    """Openings in one's own words: an opener, a question, some context, a closing."""
    cast, who = draft.cast, draft.rows.account
    draft.pattern[where] = draft.pick("open", where) + draft.pick("ask", where)
    more = where & draft.chance(0.5)
    draft.pattern[more] = draft.pattern[more] + " " + draft.pick("context", more)
    long = more & draft.chance(0.3)
    draft.pattern[long] = draft.pattern[long] + " " + draft.pick("context", long)
    code = where & draft.chance(cast.code[who])
    draft.pattern[code] = draft.pattern[code] + draft.pick("snippet", code)
    draft.answer[code & draft.chance(0.6)] = "answer_code"
    ended = where & ~code
    draft.pattern[ended] = draft.pattern[ended] + draft.pick("close", ended)
    step = where & draft.chance(cast.step[who])
    draft.pattern[step] = draft.pattern[step] + draft.pick("step", step)
    draft.answer[step] = "answer_steps"
    short = where & draft.chance(cast.short[who])
    draft.pattern[short] = draft.pick("short", short)
    draft.styled |= where


def _listed(draft: _Draft, where: Bools, items: list[ItemSet]) -> None:
    """Openings taken from a list that others send as well."""
    rows, cast = draft.rows, draft.cast
    lists = cast.items[rows.account]
    for number in np.unique(lists[where]):
        here = where & (lists == number)
        source, at = items[int(number)], np.flatnonzero(here)
        chosen = np.where(
            rows.many[at] | cast.chained[rows.account[at]],
            draft.rng.integers(0, len(source.texts), len(at)),
            rows.step[at] % len(source.texts),
        )
        draft.fixed[here] = source.texts[chosen]
        draft.topics[here] = source.topics[chosen]
    chained = where & cast.chained[rows.account]
    draft.pattern[chained] = draft.pick("open", chained)
    step = chained & draft.chance(cast.step[rows.account])
    draft.after[step] = " Explain step by step."


def _framed(draft: _Draft, where: Bools) -> None:
    who = draft.rows.account
    draft.before[where] = draft.cast.before[who[where]]
    draft.after[where] = draft.cast.after[who[where]]


def _going_on(draft: _Draft, where: Bools) -> None:
    """Later turns of ordinary conversations: replies, next requests, tools' results."""
    who = draft.rows.account
    agent = draft.cast.voice[who] == _AGENT
    tool = where & agent & draft.chance(0.82)
    draft.pattern[tool] = draft.pick("toolout", tool)
    draft.tool |= tool
    react = where & ~tool & draft.chance(draft.cast.react[who])
    draft.pattern[react] = draft.pick("reply", react)
    draft.react |= react
    plain = where & ~tool & ~react
    draft.pattern[plain] = draft.pick("follow", plain)
    short = plain & draft.chance(0.4)
    draft.pattern[short] = draft.pick("short", short)
    draft.styled |= react | plain


def _worked(draft: _Draft, operator: Operator, public: ItemSet) -> None:
    """A campaign's exchanges: tasks in frames, then whatever its dialogue level does."""
    rows, rng = draft.rows, draft.rng
    mine = rows.operator == operator.number
    if not mine.any():
        return
    source = operator.tasks(rng, rows.item[mine], public)
    opening, later = mine & rows.first, mine & ~rows.first
    task = _text(len(rows))
    task[mine] = source.texts
    draft.topics[mine] = source.topics
    draft.own[mine] = (rows.item[mine] * 7919 + operator.number * 101) % names.POOL
    draft.fixed[opening] = task[opening]
    draft.answer[mine] = operator.purpose.answer
    draft.output[mine] = operator.output
    draft.system[mine], draft.tools[mine] = None, operator.tools
    if operator.frames:
        per_session = (rows.item[mine] * 31 + rows.session[mine]) % len(operator.frames)
        system, before, after = (_text(len(operator.frames)) for _ in range(3))
        system[:] = [frame.system for frame in operator.frames]
        before[:] = [frame.before for frame in operator.frames]
        after[:] = [frame.after for frame in operator.frames]
        draft.system[mine] = system[per_session]
        draft.before[mine], draft.after[mine] = before[per_session], after[per_session]
        draft.before[later], draft.after[later] = "", ""
    else:
        asked = opening & draft.chance(0.4)
        draft.pattern[asked] = draft.pick("open", asked)
        elicit = opening & draft.chance(0.5)
        steps = draft.pick("step", elicit)
        draft.after[elicit] = [text if "{" not in text else "" for text in steps]
    _answered(draft, operator, later)


def _answered(draft: _Draft, operator: Operator, later: Bools) -> None:
    script = operator.script
    if script.level == 1:
        lines = _text(len(script.lines))
        lines[:] = script.lines
        drawn = draft.rng.integers(0, len(lines), int(later.sum()))
        draft.fixed[later] = lines[drawn]
    elif script.level == 2:
        tool = later & draft.chance(0.85 if script.tools else 0.0)
        draft.pattern[tool] = draft.pick("toolout", tool)
        draft.tool |= tool
        plain = later & ~tool
        draft.pattern[plain] = draft.pick("follow", plain)
    else:
        draft.pattern[later] = draft.pick("reply", later)
        draft.react |= later


def _styles(texts: list[str], style: list[int]) -> list[str]:
    return [
        text if not how else text.lower() if how == 1 else text.removesuffix(".")
        for text, how in zip(texts, style, strict=True)
    ]


def _answers(draft: _Draft) -> Texts:
    """Patterns of the answers; the more tokens, the more sentences."""
    n = len(draft.rows)
    pattern = _text(n)
    size = np.clip(draft.output + 0.7 * draft.rng.standard_normal(n), 0.7, 8.5)
    draft.output = size
    sentences = np.clip((size - 3.0) / 0.9, 1, 5).astype(np.int64)
    for family in np.unique(draft.answer.astype(str)):
        here = draft.answer == family
        pattern[here] = draft.pick(str(family), here)
        if family in {"answer", "answer_steps"}:
            for extra in range(2, 6):
                longer = here & (sentences >= extra)
                more = draft.pick("answer", longer)
                pattern[longer] = pattern[longer] + " " + more
    return pattern


def say(
    rng: np.random.Generator,
    cast: Cast,
    rows: Rows,
    items: list[ItemSet],
    operators: list[Operator],
    public: ItemSet,
) -> Said:
    """The texts of a day's exchanges."""
    draft = _blank(rng, cast, rows)
    voice, ordinary = cast.voice[rows.account], rows.operator < 0
    opening = ordinary & rows.first
    _talk(draft, opening & ((voice == _TALK) | (voice == _AGENT)))
    _listed(draft, opening & (voice == _ITEMS), items)
    form, promo = opening & (voice == _FORM), opening & (voice == _PROMO)
    draft.pattern[form] = draft.pick("body", form)
    draft.pattern[promo] = draft.pick("promo", promo)
    _framed(draft, opening)
    _going_on(draft, ordinary & ~rows.first)
    for operator in operators:
        _worked(draft, operator, public)
    words = slots.draw(rng, draft.topics, draft.own)
    if len(rows):
        before = np.maximum(np.arange(len(rows)) - 1, 0)
        for name, earlier in (("thing", "thing4"), ("trait", "trait3"), ("own", "own")):
            words[name] = np.where(draft.react, words[earlier][before], words[name])
    filled = slots.rows(words)
    prompts = slots.fill(draft.pattern, filled)
    style = np.where(draft.styled, cast.style[rows.account], 0).tolist()
    prompts = _styles(prompts, style)
    prompt = _text(len(rows))
    prompt[:] = [
        before + text + fixed + after
        for before, text, fixed, after in zip(
            draft.before, prompts, draft.fixed, draft.after, strict=True
        )
    ]
    response = _text(len(rows))
    response[:] = slots.fill(_answers(draft), filled)
    return Said(draft.system, prompt, response, draft.tools, draft.tool, draft.output)
