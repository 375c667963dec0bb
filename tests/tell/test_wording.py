"""Numbers in words, and text from logs that cannot hide."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gauger.model.evidence import LogLR
from gauger.tell.numbers import rounded_lr
from gauger.tell.report import wording
from gauger.tell.report.legible import legible, prose
from gauger.weigh.evidence.say import verbal


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (25_000, "25,000"),
        (999_999, "999,999"),
        (1_204_518, "1.2 million"),
        (28_812_004, "28.8 million"),
        (412_000_000, "412 million"),
        (1_500_000_000, "1.5 billion"),
    ],
)
def test_counts_are_short(number: int, words: str) -> None:
    assert wording.short(number) == words


def test_the_exact_count_is_one_hover_away() -> None:
    assert 'data-tip="28,812,004 exchanges"' in wording.count(28_812_004, "exchanges")
    assert "data-tip" not in wording.count(118)


@pytest.mark.parametrize(
    ("value", "words"), [(4.21, "+4.2"), (-1.8, "−1.8"), (-0.04, "0.0"), (math.inf, "unbounded")]
)
def test_an_lr_carries_its_sign(value: float, words: str) -> None:
    assert wording.signed(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.96, "+1.9"), (0.31, "+0.4"), (6.04, "+6.1"), (-1.96, "−1.9"), (2.04, "+2.0")],
)
def test_a_figure_stays_in_the_band_of_its_words(value: float, words: str) -> None:
    assert wording.signed(value) == words


@given(st.floats(-13, 13), st.integers(1, 3))
def test_no_rounding_crosses_a_band(value: float, decimals: int) -> None:
    shown = rounded_lr(value, decimals)
    assert shown is not None
    assert verbal(shown) == verbal(value)
    assert abs(shown - value) <= 10.0**-decimals
    text = wording.signed(value, decimals).replace("−", "-")
    assert verbal(float(text)) == verbal(value)


def test_bounds_are_said_where_they_differ() -> None:
    assert wording.bounds(LogLR(3.2, 3.2, 3.2)) == ""
    assert wording.bounds(LogLR(3.2, 2.1, 3.2)) == "+2.1 to +3.2"
    assert wording.spoken_lr(LogLR(2.0, 2.0, 2.0)) == "log10 LR +2.0"
    assert "bounds" not in wording.exact_lr(LogLR(2.0, 2.0, 2.0))


@pytest.mark.parametrize(
    ("part", "words"), [(0, "0.0%"), (0.0002, "under 0.1%"), (0.612, "61%"), (0.9996, "100.0%")]
)
def test_shares(part: float, words: str) -> None:
    assert wording.share(part) == words


def test_a_window_says_its_year_once() -> None:
    first, last = datetime(2026, 4, 22, tzinfo=UTC), datetime(2026, 6, 5, 23, tzinfo=UTC)
    assert wording.window(first, last) == "22 April to 5 June 2026"
    assert wording.days_between(first, last) == 45


def test_hidden_characters_are_shown() -> None:
    assert legible("a\u202eb") == "a\\u{202e}b"
    assert legible("a\u00a0b") == "a\\u{a0}b"
    assert legible("用户-7") == "用户-7"
    assert len(legible("x" * 1_000)) == 120


def test_code_is_set_as_code_and_nothing_else_is() -> None:
    assert prose("no `ja4` <b>") == "no <code>ja4</code> &lt;b&gt;"
