"""The verbal scale of evidence: ENFSI Guideline for Evaluative Reporting (2015)."""

from __future__ import annotations

from typing import Final

import numpy as np

BANDS: Final = (
    (0.0, "no support"),
    (float(np.log10(2)), "weak support"),
    (1.0, "moderate support"),
    (2.0, "moderately strong support"),
    (3.0, "strong support"),
    (4.0, "very strong support"),
)
"""Lower end (log10 LR) of each band; above 6, an LR of a million, support is extremely strong."""

EXTREMELY_STRONG_ABOVE: Final = 6.0


def verbal(log10_lr: float) -> str:
    """The words for an LR; where it is below 1 they speak of the alternative."""
    size = abs(log10_lr)
    if size > EXTREMELY_STRONG_ABOVE:
        words = "extremely strong support"
    else:
        words = next(words for least, words in reversed(BANDS) if size >= least)
    if words == "no support" or log10_lr >= 0:
        return words
    return f"{words} for the alternative"
