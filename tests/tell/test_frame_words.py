"""Frames in words: what stays is shown, what changes is a slot."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.tell.frame_words import SLOT, frame_words

WORDS = ["river", "stone", "lamp", "ledger", "garden"]


def _prompts(template: str, head: int | None = 1) -> list[tuple[str, int | None]]:
    return [(template.format(w=word), head) for word in WORDS]


def test_slots_are_left_out_and_the_frame_stays() -> None:
    (frame,) = frame_words(_prompts("You are an expert. Explain {w} step by step, please."))
    assert frame == f"You are an expert. Explain {SLOT} step by step, please."
    (both_ends,) = frame_words(_prompts("{w} is given: say in full what it means for {w}"))
    assert both_ends == f"{SLOT} is given: say in full what it means for {SLOT}"


def test_unspaced_scripts_are_aligned_by_character() -> None:
    (frame,) = frame_words(_prompts("请详细写出{w}的推理过程"))
    assert frame == f"请详细写出 {SLOT} 的推理过程"


def test_commonest_frames_come_first_and_no_more_than_asked_for() -> None:
    often = _prompts("Name the parts of a {w} and say what each is for") * 2
    seldom = _prompts("Write down all that you know about a {w} today", 2)
    assert [frame.split()[0] for frame in frame_words([*seldom, *often])] == ["Name", "Write"]
    assert len(frame_words([*seldom, *often], most=1)) == 1


def test_what_is_no_frame_is_not_shown() -> None:
    assert frame_words([]) == ()
    assert frame_words(_prompts("Name the parts of a {w} and say more", head=None)) == ()
    assert frame_words(_prompts("Name the parts of a {w} and say more")[:2]) == ()
    assert frame_words([("the very same words again and again", 1)] * 9) == ()
    assert frame_words([(word * 3, 1) for word in WORDS]) == ()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.text(max_size=40), st.sampled_from([None, 1, 2])), max_size=12))
def test_any_text_can_be_aligned(prompts: list[tuple[str, int | None]]) -> None:
    for frame in frame_words(prompts):
        assert f"{SLOT} {SLOT}" not in frame
        assert len(frame.replace(SLOT, "").replace(" ", "")) >= 4
