"""Spellings that look alike are one word; digits are one slot; unspaced scripts are cut."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchanges import KEY
from gauger.read.sketch.folding import SCRIPTS
from gauger.read.sketch.texts import SketchedTexts, count_column, sketch_column

INVISIBLE = [
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u200e",
    "\u202e",
    "\ufe0f",
]
# Letters whose upper and lower case are single and lead back to each other.
LETTERS = "abcdefghijklmnopqrstuvwxyzàçéñöüабвгджзийαβγδλω"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=1, max_size=30)


def _sketch(*texts: str) -> SketchedTexts:
    return sketch_column(pa.array(texts, pa.string()), KEY)


def _same(*texts: str) -> None:
    made = _sketch(*texts)
    for name in ("whole", "head", "tail", "runs"):
        values = getattr(made, name).to_pylist()
        assert all(value == values[0] for value in values), (name, texts)
    assert len(set(made.tokens.tolist())) == 1


@settings(deadline=None, max_examples=60)
@given(WORDS, st.data())
def test_case_does_not_show(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    _same(text, text.upper(), "".join(data.draw(st.sampled_from([c, c.upper()])) for c in text))


@settings(deadline=None, max_examples=60)
@given(WORDS, st.data())
def test_invisible_characters_do_not_show(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    hidden = "".join(c + data.draw(st.sampled_from(["", "", *INVISIBLE])) for c in text)
    _same(text, hidden, "\u200b" + text, text + "\ufeff")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text("abcxyz09", min_size=1, max_size=8), min_size=1, max_size=30))
def test_full_width_does_not_show(words: list[str]) -> None:
    text = " ".join(words)
    wide = "".join(chr(ord(c) + 0xFEE0) if c != " " else "\u3000" for c in text)
    _same(text, wide)


@settings(deadline=None, max_examples=40)
@given(WORDS)
def test_accents_apart_or_together_do_not_show(words: list[str]) -> None:
    text = " ".join(words)
    _same(unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text))


@settings(deadline=None, max_examples=40)
@given(WORDS, st.sampled_from([" ", "\n", ", ", " — ", "…", " 🙂 ", "\x00", "\t\t", "!", " ❤️ "]))
def test_what_stands_between_words_does_not_show(words: list[str], between: str) -> None:
    _same(" ".join(words), between.join(words))


def test_voiced_kana_is_one_character_however_it_is_written() -> None:
    _same("がぎぐ", unicodedata.normalize("NFD", "がぎぐ"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Task 17: name the river", "Task 20456: name the river"),
        ("item a1 of the long list we hold", "item a99 of the long list we hold"),
        ("版本 3 的代码写得怎么样请你说", "版本 41 的代码写得怎么样请你说"),
    ],
)
def test_runs_collapse_digits_and_the_whole_prompt_does_not(one: str, other: str) -> None:
    made = _sketch(one, other)
    assert made.whole[0] != made.whole[1]
    for name in ("head", "tail", "runs"):
        first, second = getattr(made, name).to_pylist()
        assert first == second


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_items_that_differ_in_a_number_stay_two(one: int, other: int) -> None:
    made = _sketch(f"add {one} and five", f"add {other} and five", f"add five and {one}")
    assert (made.whole[0] == made.whole[1]) == (one == other)
    assert made.whole[0] != made.whole[2]


def test_order_and_number_of_words_show() -> None:
    texts = ["a b", "b a", "a b b", "ab", "a", "b"]
    assert len(set(_sketch(*texts).whole.to_pylist())) == len(texts)


@pytest.mark.parametrize(
    ("text", "tokens", "script"),
    [
        ("plain English words", 3, "latin"),
        ("don't stop", 3, "latin"),
        ("写出推理过程", 6, "han"),
        ("写出 code 过程", 5, "han"),
        ("こんにちは", 5, "kana"),
        ("안녕하세요", 5, "hangul"),
        ("ก้าว", 4, "thai"),
        ("цепочка рассуждений", 2, "cyrillic"),
        ("مرحبا بالعالم", 2, "arabic"),
        ("नमस्ते दुनिया", 2, "indic"),
        ("שלום עולם", 2, "other"),
        ("𠀀𠀁 rare", 3, "han"),
        ("👩‍💻🏳️‍🌈", 0, "none"),
    ],
)
def test_where_texts_are_cut(text: str, tokens: int, script: str) -> None:
    made = _sketch(text)
    assert made.tokens.tolist() == [tokens]
    assert SCRIPTS[made.script[0]] == script
    counted, _ = count_column(pa.array([text]))
    assert counted.tolist() == [tokens]


@pytest.mark.parametrize(
    ("answer", "structured"),
    [('{"a": 1}', True), ("  \n[1, 2]", True), ("A {word}", False), ("", False), (None, False)],
)
def test_an_answer_that_opens_like_a_record(answer: str | None, structured: bool) -> None:
    assert count_column(pa.array([answer], pa.string()))[1].tolist() == [structured]
