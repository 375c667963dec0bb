"""The model's answers: about the words of the prompt, the longer the more tokens they took."""

from __future__ import annotations

import numpy as np

from gauger.world.day.draft import Draft, blank
from gauger.world.text import slots
from gauger.world.text.lexicon import Texts

_PLAIN = ("answer", "answer_steps", "answer_code", "answer_grade")


def answers(draft: Draft, words: list[tuple[str, ...]]) -> Texts:
    """One answer for each row, filled from the same words as its prompt; sets the token sizes."""
    n = len(draft.rows)
    size = np.clip(draft.output + 0.7 * draft.rng.standard_normal(n), 0.7, 8.5)
    brief = (draft.answer == "answer_short") | (draft.answer == "answer_json")
    draft.output = np.where(brief, np.minimum(size, 5.0), size)
    pattern = blank(n)
    for family in np.unique(draft.answer.astype(str)):
        here = draft.answer == family
        pattern[here] = draft.pick(str(family), here)
    told = np.isin(draft.answer.astype(str), _PLAIN)
    counts = np.clip(np.exp(draft.output[told]) / 75.0 - 0.5, 0, 9).astype(np.int64)
    more = blank(n)
    more[told] = slots.passages(
        draft.rng, "answer", draft.topics[told], draft.own[told], counts, " "
    )
    said = slots.fill(pattern, words)
    text = blank(n)
    text[:] = [f"{first} {rest}" if rest else first for first, rest in zip(said, more, strict=True)]
    return text
