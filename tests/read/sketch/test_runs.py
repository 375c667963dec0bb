"""Which runs of words are kept: the same ones everywhere, whatever stands around them."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchanges import KEY, OTHER_KEY
from gauger.read.sketch.kernel import ANCHORS, CHARACTER_RUN, SAMPLE_BITS, WORD_RUN
from gauger.read.sketch.texts import SketchedTexts, sketch_column

RUN_OF = {"spaced": WORD_RUN, "han": CHARACTER_RUN}


def _passage(seed: int, tokens: int, kind: str) -> str:
    rng = random.Random(seed)
    if kind == "han":
        return "".join(chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(tokens))
    return " ".join(
        "".join(rng.choice("abcdefghijklmnop") for _ in range(6)) for _ in range(tokens)
    )


def _sketch(*texts: str) -> SketchedTexts:
    return sketch_column(pa.array(texts, pa.string()), KEY)


@pytest.mark.parametrize("kind", RUN_OF)
@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 1 << 30), before=st.integers(0, 60), after=st.integers(0, 60))
def test_a_shared_passage_keeps_the_same_runs(
    kind: str, seed: int, before: int, after: int
) -> None:
    passage = _passage(seed, 300, kind)
    around = _passage(seed + 1, before, kind), _passage(seed + 2, after, kind)
    alone, inside = _sketch(passage, f"{around[0]} {passage} {around[1]}").runs.to_pylist()
    at = inside.index(alone[0])
    assert inside[at : at + len(alone)] == alone
    kept_share = len(alone) / (300 - RUN_OF[kind] + 1)
    assert kept_share < 4 / 2**SAMPLE_BITS


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 1 << 30), cut=st.integers(20, 280))
def test_a_cut_passage_keeps_what_it_still_holds(seed: int, cut: int) -> None:
    words = _passage(seed, 300, "spaced").split()
    whole, start, end = (
        set(_sketch(" ".join(part)).runs.to_pylist()[0])
        for part in (words, words[:cut], words[cut - WORD_RUN + 1 :])
    )
    assert start | end == whole


@pytest.mark.parametrize("kind", RUN_OF)
def test_a_sixteenth_is_kept(kind: str) -> None:
    runs = _sketch(_passage(1, 50_000, kind)).runs.to_pylist()[0]
    assert len(runs) == pytest.approx(50_000 / 2**SAMPLE_BITS, rel=0.1)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1 << 30), st.integers(1, 400))
def test_the_key_does_not_choose_which_runs_are_kept(seed: int, tokens: int) -> None:
    text = pa.array([_passage(seed, tokens, "spaced")])
    one, other = sketch_column(text, KEY), sketch_column(text, OTHER_KEY)
    for name in ("head", "tail", "runs"):
        first, second = getattr(one, name).to_pylist()[0], getattr(other, name).to_pylist()[0]
        assert len(first) == len(second)
        assert not set(first) & set(second)


def test_a_common_head_and_a_common_tail_are_kept_however_much_the_middle_differs() -> None:
    head, tail = _passage(1, 20, "spaced"), _passage(2, 20, "spaced")
    made = _sketch(*(f"{head} {_passage(seed, 40, 'spaced')} {tail}" for seed in range(3, 9)))
    for name in ("head", "tail"):
        kept = getattr(made, name).to_pylist()
        assert len(kept[0]) == ANCHORS
        assert all(each == kept[0] for each in kept)
    assert not set(made.head.to_pylist()[0]) & set(made.tail.to_pylist()[0])


@pytest.mark.parametrize("tokens", range(1, WORD_RUN))
def test_a_text_shorter_than_a_run_is_one_run(tokens: int) -> None:
    words = ["one", "two", "three", "four", "five"][:tokens]
    made = _sketch(" ".join(words), " ".join([*words[:-1], "other"]))
    heads = made.head.to_pylist()
    assert [len(head) for head in heads] == [1, 1]
    assert heads[0] != heads[1]
    assert made.tail.to_pylist() == [[], []]


def test_a_text_repeated_has_no_runs_of_its_neighbour() -> None:
    one, other = _passage(5, 200, "spaced"), _passage(6, 200, "spaced")
    first, second, third = (set(runs) for runs in _sketch(one, other, one).runs.to_pylist())
    assert first == third
    assert not first & second
