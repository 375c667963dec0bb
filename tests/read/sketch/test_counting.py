"""Counting tokens without their values gives what cutting them gives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from exchanges import KEY
from gauger.read.sketch.folding import folding_tables
from gauger.read.sketch.texts import count_column, sketch_column
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


@settings(max_examples=200, deadline=None)
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=4), after=st.sampled_from(["", "x" * 40, "é" * 40])
)
def test_what_stands_after_a_text_changes_nothing(texts: list[str], after: str) -> None:
    alone = [sketch_column(pa.array([text], pa.string()), KEY) for text in texts]
    together = sketch_column(pa.array([*texts, after], pa.string()), KEY)
    assert together.tokens.tolist()[:-1] == [int(each.tokens[0]) for each in alone]
    assert together.whole.to_pylist()[:-1] == [each.whole[0].as_py() for each in alone]
    assert together.runs.to_pylist()[:-1] == [each.runs[0].as_py() for each in alone]
    counted, _ = count_column(pa.array([*texts, after], pa.string()))
    assert counted.tolist() == together.tokens.tolist()
