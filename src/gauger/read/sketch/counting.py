"""Counts the tokens of texts of which nothing else is asked, without their values.

The count is that of `next_token`. Answers are longer than prompts, so this loop sees most of the
bytes of a log.
"""

from __future__ import annotations

import numba
import numpy as np

from gauger.read.sketch.folding import CHARACTER, INVISIBLE, SEPARATOR, SYMBOL
from gauger.read.sketch.tokens import decode, entry_of

_STRIDE = 32
"""Bytes that are looked at together, as many as a vector register holds."""
_INVISIBLE = np.uint32(INVISIBLE << 16)
_SEPARATOR = np.uint32(SEPARATOR << 16)
_CHARACTER = np.uint32(CHARACTER << 16)
_SYMBOL = np.uint32(SYMBOL << 16)


@numba.njit(nogil=True, cache=True)
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
def _in_word(byte):
    # What the folding tables say of ASCII, without a look-up: letters and digits.
    letter = byte | np.uint8(32)
    return ((letter >= 97) & (letter <= 122)) | ((byte >= 48) & (byte <= 57))


@numba.njit
def _tokens(data, pos, stop, table):
    tokens = 0
    within = False
    while pos < stop:
        if pos + _STRIDE <= stop:
            seen = np.uint8(0)
            for step in range(_STRIDE):
                seen |= data[np.uint64(pos + step)]
            if seen < 128:
                # A word begins where a letter follows what is none.
                for step in range(1, _STRIDE):
                    tokens += _in_word(data[np.uint64(pos + step)]) & (
                        not _in_word(data[np.uint64(pos + step - 1)])
                    )
                if _in_word(data[np.uint64(pos)]) and not within:
                    tokens += 1
                pos += _STRIDE
                within = _in_word(data[np.uint64(pos - 1)])
                continue
            limit = pos + _STRIDE
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
