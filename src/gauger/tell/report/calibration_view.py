"""The statement at the top of the page: what LRs were weighed with, and whether that fits here."""

from __future__ import annotations

from dataclasses import dataclass

from gauger.model.finding import Findings
from gauger.tell.calibration_words import (
    UNCALIBRATED,
    figures_words,
    population_words,
    source_words,
)


@dataclass(frozen=True, slots=True)
class CalibrationView:
    """`statements` are pairs of a heading and its words.

    `named`: there is a calibration, so bounds mean what the page says of them. `calibrated`: it
    also fits this population; otherwise every LR is marked as uncalibrated.
    """

    named: bool
    withheld: bool
    calibrated: bool
    statements: tuple[tuple[str, str], ...]


def calibration_view(findings: Findings) -> CalibrationView:
    """One statement where no calibration is named, three where one is."""
    record = findings.calibration
    if record is None:
        return CalibrationView(False, False, False, (("Uncalibrated", UNCALIBRATED),))
    title = "Uncalibrated: the calibration is withheld" if record.withheld else "Calibration"
    return CalibrationView(
        named=True,
        withheld=record.withheld,
        calibrated=findings.calibrated,
        statements=(
            (title, source_words(record)),
            ("How good it was where the truth is known", figures_words(record)),
            ("Whether it fits this population", population_words(record)),
        ),
    )
