"""Words by topic and sentence patterns by language, laid out so that a whole day is drawn at once.

Every list of every topic lies in one flat array with a start and a count per topic: picking a
word for each of a million sentences is then one indexing step, not a million choices.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from gauger.world.text.choices import ways
from gauger.world.text.data import words as words_of_file

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

LANGUAGES: Final = ("en", "zh", "es", "de", "ja", "ru", "ko", "th")
"""Languages that have topics and patterns; the first one lends patterns that others lack."""

WORD_LISTS: Final = ("things", "traits", "acts", "limits", "woes")

SLOTS: Final = (
    "act",
    "Act",
    "act2",
    "Act2",
    "thing",
    "Thing",
    "thing2",
    "thing3",
    "thing4",
    "trait",
    "trait2",
    "trait3",
    "limit",
    "limit2",
    "woe",
    "num",
    "num2",
    "num3",
    "own",
    "own2",
    "person",
    "place",
    "when",
)
"""What a pattern may ask for, in the order in which a row of words is laid out."""

FAMILIES: Final = (
    "open",
    "ask",
    "context",
    "close",
    "step",
    "reply",
    "follow",
    "short",
    "answer",
    "answer_steps",
    "answer_code",
    "answer_short",
    "answer_json",
    "answer_grade",
    "answer_tool",
    "answer_promo",
    "toolout",
    "snippet",
    "body",
    "promo",
)
"""Kinds of sentence pattern; `ask` is widened by `ask_FIELD` for topics of that field."""

_POSITION: Final = {name: index for index, name in enumerate(SLOTS)}
_SLOT: Final = re.compile(r"(?<!\{)\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Flat:
    """One list per topic, end to end."""

    values: Texts
    start: Ints
    count: Ints

    def pick(self, topics: Ints, u: Floats) -> Texts:
        """One entry for each row, `u` in [0, 1) choosing within the topic's list."""
        picked: Texts = self.values[self.start[topics] + (u * self.count[topics]).astype(np.int64)]
        return picked


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All topics and patterns; a topic belongs to one language."""

    names: tuple[str, ...]
    fields: tuple[str, ...]
    languages: tuple[str, ...]
    words: dict[str, Flat]
    patterns: dict[str, Flat]

    def topics(self, language: str, fields: tuple[str, ...] = ()) -> tuple[int, ...]:
        """Topics of a language in the given fields; all of them if it has none of those."""
        own = [i for i, known in enumerate(self.languages) if known == language]
        own = own or [i for i, known in enumerate(self.languages) if known == LANGUAGES[0]]
        chosen = [i for i in own if not fields or self.fields[i] in fields]
        return tuple(chosen or own)


def positional(pattern: str) -> str:
    """Turn `{thing}` into the place of that slot in a row; doubled braces stay as they are."""
    return _SLOT.sub(lambda match: "{" + str(_POSITION[match.group(1)]) + "}", pattern)


def _flat(lists: list[list[str]]) -> Flat:
    count = np.array([len(entries) for entries in lists], dtype=np.int64)
    values = np.empty(int(count.sum()), dtype=object)
    values[:] = [entry for entries in lists for entry in entries]
    return Flat(values, np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64), count)


@cache
def lexicon() -> Lexicon:
    """The packaged words, read once."""
    names: list[str] = []
    fields: list[str] = []
    languages: list[str] = []
    words: dict[str, list[list[str]]] = {name: [] for name in WORD_LISTS}
    patterns: dict[str, list[list[str]]] = {name: [] for name in FAMILIES}
    lender = words_of_file("patterns_en")
    for language in LANGUAGES:
        own = words_of_file(f"patterns_{language}")

        @cache
        def said(family: str, field: str, own: dict[str, list[str]] = own) -> list[str]:
            known = list(own.get(family, lender[family]))
            known += own.get(f"ask_{field}", []) * 2 if family == "ask" else []
            return [positional(way) for way in ways(known)]

        for name, topic in words_of_file(f"topics_{language}").items():
            names.append(name)
            fields.append(topic["field"])
            languages.append(language)
            for words_of in WORD_LISTS:
                words[words_of].append([word.strip() for word in topic[words_of].split(",")])
            for family in FAMILIES:
                patterns[family].append(said(family, topic["field"]))
    return Lexicon(
        tuple(names),
        tuple(fields),
        tuple(languages),
        {name: _flat(lists) for name, lists in words.items()},
        {name: _flat(lists) for name, lists in patterns.items()},
    )
