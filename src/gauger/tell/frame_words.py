"""The words of a network's frames: what stays the same while the slots change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

SLOT: Final = "…"
_WORD = re.compile(r"[一-鿿぀-ヿ가-힯]|[^\W_一-鿿぀-ヿ가-힯]+|[^\w\s]")
_UNSPACED = re.compile(r"[一-鿿぀-ヿ가-힯，。：；？！、]")
_CLOSING: Final = frozenset(".,:;?!%)]}，。：；？！、")
_PROMPTS_COMPARED: Final = 8
_FEWEST_PROMPTS: Final = 3
_FEWEST_WORDS: Final = 4
_LONGEST: Final = 120


def frame_words(prompts: Sequence[tuple[str, int | None]], most: int = 3) -> tuple[str, ...]:
    """Frames of the given (text, fingerprint of its head) pairs, commonest first.

    Prompts with the same head are aligned one after the other; words that all of them have in
    the same order make the frame, and what lies between is shown as a slot.
    """
    by_head: dict[int, list[str]] = {}
    for text, head in prompts:
        if head is not None:
            by_head.setdefault(head, []).append(text)
    common = Counter({head: len(texts) for head, texts in by_head.items()}).most_common(most)
    frames = []
    for head, count in common:
        texts = list(dict.fromkeys(by_head[head]))
        if count >= _FEWEST_PROMPTS and len(texts) >= 2:
            frame = _aligned(texts[:_PROMPTS_COMPARED])
            if sum(word != SLOT for word in frame) >= _FEWEST_WORDS:
                frames.append(_written(frame))
    return tuple(dict.fromkeys(frames))


def _written(words: list[str]) -> str:
    """Words as they are written: no space before a closing mark, none in unspaced scripts."""
    written = words[0]
    for before, word in pairwise(words):
        closing = word in _CLOSING and before != SLOT
        unspaced = bool(_UNSPACED.match(before) and _UNSPACED.match(word))
        written += word if closing or unspaced else f" {word}"
    return written


def _aligned(texts: list[str]) -> list[str]:
    frame = _WORD.findall(texts[0])[:_LONGEST]
    for text in texts[1:]:
        words = _WORD.findall(text)[:_LONGEST]
        matcher = SequenceMatcher(a=frame, b=words, autojunk=False)
        kept: list[str] = []
        end_a = end_b = 0
        for block in matcher.get_matching_blocks():
            skipped = block.a > end_a or block.b > end_b
            if skipped and (not kept or kept[-1] != SLOT):
                kept.append(SLOT)
            kept += frame[block.a : block.a + block.size]
            end_a, end_b = block.a + block.size, block.b + block.size
        frame = kept
    return frame
