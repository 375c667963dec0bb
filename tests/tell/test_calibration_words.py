"""What is said of a calibration is true of it, whether it fits the population or not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gauger.tell.calibration_words import (
    brief_words,
    figures_words,
    population_words,
    source_words,
)

from .sample import CALIBRATION


def test_it_can_be_told_from_another_of_its_name() -> None:
    said = source_words(CALIBRATION)
    for each in ("“shipped”", "version 1", "drawn worlds", "2026-05-30", "`3f9a0c2d71be`"):
        assert each in said


def test_its_figures_are_said_with_what_they_mean() -> None:
    said = figures_words(CALIBRATION)
    for each in ("Cllr 0.052", "on 46 worlds", "0.047", "1 if they say nothing"):
        assert each in said
    assert "on cases left out of the fit" in figures_words(replace(CALIBRATION, worlds=1))


@pytest.mark.parametrize(
    ("compared", "outside", "withheld", "words"),
    [
        (0, (), False, "was not compared"),
        (41, (), False, "each of the 41 statistics"),
        (41, ("reach",), False, "1 of 41 statistics lies"),
        (41, ("reach",), False, "It was compared with this population only"),
        (41, ("reach", "repeats"), False, "2 of 41 statistics lie,"),
        (41, ("reach", "repeats"), False, "They were compared with this population only"),
        (3, ("reach", "repeats"), True, "nothing is established"),
    ],
)
def test_whether_it_fits(
    compared: int, outside: tuple[str, ...], withheld: bool, words: str
) -> None:
    record = replace(CALIBRATION, compared=compared, outside=outside, withheld=withheld)
    said = population_words(record)
    assert words in said
    assert all(f"“{name}”" in said for name in outside)


def test_the_terminal_names_it_in_one_line() -> None:
    assert brief_words(CALIBRATION) == "Likelihood ratios by the calibration “shipped”, version 1."
    assert "not calibrated" in brief_words(None)
    withheld = brief_words(replace(CALIBRATION, withheld=True))
    assert withheld.startswith("Withheld")
    assert "does not fit" in withheld
