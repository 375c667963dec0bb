"""What a character is to the sketch: part of a word, a word of its own, or nothing.

Spaced scripts are cut into words. Chinese, Japanese, Korean and Thai are cut into characters,
because cutting them into words needs dictionaries that differ from machine to machine.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

WORD: Final = 0
DIGIT: Final = 1
INVISIBLE: Final = 2
"""Inside a word, and says nothing."""
SEPARATOR: Final = 3
CHARACTER: Final = 4
SYMBOL: Final = 5
"""A separator that code is full of; counted, because code often holds few words."""

SCRIPTS: Final = (
    "none", "latin", "han", "kana", "hangul", "thai", "cyrillic", "arabic", "indic", "other",
)  # fmt: skip

_CODE_SYMBOLS = "{}();=<>[]`_"
_CHARACTER_RANGES = (
    (0x0E00, 0x0E7F),  # Thai
    (0x1100, 0x11FF),  # Hangul jamo
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # kana
    (0x3130, 0x318F),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),  # Han
    (0xAC00, 0xD7AF),  # Hangul syllables
    (0xF900, 0xFAFF),
)
_SCRIPT_RANGES = (
    ("latin", 0x0041, 0x024F),
    ("cyrillic", 0x0400, 0x052F),
    ("arabic", 0x0600, 0x06FF),
    ("indic", 0x0900, 0x0DFF),
    ("thai", 0x0E00, 0x0E7F),
    ("hangul", 0x1100, 0x11FF),
    ("latin", 0x1E00, 0x1EFF),
    ("kana", 0x3040, 0x30FF),
    ("hangul", 0x3130, 0x318F),
    ("kana", 0x31F0, 0x31FF),
    ("han", 0x3400, 0x4DBF),
    ("han", 0x4E00, 0x9FFF),
    ("hangul", 0xAC00, 0xD7AF),
    ("han", 0xF900, 0xFAFF),
)


@cache
def folding_tables() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Class (high half) with folded form (low half), and script, of code points below 0x10000."""
    kind = np.full(65536, SEPARATOR, np.uint8)
    folded = np.arange(65536, dtype=np.uint32)
    script = np.zeros(65536, np.uint8)
    for code in range(65536):
        if not 0xD800 <= code <= 0xDFFF:
            kind[code], folded[code] = _classify(code)
    for low, high in _CHARACTER_RANGES:
        block = kind[low : high + 1]
        block[block == WORD] = CHARACTER
    for name, low, high in _SCRIPT_RANGES:
        block = kind[low : high + 1]
        script[low : high + 1] = np.where(
            (block == WORD) | (block == CHARACTER), SCRIPTS.index(name), 0
        )
    letters = ((kind == WORD) | (kind == CHARACTER)) & (script == 0)
    script[letters] = SCRIPTS.index("other")
    entries: NDArray[np.uint32] = (kind.astype(np.uint32) << np.uint32(16)) | folded
    return entries, script


def _classify(code: int) -> tuple[int, int]:
    character = chr(code)
    if character in _CODE_SYMBOLS:
        return SYMBOL, code
    category = unicodedata.category(character)
    if category in ("Cf", "Mn") and not 0x0900 <= code <= 0x0EFF:
        # Zero-width and combining marks hide the same word under many spellings; in Indic and
        # Thai text they are vowels and stay.
        return INVISIBLE, code
    if category[0] not in "LMN":
        return SEPARATOR, code
    # Compatibility forms (full width, ligatures, accents apart) fold onto one spelling where
    # that is a single code point.
    plain = unicodedata.normalize("NFKD", character)
    base = plain[0] if len(plain) > 1 and unicodedata.combining(plain[1]) else plain
    if len(base) == 1 and not 0xAC00 <= code <= 0xD7AF and ord(base) < 65536:
        character = base
    lowered = character.lower()
    target = ord(lowered) if len(lowered) == 1 and ord(lowered) < 65536 else ord(character)
    return (DIGIT if unicodedata.category(chr(target)) == "Nd" else WORD), target
