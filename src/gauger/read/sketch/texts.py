"""Runs the kernel over one text column and wraps what it found as Arrow arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.model.sketch import FINGERPRINTS, Mark
from gauger.read.sketch.columns import TextColumn
from gauger.read.sketch.counting import count_words
from gauger.read.sketch.folding import folding_tables
from gauger.read.sketch.kernel import ANCHORS, RING, powers, sketch_texts
from gauger.read.sketch.key import SketchKey
from gauger.read.sketch.lexicon import lexicon


@dataclass(frozen=True, slots=True)
class SketchedTexts:
    """What is kept of a text column, one value per row."""

    whole: pa.Array
    tokens: NDArray[np.int32]
    marks: NDArray[np.int32]
    capability: NDArray[np.int32]
    script: NDArray[np.int32]
    head: pa.Array
    tail: pa.Array
    runs: pa.Array


def sketch_column(array: pa.Array, key: SketchKey) -> SketchedTexts:
    """Fingerprints, marks and tags of every text of a string array."""
    text = TextColumn.of(array)
    words = lexicon()
    rows = len(array)
    size = int(text.offsets[-1] - text.offsets[0]) if rows else 0
    whole = np.zeros(rows, np.int64)
    tokens = np.zeros(rows, np.int32)
    cues = np.zeros(rows, np.uint64)
    capability = np.zeros(rows, np.int32)
    script = np.zeros(rows, np.int32)
    head = np.zeros((rows, ANCHORS), np.int64)
    head_count = np.zeros(rows, np.int32)
    tail = np.zeros((rows, ANCHORS), np.int64)
    tail_count = np.zeros(rows, np.int32)
    runs = np.empty(size // 2 + 1, np.int64)
    ends = np.zeros(rows + 1, np.int32)
    kept = sketch_texts(
        text.data, text.offsets, text.valid, *folding_tables(), words.word_values,
        words.word_numbers, words.maybe, words.goto, words.cue_bits, words.capability_hits,
        words.speaks,
        *powers(), np.uint64(key.low), np.uint64(key.high), whole, tokens, cues, capability,
        script, head, head_count, tail, tail_count, runs, ends,
        np.zeros(words.capability_hits.shape[1], np.int64), np.zeros(16, np.int64),
        np.zeros(RING, np.uint64), np.zeros(RING, np.uint64),
    )  # fmt: skip
    return SketchedTexts(
        whole=pa.array(whole, mask=tokens == 0),
        tokens=tokens,
        marks=_marks(cues),
        capability=capability,
        script=script,
        head=_ragged(head, head_count),
        tail=_ragged(tail, tail_count),
        runs=_lists(ends, runs[:kept].copy()),
    )


def count_column(array: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Tokens of every text, and whether it opens like a record (a JSON object or array)."""
    text = TextColumn.of(array)
    tokens = np.zeros(len(array), np.int32)
    structured = np.zeros(len(array), np.bool_)
    table, _ = folding_tables()
    count_words(text.data, text.offsets, text.valid, table, tokens, structured)
    return tokens, structured


def _marks(cues: NDArray[np.uint64]) -> NDArray[np.int32]:
    marks = np.zeros(len(cues), np.int32)
    for rule in lexicon().marks:
        held = np.zeros(len(cues), np.bool_)
        if rule.all_of:
            wanted = np.uint64(rule.all_of)
            held |= (cues & wanted) == wanted
        if rule.any_of:
            held |= (cues & np.uint64(rule.any_of)) != 0
        marks |= np.where(held, np.int32(Mark[rule.name.upper()]), np.int32(0))
    return marks


def _ragged(values: NDArray[np.int64], counts: NDArray[np.int32]) -> pa.Array:
    present = np.arange(values.shape[1]) < counts[:, None]
    offsets = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=offsets[1:])
    return _lists(offsets, values[present])


def _lists(offsets: NDArray[np.int32], values: NDArray[np.int64]) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values)).cast(FINGERPRINTS)
