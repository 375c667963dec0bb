"""The hot loop: one pass over the bytes of every prompt, no Python per row.

A run is 6 consecutive tokens, or 12 where it ends in a character token. Kept are the runs at
the head and the tail, however common, and of all others those whose unkeyed hash falls in one
class of 16: a pure function of the run, so the same run is kept or not kept everywhere.
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np

from gauger.read.compiled import compiled
from gauger.read.sketch.hashing import keyed_word, mix
from gauger.read.sketch.tokens import next_token

WORD_RUN: Final = 6
CHARACTER_RUN: Final = 12
SAMPLE_BITS: Final = 4
ANCHORS: Final = 3
"""Runs kept at each end, `ANCHOR_STEP` tokens apart."""
ANCHOR_STEP: Final = 4

_BASE = np.uint64(0xD6E8FEB86659FD93)
_SLOT_MASK = np.uint64((1 << 14) - 1)
RING: Final = 32
_SAMPLE_SHIFT = np.uint64(64 - SAMPLE_BITS)
_CODE_SYMBOL_SHARE = 20
"""More than one code symbol in this many bytes reads as code."""


def powers() -> tuple[np.uint64, np.uint64]:
    """The base of the rolling hash raised to the two run lengths, modulo 2**64."""
    base = int(_BASE)
    return (
        np.uint64(pow(base, WORD_RUN, 1 << 64)),
        np.uint64(pow(base, CHARACTER_RUN, 1 << 64)),
    )


@numba.njit(inline="always")
def _word_number(value, word_values, word_numbers, maybe):
    if maybe[value >> np.uint64(48)] == 0:
        return 0
    slot = np.int64(value & _SLOT_MASK)
    while word_numbers[np.uint64(slot)] != 0:
        if word_values[np.uint64(slot)] == value:
            return word_numbers[np.uint64(slot)]
        slot = (slot + 1) & 16383
    return 0


@compiled
def sketch_texts(
    data, offsets, valid, table, scripts, word_values, word_numbers, maybe, goto, cue_bits,
    capability_hits, speaks, word_power, character_power, low, high, whole, words, cues, capability,
    script, anchors, anchor_count, tails, tail_count, runs, run_ends, counts, script_counts, ring,
    recent,
):  # fmt: skip
    """Sketches every valid text into the output arrays; returns how many runs were kept.

    `runs` needs room for one value per 2 bytes of text at worst; `run_ends[row]` is the end of
    the row's runs. A text with fewer tokens than a run is one run as a whole. The last four are
    room to count in: one place for each capability, 16 for scripts, `RING` for runs.
    """
    kept = 0
    for row in range(whole.shape[0]):
        run_ends[row] = kept
        if not valid[row]:
            continue
        pos = np.int64(offsets[row])
        stop = np.int64(offsets[row + 1])
        length = stop - pos
        for code in range(counts.shape[0]):
            counts[code] = 0
        for code in range(script_counts.shape[0]):
            script_counts[code] = 0
        rolling = np.uint64(0)
        content = np.uint64(0)
        ring[0] = 0
        tokens = 0
        complete = 0
        state = 0
        cue = np.uint64(0)
        symbols = 0
        while pos < stop:
            pos, value, exact, is_character, letter_script, passed = next_token(
                data, pos, stop, table, scripts
            )
            symbols += passed
            if value == 0:
                break
            tokens += 1
            script_counts[letter_script] += 1
            content = content * _BASE + exact
            rolling = rolling * _BASE + value
            ring[np.uint64(tokens & (RING - 1))] = rolling
            number = _word_number(value, word_values, word_numbers, maybe)
            state = goto[state, number] if number else 0
            if speaks[state]:
                cue |= cue_bits[state]
                for code in range(counts.shape[0]):
                    counts[code] += capability_hits[state, code]
            span = CHARACTER_RUN if is_character else WORD_RUN
            if tokens >= span:
                power = character_power if is_character else word_power
                run = mix(rolling - ring[np.uint64((tokens - span) & (RING - 1))] * power)
                complete += 1
                recent[np.uint64(complete & (RING - 1))] = run
                if complete <= ANCHORS * ANCHOR_STEP and (complete - 1) % ANCHOR_STEP == 0:
                    anchors[row, anchor_count[row]] = keyed_word(run, low, high)
                    anchor_count[row] += 1
                if run >> _SAMPLE_SHIFT == 0:
                    runs[kept] = keyed_word(run, low, high)
                    kept += 1
        words[row] = tokens
        cues[row] = cue
        if tokens:
            whole[row] = keyed_word(mix(content ^ np.uint64(tokens)), low, high)
            if complete == 0:
                anchors[row, 0] = keyed_word(mix(rolling ^ np.uint64(tokens)), low, high)
                anchor_count[row] = 1
        for step in range(ANCHORS):
            index = complete - step * ANCHOR_STEP
            if index > (ANCHORS - 1) * ANCHOR_STEP + 1:
                tails[row, tail_count[row]] = keyed_word(
                    recent[np.uint64(index & (RING - 1))], low, high
                )
                tail_count[row] += 1
        if symbols * _CODE_SYMBOL_SHARE > length:
            counts[1] += 2
        best = 0
        for code in range(1, counts.shape[0]):
            if counts[code] > counts[best]:
                best = code
        capability[row] = best
        top = 0
        for code in range(1, script_counts.shape[0]):
            if script_counts[code] > script_counts[top]:
                top = code
        script[row] = top
    run_ends[whole.shape[0]] = kept
    return kept
