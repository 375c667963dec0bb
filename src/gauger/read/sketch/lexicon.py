"""Compiles the lexicon into one automaton that reads token values as they come.

Aho-Corasick (1975): however many phrases there are, each token costs one look-up.
"""

from __future__ import annotations

import tomllib
from collections import deque
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.read.sketch.folding import folding_tables
from gauger.read.sketch.tokens import token_values

SLOTS: Final = 1 << 14
"""Size of the open-addressed table from token value to word number."""

OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class MarkRule:
    """A mark is set where all of `all_of` and, if there are any, one of `any_of` occur.

    A rule with both is satisfied by either half: all of the first or any of the second.
    """

    name: str
    all_of: int
    any_of: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The automaton as arrays, the marks and the capabilities in the order of their codes."""

    word_values: NDArray[np.uint64]
    word_numbers: NDArray[np.int32]
    maybe: NDArray[np.uint8]
    """One byte per 16-bit prefix of a value: 0 means that no phrase holds such a word."""
    goto: NDArray[np.int16]
    cue_bits: NDArray[np.uint64]
    capability_hits: NDArray[np.int8]
    speaks: NDArray[np.bool_]
    """Whether a phrase ends at the state: most words end none."""
    marks: tuple[MarkRule, ...]
    capabilities: tuple[str, ...]


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon, compiled once per process."""
    source = tomllib.loads(
        files("gauger.read.sketch").joinpath("lexicon.toml").read_text(encoding="utf-8")
    )
    cues: dict[str, list[str]] = source["cues"]
    bit = {name: 1 << index for index, name in enumerate(cues)}
    capabilities = (OTHER, *source["capabilities"])
    phrases: list[tuple[list[int], int, int]] = []
    for name, texts in cues.items():
        phrases += [(_tokens(text), bit[name], 0) for text in texts]
    for code, texts in enumerate(source["capabilities"].values(), start=1):
        phrases += [(_tokens(text), 0, code) for text in texts]
    marks = tuple(
        MarkRule(
            name,
            sum(bit[cue] for cue in rule.get("all", ())),
            sum(bit[cue] for cue in rule.get("any", ())),
        )
        for name, rule in source["marks"].items()
    )
    return _compile(phrases, marks, capabilities)


def _tokens(text: str) -> list[int]:
    data = np.frombuffer(text.encode(), np.uint8)
    out = np.zeros(len(data) + 1, np.uint64)
    return [int(value) for value in out[: token_values(data, *folding_tables(), out)]]


def _compile(
    phrases: list[tuple[list[int], int, int]],
    marks: tuple[MarkRule, ...],
    capabilities: tuple[str, ...],
) -> Lexicon:
    numbers: dict[int, int] = {}
    for tokens, _, _ in phrases:
        for token in tokens:
            numbers.setdefault(token, len(numbers) + 1)
    children: list[dict[int, int]] = [{}]
    outputs: list[tuple[int, list[int]]] = [(0, [])]
    for tokens, cue, capability in phrases:
        state = 0
        for token in tokens:
            word = numbers[token]
            if word not in children[state]:
                children[state][word] = len(children)
                children.append({})
                outputs.append((0, []))
            state = children[state][word]
        held, codes = outputs[state]
        outputs[state] = (held | cue, [*codes, capability] if capability else codes)
    states, words = len(children), len(numbers) + 1
    goto = np.zeros((states, words), np.int16)
    cue_bits = np.zeros(states, np.uint64)
    hits = np.zeros((states, len(capabilities)), np.int8)
    failure = [0] * states
    queue = deque([0])
    while queue:
        state = queue.popleft()
        cue_bits[state] = outputs[state][0]
        for code in outputs[state][1]:
            hits[state, code] += 1
        if state:
            cue_bits[state] |= cue_bits[failure[state]]
            hits[state] += hits[failure[state]]
            goto[state] = goto[failure[state]]
        for word, child in children[state].items():
            failure[child] = int(goto[failure[state], word]) if state else 0
            queue.append(child)
            goto[state, word] = child
    speaks = (cue_bits != 0) | hits.any(axis=1)
    return Lexicon(*_word_table(numbers), goto, cue_bits, hits, speaks, marks, capabilities)


def _word_table(
    numbers: dict[int, int],
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.uint8]]:
    values = np.zeros(SLOTS, np.uint64)
    assigned = np.zeros(SLOTS, np.int32)
    maybe = np.zeros(65536, np.uint8)
    for value, number in numbers.items():
        maybe[value >> 48] = 1
        slot = value & (SLOTS - 1)
        while assigned[slot]:
            slot = (slot + 1) & (SLOTS - 1)
        values[slot] = value
        assigned[slot] = number
    return values, assigned, maybe
