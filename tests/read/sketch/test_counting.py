"""Counting tokens without their values gives what cutting them gives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.read.sketch.folding import folding_tables
from gauger.read.sketch.texts import count_column
from gauger.read.sketch.tokens import token_values

WORDS = st.sampled_from(
    ["word", "A", "7", "99", " ", "  ", "_", "-", "{", "\n", "é", "e\u0301", "\u200b", "\xad",
     "漢字", "ไทย", "日本語のテキスト", "한국", "हिन्दी", "😀", "𠀋", "x" * 31, "y" * 32, " " * 33,
     "Straße", "،", "a_b"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(WORDS, max_size=24).map("".join), st.text(max_size=90))


@settings(max_examples=400, deadline=None)
@given(texts=st.lists(st.one_of(st.none(), TEXTS), max_size=5))
def test_as_many_tokens_as_are_cut(texts: list[str | None]) -> None:
    counted, structured = count_column(pa.array(texts, pa.string()))
    for text, tokens, opens in zip(texts, counted, structured, strict=True):
        raw = np.frombuffer((text or "").encode(), np.uint8)
        assert tokens == token_values(raw, *folding_tables(), np.empty(len(raw), np.uint64))
        opening = (text or "").lstrip("".join(map(chr, range(33))))[:1]
        assert opens == (opening in ("{", "["))
