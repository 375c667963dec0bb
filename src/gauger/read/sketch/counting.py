"""Counts the tokens of texts of which nothing else is asked, without their values.

The count is that of `next_token`. Answers are longer than prompts, so this loop sees most of the
bytes of a log.
"""

from __future__ import annotations

import numba
import numpy as np

from gauger.read.compiled import compiled
from gauger.read.sketch.folding import CHARACTER, INVISIBLE, SEPARATOR, SYMBOL
from gauger.read.sketch.tokens import decode, entry_of
from gauger.read.vectors import STRIDE, beyond_ascii, in_words, lowest, ones

_INVISIBLE = np.uint32(INVISIBLE << 16)
_SEPARATOR = np.uint32(SEPARATOR << 16)
_CHARACTER = np.uint32(CHARACTER << 16)
_SYMBOL = np.uint32(SYMBOL << 16)
_ONE = np.uint64(1)


@compiled
def count_words(data, offsets, valid, table, words, structured):
    """Tokens of every valid text, and whether it opens like a record rather than like prose."""
    for row in range(words.shape[0]):
        if not valid[row]:
            continue
        pos = np.int64(offsets[row])
        stop = np.int64(offsets[row + 1])
        start = pos
        while start < stop and data[np.uint64(start)] <= 32:
            start += 1
        if start < stop:
            structured[row] = data[np.uint64(start)] == 123 or data[np.uint64(start)] == 91
        words[row] = _tokens(data, pos, stop, table)


@numba.njit(inline="always")
def _tokens(data, pos, stop, table):
    tokens = 0
    within = False
    while pos < stop:
        if pos + STRIDE <= data.shape[0]:
            longer = beyond_ascii(data, pos)
            plain = min(lowest(longer) if longer else np.int64(STRIDE), stop - pos)
            if plain:
                # A word begins where a letter follows what is none.
                found = np.uint64(in_words(data, pos)) & ((_ONE << np.uint64(plain)) - _ONE)
                tokens += ones(np.uint32(found & ~((found << _ONE) | np.uint64(within))))
                within = (found >> np.uint64(plain - 1)) & _ONE != 0
                pos += plain
            if not longer or pos == stop:
                continue
            limit = pos + 1
        else:
            limit = stop
        while pos < limit:
            byte = data[np.uint64(pos)]
            if byte < 128:
                entry = table[byte]
                pos += 1
            else:
                code, pos = decode(data, pos, stop)
                entry = entry_of(code, table)
            if entry < _INVISIBLE:
                if not within:
                    tokens += 1
                within = True
            elif entry >= _SEPARATOR:
                within = False
                if entry >= _CHARACTER and entry < _SYMBOL:
                    tokens += 1
    return tokens
